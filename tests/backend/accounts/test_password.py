"""Forgotten and changed passwords: the way back in, and what happens to every other sign-in session."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from backend.accounts.models import Account
from backend.db import Database
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.factories import PASSWORD, account

HERE = {"kind": "desktop", "device": "front room"}
NEW = "another long password"


@pytest.fixture
def maria(db: Database) -> Account:
    return db.write_now(lambda tx: account(tx, email="maria@example.org", password=PASSWORD))


async def forgot(anyone: Caller, email: str = "maria@example.org") -> httpx.Response:
    return await anyone.post("/v1/password/forgot", {"email": email})


async def reset(anyone: Caller, code: str, email: str = "maria@example.org", key: str | None = None) -> httpx.Response:
    return await anyone.post("/v1/password/reset", {"email": email, "code": code, "new_password": NEW, **HERE}, key=key)


async def sign_in(anyone: Caller, password: str) -> httpx.Response:
    return await anyone.post("/v1/sign-in", {"email": "maria@example.org", "password": password, **HERE})


async def test_a_code_sets_a_new_password_and_signs_in(anyone: Caller, maria: Account) -> None:
    code = (await forgot(anyone)).json()["local_message"]["code"]
    assert (await reset(anyone, code)).json()["account"]["id"] == maria.id
    assert (await sign_in(anyone, PASSWORD)).status_code == 401
    assert (await sign_in(anyone, NEW)).status_code == 200


async def test_a_reset_ends_every_other_sign_in_session(anyone: Caller, maria: Account, signed_in: SignedIn) -> None:
    elsewhere = signed_in(account=maria)
    code = (await forgot(anyone)).json()["local_message"]["code"]
    token = (await reset(anyone, code)).json()["token"]
    assert (await elsewhere.get("/v1/account")).status_code == 401
    anyone.token = token
    assert (await anyone.get("/v1/account")).status_code == 200


@pytest.mark.usefixtures("maria")
async def test_a_reset_sent_again_with_its_key_gives_the_same_token(anyone: Caller) -> None:
    code = (await forgot(anyone)).json()["local_message"]["code"]
    first = await reset(anyone, code, key="one reset and no more")
    assert (await reset(anyone, code, key="one reset and no more")).json() == first.json()


@pytest.mark.usefixtures("maria")
async def test_a_reset_is_the_way_out_of_a_lockout(anyone: Caller) -> None:
    for _ in range(5):
        await sign_in(anyone, "wrong")
    assert (await sign_in(anyone, PASSWORD)).status_code == 429
    code = (await forgot(anyone)).json()["local_message"]["code"]
    await reset(anyone, code)
    assert (await sign_in(anyone, NEW)).status_code == 200


@pytest.mark.usefixtures("maria")
async def test_an_unknown_address_gets_the_same_answers_over_the_network(anyone: Caller, app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://visitdesk") as far:
        anyone.client = far
        known, unknown = await forgot(anyone), await forgot(anyone, "nobody@example.org")
        assert {**known.json(), "email": ""} == {**unknown.json(), "email": ""}
        for expected in [*["code_wrong"] * 5, "code_expired"]:
            for email in ("maria@example.org", "nobody@example.org"):
                assert (await reset(anyone, "00000000", email)).json()["code"] == expected


async def test_an_unknown_address_is_told_in_its_own_message(anyone: Caller) -> None:
    said = (await forgot(anyone, "nobody@example.org")).json()["local_message"]
    assert "has no account" in said["text"]
    assert said["code"] is None


async def test_a_code_to_create_an_account_resets_no_password(anyone: Caller, maria: Account) -> None:
    code = (await forgot(anyone)).json()["local_message"]["code"]
    answer = await anyone.post("/v1/accounts/confirm", {"email": maria.email, "code": code, **HERE})
    assert answer.json()["code"] == "code_wrong"


async def test_changing_the_password_keeps_this_sign_in_session_and_ends_the_others(
    anyone: Caller, maria: Account, signed_in: SignedIn
) -> None:
    here, elsewhere = signed_in(account=maria), signed_in(account=maria)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert (await here.post("/v1/account/password", body, key="change it just once")).status_code == 204
    assert (await here.post("/v1/account/password", body, key="change it just once")).status_code == 204
    assert (await here.get("/v1/account")).status_code == 200
    assert (await elsewhere.get("/v1/account")).status_code == 401
    assert (await sign_in(anyone, NEW)).status_code == 200


async def test_a_wrong_present_password_is_said_beside_its_field_and_counts_as_a_failure(
    maria: Account, signed_in: SignedIn
) -> None:
    here = signed_in(account=maria)
    body = {"current_password": "wrong", "new_password": NEW}
    for _ in range(4):
        answer = await here.post("/v1/account/password", body)
        assert answer.json()["errors"] == [
            {"field": "current_password", "sentence": "This is not your present password."}
        ]
    assert (await here.post("/v1/account/password", body)).json()["code"] == "sign_in_locked"
    assert (await here.post("/v1/account/password", {**body, "current_password": PASSWORD})).status_code == 429
