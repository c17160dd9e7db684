"""The sign-in page, by keys alone."""

from __future__ import annotations

from backend_client import DemoPerson, Secret, SignIn
from tests.tui.support import ACCOUNT, SESSION, FakeServer, desk

SIGNED_IN = SignIn(Secret("token"), SESSION, ACCOUNT)
PEOPLE = (
    DemoPerson("returning_visitor", "Ana Rivera", "past visits, a refund and a free visit"),
    DemoPerson("new_visitor", "Sam Okafor", "a new visitor"),
)


async def test_enter_goes_from_e_mail_to_password_and_then_signs_in() -> None:
    server = FakeServer()
    server.refuse("POST", "/v1/sign-in", 401, "sign_in_failed", "No.")
    async with desk(server) as at:
        await at.type("ana@example.org")
        await at.press("enter")
        await at.type("correct horse battery")
        await at.press("enter")
        text = await at.sees("do not belong together")
        assert "ana@example.org" in text
        body = server.asked("POST", "/v1/sign-in")[0].body
        assert isinstance(body, dict)
        assert (body["email"], body["password"]) == ("ana@example.org", "correct horse battery")


async def test_a_second_enter_while_signing_in_sends_nothing() -> None:
    server = FakeServer()
    server.refuse("POST", "/v1/sign-in", 401, "sign_in_failed")
    gate = server.hold("POST", "/v1/sign-in")
    async with desk(server) as at:
        await at.type("ana@example.org")
        await at.press("enter")
        await at.type("secret")
        await at.press("enter", "enter", "enter")
        await at.sees("One moment")
        gate.open()
        await at.sees("do not belong together")
        assert server.seen("POST", "/v1/sign-in") == 1
