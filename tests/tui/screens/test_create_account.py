"""Create account: five stages by keys alone, nothing lost on the way."""

from __future__ import annotations

from datetime import timedelta

from backend_client import CodeSent, LocalMessage
from tests.tui.support import ACCOUNT, NOW, SESSION, Desk, FakeServer, desk
from tui.screens.create_account import CreateAccount
from tui.widgets.field import Field

SENT = CodeSent("ana@example.org", NOW + timedelta(minutes=15))
HERE = CodeSent(
    "ana@example.org",
    NOW + timedelta(minutes=15),
    LocalMessage("Your Visit Desk code", "The code is 12345678.\n\nIt works for 15 minutes.", "12345678"),
)
SIGNED_IN = {"token": "t", "sign_in_session": SESSION, "account": ACCOUNT}


async def answer_all(at: Desk) -> None:
    for text in ("Ana", "Rivera", "3/14/1971"):
        await at.type(text)
        await at.press("enter")
    await at.sees("Where you live")
    for text in ("12 Oak Street", "Memphis", "tn", "38103", "901 555 0142"):
        await at.type(text)
        await at.press("enter")
    await at.sees("The ID you will show")
    await at.press("2")
    await at.type("a881")
    await at.press("enter")
    await at.sees("How you sign in")
    await at.type("ana@example.org")
    await at.press("enter")
    await at.type("correct horse battery")
    await at.press("enter")


async def test_all_of_it_reaches_the_server_and_the_code_signs_in() -> None:
    server = FakeServer()
    server.answer("POST", "/v1/accounts", SENT, status=202)
    server.refuse("POST", "/v1/accounts/confirm", 400, "code_wrong")
    async with desk(server) as at:
        await at.app.push_screen(CreateAccount())
        await answer_all(at)
        await at.sees("We sent a message to ana@example.org.", "9:56 PM EST", "5 of 5")
        body = server.asked("POST", "/v1/accounts")[0].body
        assert body == {
            "email": "ana@example.org",
            "password": "correct horse battery",
            "first_name": "Ana",
            "last_name": "Rivera",
            "birth_date": "1971-03-14",
            "address_line": "12 Oak Street",
            "city": "Memphis",
            "state": "TN",
            "postal_code": "38103",
            "phone": "901 555 0142",
            "id_kind": "state_id",
            "id_last4": "a881",
            "time_zone": "America/New_York",
        }
        await at.type("1234 5679")
        await at.press("enter")
        await at.sees("That is not the right code.")
        confirmed = server.asked("POST", "/v1/accounts/confirm")[0].body
        assert isinstance(confirmed, dict)
        assert confirmed["code"] == "12345679"


async def test_a_server_without_mail_shows_its_message_and_fills_the_code_in_marked_as_such() -> None:
    server = FakeServer()
    server.answer("POST", "/v1/accounts", HERE, status=202)
    async with desk(server) as at:
        await at.app.push_screen(CreateAccount())
        await answer_all(at)
        await at.sees("This server has no mail of its own", "The code is 12345678.", "filled in from the message")


async def test_each_field_is_looked_at_on_the_spot() -> None:
    async with desk(FakeServer()) as at:
        await at.app.push_screen(CreateAccount())
        await at.press("enter")
        await at.sees("Type the name as on your ID.")
        await at.type("Ana")
        await at.press("enter")
        await at.type("Rivera")
        await at.press("enter")
        await at.type("14.3.71")
        await at.press("enter")
        await at.sees("Type it as month, day, year: 3/14/1971.", "1 of 5")


async def test_going_back_keeps_every_answer() -> None:
    server = FakeServer()
    server.answer("POST", "/v1/accounts", SENT, status=202)
    async with desk(server) as at:
        await at.app.push_screen(CreateAccount())
        await answer_all(at)
        await at.sees("5 of 5")
        await at.press("escape", "escape", "escape")
        await at.sees("2 of 5", "12 Oak Street", "Memphis", "38103")
        await at.press("escape")
        await at.sees("1 of 5", "Rivera", "3/14/1971")
        await at.press("escape")
        await at.sees("Forgot your password?")


async def test_what_the_server_finds_wrong_is_shown_at_its_field_and_nothing_is_lost() -> None:
    server = FakeServer()
    server.refuse(
        "POST",
        "/v1/accounts",
        422,
        "invalid",
        errors=[{"field": "birth_date", "sentence": "This date has not come yet."}],
    )
    async with desk(server) as at:
        await at.app.push_screen(CreateAccount())
        await answer_all(at)
        await at.sees("1 of 5", "This date has not come yet.", "3/14/1971", "Rivera")


async def test_the_address_typed_on_the_sign_in_page_is_there_already() -> None:
    async with desk(FakeServer()) as at:
        await at.type("ana@example.org")
        await at.press("down", "down", "down", "enter")
        await at.sees("Create account", "1 of 5")
        page = at.screen
        assert isinstance(page, CreateAccount)
        assert page.query_one("#email", Field).value == "ana@example.org"
