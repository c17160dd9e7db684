"""Signing in and out: who gets in, for how long, and what a stranger learns."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from backend.accounts.models import Account
from backend.clock import SteppedClock
from backend.db import Database
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.factories import PASSWORD, account

HERE = {"kind": "desktop", "device": "front room"}


@pytest.fixture
def maria(db: Database) -> Account:
    return db.write_now(lambda tx: account(tx, email="Maria@example.org", password=PASSWORD))


async def try_password(anyone: Caller, email: str, password: str, key: str | None = None) -> httpx.Response:
    return await anyone.post("/v1/sign-in", {"email": email, "password": password, **HERE}, key=key)


async def test_the_right_password_opens_a_sign_in_session(anyone: Caller, maria: Account) -> None:
    answer = await try_password(anyone, "maria@EXAMPLE.org ", PASSWORD)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["account"]["email"] == "Maria@example.org"
    assert said["sign_in_session"]["remaining_seconds"] == 12 * 3600
    anyone.token = said["token"]
    assert (await anyone.get("/v1/account")).json()["id"] == maria.id


@pytest.mark.usefixtures("maria")
async def test_a_wrong_password_and_an_unknown_address_are_refused_alike(anyone: Caller) -> None:
    wrong = await try_password(anyone, "maria@example.org", "not the password")
    unknown = await try_password(anyone, "nobody@example.org", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), "reference": ""} == {**unknown.json(), "reference": ""}
    assert wrong.json()["code"] == "sign_in_failed"


@pytest.mark.parametrize("email", ["maria@example.org", "nobody@example.org"])
@pytest.mark.usefixtures("maria")
async def test_five_failures_lock_an_address_for_a_quarter_of_an_hour_known_or_not(
    anyone: Caller, clock: SteppedClock, email: str
) -> None:
    for _ in range(4):
        assert (await try_password(anyone, email, "wrong")).status_code == 401
    fifth = await try_password(anyone, email, "wrong")
    assert fifth.status_code == 429
    assert fifth.json()["code"] == "sign_in_locked"
    assert fifth.headers["Retry-After"] == "900"
    clock.step(timedelta(minutes=15, microseconds=-1))
    assert (await try_password(anyone, email, PASSWORD)).json()["retry_after_seconds"] == 1
    clock.step(timedelta(microseconds=1))
    assert (await try_password(anyone, email, PASSWORD)).status_code == (200 if email.startswith("maria") else 401)


@pytest.mark.usefixtures("maria")
async def test_failures_more_than_a_quarter_of_an_hour_apart_lock_nothing(anyone: Caller, clock: SteppedClock) -> None:
    for _ in range(4):
        await try_password(anyone, "maria@example.org", "wrong")
    clock.step(timedelta(minutes=15))
    assert (await try_password(anyone, "maria@example.org", "wrong")).status_code == 401
    assert (await try_password(anyone, "maria@example.org", PASSWORD)).status_code == 200


@pytest.mark.usefixtures("maria")
async def test_a_sign_in_forgets_the_failures_before_it(anyone: Caller) -> None:
    for _ in range(2):
        for _ in range(4):
            assert (await try_password(anyone, "maria@example.org", "wrong")).status_code == 401
        assert (await try_password(anyone, "maria@example.org", PASSWORD)).status_code == 200


@pytest.mark.usefixtures("maria")
async def test_a_failed_sign_in_sent_again_with_its_key_is_counted_once(anyone: Caller) -> None:
    for _ in range(10):
        again = await try_password(anyone, "maria@example.org", "wrong", key="one intent, sent often")
        assert again.status_code == 401
    assert (await try_password(anyone, "maria@example.org", PASSWORD)).status_code == 200


@pytest.mark.usefixtures("maria")
async def test_a_sign_in_sent_again_with_its_key_gives_the_same_token(anyone: Caller) -> None:
    first = await try_password(anyone, "maria@example.org", PASSWORD, key="one intent, sent twice")
    second = await try_password(anyone, "maria@example.org", PASSWORD, key="one intent, sent twice")
    assert first.json() == second.json()


async def test_a_disabled_account_is_refused_like_an_unknown_one(anyone: Caller, db: Database) -> None:
    db.write_now(lambda tx: account(tx, email="gone@example.org", password=PASSWORD, disabled=True))
    assert (await try_password(anyone, "gone@example.org", PASSWORD)).json()["code"] == "sign_in_failed"


async def test_signing_out_ends_the_token(signed_in: SignedIn) -> None:
    visitor = signed_in()
    assert (await visitor.delete("/v1/sign-in", key="the same intent twice")).status_code == 204
    assert (await visitor.get("/v1/account")).status_code == 401
    assert (await visitor.delete("/v1/sign-in", key="the same intent twice")).status_code == 204


async def test_a_forged_token_is_refused(signed_in: SignedIn) -> None:
    visitor = signed_in()
    visitor.token = visitor.token[:-1] + ("0" if visitor.token[-1] != "0" else "1")
    answer = await visitor.get("/v1/account")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


async def test_a_sign_in_session_ends_when_it_is_idle_too_long(signed_in: SignedIn, clock: SteppedClock) -> None:
    kiosk = signed_in(kind="kiosk")
    clock.step(timedelta(seconds=120, microseconds=-1))
    assert (await kiosk.get("/v1/account")).status_code == 200
    clock.step(timedelta(seconds=120))
    assert (await kiosk.get("/v1/account")).status_code == 401


async def test_asking_how_long_it_lasts_does_not_keep_a_sign_in_session_alive(
    signed_in: SignedIn, clock: SteppedClock
) -> None:
    kiosk = signed_in(kind="kiosk")
    clock.step(timedelta(seconds=100))
    assert (await kiosk.get("/v1/sign-in")).json()["sign_in_session"]["remaining_seconds"] == 20
    clock.step(timedelta(seconds=20))
    assert (await kiosk.get("/v1/sign-in")).status_code == 401


async def test_a_change_counts_as_activity_too(signed_in: SignedIn, clock: SteppedClock) -> None:
    kiosk = signed_in(kind="kiosk")
    clock.step(timedelta(seconds=100))
    assert (await kiosk.patch("/v1/account", {"city": "Memphis"})).status_code == 200
    clock.step(timedelta(seconds=100))
    assert (await kiosk.get("/v1/account")).status_code == 200
