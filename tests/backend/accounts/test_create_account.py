"""Creating an account: two steps, plain words about every field, and the same answer whoever is known."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlmodel import select

from backend.accounts.models import OneTimeCode
from backend.app import create_app
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from tests.backend.caller import Caller
from tests.backend.conftest import local
from tests.factories import PASSWORD, account

HERE = {"kind": "desktop", "device": "front room"}
FORM: dict[str, object] = {
    "email": "lena@example.org",
    "password": PASSWORD,
    "first_name": "Lena",
    "last_name": "Brandt",
    "birth_date": "1990-02-28",
    "address_line": "12 Elm Street",
    "city": "Nashville",
    "state": "TN",
    "postal_code": "37203",
    "phone": "615 555 0142",
    "id_kind": "drivers_license",
    "id_last4": "48a1",
}
ID_KINDS = (
    "Choose one of: drivers_license, state_id, passport, military_id, tribal_id, resident_card, consular_id or other."
)


async def ask(anyone: Caller, *, key: str | None = None, **other: object) -> httpx.Response:
    return await anyone.post("/v1/accounts", {**FORM, **other}, key=key)


async def confirm(anyone: Caller, code: str, email: str = "lena@example.org", key: str | None = None) -> httpx.Response:
    return await anyone.post("/v1/accounts/confirm", {"email": email, "code": code, **HERE}, key=key)


async def code_for(anyone: Caller) -> str:
    answer = await ask(anyone)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["local_message"]["code"])


async def test_the_account_exists_once_the_code_has_come_back(anyone: Caller) -> None:
    code = await code_for(anyone)
    sign_in = {"email": "lena@example.org", "password": PASSWORD, **HERE}
    assert (await anyone.post("/v1/sign-in", sign_in)).status_code == 401
    confirmed = await confirm(anyone, code)
    assert confirmed.status_code == 201, confirmed.text
    assert confirmed.json()["account"]["id_last4"] == "48A1"
    assert (await anyone.post("/v1/sign-in", sign_in)).status_code == 200


async def test_confirming_again_with_the_same_key_gives_the_same_answer(anyone: Caller) -> None:
    code = await code_for(anyone)
    first = await confirm(anyone, code, key="confirm it just once")
    assert (await confirm(anyone, code, key="confirm it just once")).json() == first.json()
    assert (await confirm(anyone, code)).json()["code"] == "code_expired"


async def test_asking_again_with_the_same_key_gives_the_same_code(anyone: Caller) -> None:
    first = await ask(anyone, key="an account, please")
    assert (await ask(anyone, key="an account, please")).json() == first.json()


async def test_a_known_address_gets_the_same_answer_over_the_network(
    anyone: Caller, app: FastAPI, db: Database
) -> None:
    db.write_now(lambda tx: account(tx, email="known@example.org"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://visitdesk") as far:
        anyone.client = far
        known, unknown = await ask(anyone, email="known@example.org"), await ask(anyone)
    assert known.status_code == unknown.status_code == 202
    assert known.json()["local_message"] is None
    assert {**known.json(), "email": ""} == {**unknown.json(), "email": ""}


async def test_a_server_with_mail_hands_no_message_back_even_to_its_own_user(anyone: Caller, context: Context) -> None:
    mailing = dataclasses.replace(context, messages="smtp")
    transport = httpx.ASGITransport(local(create_app(mailing)))
    async with httpx.AsyncClient(transport=transport, base_url="http://visitdesk") as near:
        anyone.client = near
        assert (await ask(anyone)).json()["local_message"] is None


async def test_the_code_of_a_known_address_opens_nothing_even_when_it_is_guessed(
    anyone: Caller, context: Context
) -> None:
    context.db.write_now(lambda tx: account(tx, email="lena@example.org"))
    await ask(anyone)
    code_id = context.db.read_now(lambda tx: tx.session.exec(select(OneTimeCode.id)).one())
    assert (await confirm(anyone, context.key.one_time_code(code_id))).json()["code"] == "code_wrong"


async def test_a_known_address_is_told_so_in_its_message(anyone: Caller, db: Database) -> None:
    db.write_now(lambda tx: account(tx, email="lena@example.org"))
    answer = await ask(anyone)
    assert "has one already" in answer.json()["local_message"]["text"]
    assert answer.json()["local_message"]["code"] is None


async def test_a_code_has_five_tries(anyone: Caller) -> None:
    code = await code_for(anyone)
    for _ in range(5):
        assert (await confirm(anyone, "00000000")).json()["code"] == "code_wrong"
    assert (await confirm(anyone, code)).json()["code"] == "code_expired"


async def test_a_code_holds_for_a_quarter_of_an_hour(anyone: Caller, clock: SteppedClock) -> None:
    code = await code_for(anyone)
    clock.step(timedelta(minutes=15))
    late = await confirm(anyone, code)
    assert late.status_code == 400
    assert late.json()["code"] == "code_expired"


async def test_a_code_holds_until_the_last_microsecond(anyone: Caller, clock: SteppedClock) -> None:
    code = await code_for(anyone)
    clock.step(timedelta(minutes=15, microseconds=-1))
    assert (await confirm(anyone, code)).status_code == 201


async def test_a_new_code_ends_the_one_before(anyone: Caller) -> None:
    first, second = await code_for(anyone), await code_for(anyone)
    assert first != second
    assert (await confirm(anyone, first)).json()["code"] == "code_wrong"
    assert (await confirm(anyone, second)).status_code == 201


@pytest.mark.parametrize("known", [True, False])
async def test_an_address_is_sent_five_codes_an_hour_known_or_not(anyone: Caller, db: Database, *, known: bool) -> None:
    if known:
        db.write_now(lambda tx: account(tx, email="lena@example.org"))
    for _ in range(5):
        assert (await ask(anyone)).status_code == 202
    sixth = await ask(anyone)
    assert sixth.json()["code"] == "too_many_codes"
    assert sixth.headers["Retry-After"] == "3600"


async def test_a_code_for_an_address_that_never_asked_is_wrong(anyone: Caller) -> None:
    assert (await confirm(anyone, "12345678", email="nobody@example.org")).json()["code"] == "code_wrong"


async def test_neither_code_nor_password_nor_token_is_in_the_database(anyone: Caller, db: Database) -> None:
    code = await code_for(anyone)
    token = (await confirm(anyone, code)).json()["token"]

    def everything(tx: object) -> str:
        with db.engine.connect() as connection:
            tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
            return "\n".join(str(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}")))

    kept = db.read_now(everything)
    assert "Brandt" in kept
    assert code not in kept
    assert PASSWORD not in kept
    assert token.partition(".")[2] not in kept


async def test_the_waiting_profile_is_emptied_when_the_code_is_used(anyone: Caller, db: Database) -> None:
    await confirm(anyone, await code_for(anyone))
    with db.engine.connect() as connection:
        assert connection.execute(text(f"SELECT profile FROM {OneTimeCode.__tablename__}")).scalars().all() == [None]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", "", "Enter something here."),
        ("first_name", "1234", "Enter a name, with letters."),
        ("first_name", "Ma\u202eria", "This contains characters that cannot be seen. Type it instead of pasting it."),
        ("last_name", "x" * 81, "At most 80 characters fit here."),
        ("birth_date", "1990-02-30", "Enter a real date as year, month and day, such as 1988-04-12."),
        ("birth_date", 0, "Enter a real date as year, month and day, such as 1988-04-12."),
        ("birth_date", "0090-02-28", "Enter the year in full, such as 1988."),
        ("birth_date", "2030-01-01", "This date has not come yet."),
        (
            "birth_date",
            "2008-11-23",
            "An account of your own needs an age of 18. Younger visitors come along with an adult.",
        ),
        ("state", "XX", "Enter the two letters of a state, such as TN."),
        ("postal_code", "3720", "Enter five digits, such as 37203."),
        ("phone", "555", "Enter the number with its area code, such as 615 555 0142."),
        (
            "id_kind",
            "library_card",
            ID_KINDS,
        ),
        ("id_last4", "12", "Enter the last four letters or digits of the ID."),
        ("password", "too short", "Enter at least 12 characters."),
        ("password", "x" * 129, "At most 128 characters fit here."),
        ("email", "lena at home", "Enter an e-mail address, such as maria@example.org."),
        ("time_zone", "Mars/Olympus", "Enter a time zone, such as America/Chicago."),
        ("time_zone", "../../etc/passwd", "Enter a time zone, such as America/Chicago."),
        ("nickname", "Leni", "This is not known here."),
    ],
)
async def test_what_cannot_be_taken_is_said_in_plain_words(
    anyone: Caller, field: str, value: object, sentence: str
) -> None:
    answer = await anyone.post("/v1/accounts", {**FORM, field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": field, "sentence": sentence}]


async def test_who_is_eighteen_today_is_an_adult(anyone: Caller) -> None:
    assert (await ask(anyone, birth_date="2008-11-22")).status_code == 202


async def test_every_wrong_field_is_said_at_once(anyone: Caller) -> None:
    answer = await ask(anyone, phone="1", state="??")
    assert {error["field"] for error in answer.json()["errors"]} == {"phone", "state"}
