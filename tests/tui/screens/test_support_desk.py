"""The Support Desk, thin: a customer by their exact address, one code for one reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend_client import FoundAccount, OneTimeCode, Page, Role, Secret
from tests.tui.screens.account_world import PROFILE, reads, world
from tests.tui.support import NOW, Desk, FakeServer, desk
from tui.screens.support import Support

AGENT = replace(PROFILE, role=Role.SUPPORT, first_name="Robin", last_name="Sato")
SEARCH, CODE = "/v1/support/accounts/search", "/v1/support/accounts/A1/one-time-code"


def found() -> FakeServer:
    server = world()
    server.answer("POST", SEARCH, Page((FoundAccount("A1", "Ana Rivera", "a••@example.org"),)))
    server.answer("POST", CODE, OneTimeCode(Secret("12345678"), NOW + timedelta(minutes=15)))
    return server


async def find(at: Desk) -> None:
    await at.type("ana@example.org")
    await at.press("enter")
    await at.sees("✓ Ana Rivera, a••@example.org", "Why they need a code")


async def test_a_code_is_given_once_with_the_reason_that_is_recorded() -> None:
    server = found()
    async with desk(server, Support(), account=AGENT) as at:
        await find(at)
        await at.press("enter")
        await at.sees("Write how you made sure who they are.")
        await at.type("Called back on the known number.")
        gate = server.hold("POST", CODE)
        await at.press("enter", "enter")
        gate.open()
        await at.sees("Tell them this code: 1234 5678", "It works until 9:56 PM EST")
        await at.press("enter", "enter")
        await at.sees("The code stands below.", "1234 5678")
        (asked,) = server.asked("POST", CODE)
        assert asked.body == {"reason": "Called back on the known number."}
        assert server.seen("POST", SEARCH) == 1


async def test_another_address_takes_the_code_from_the_glass() -> None:
    async with desk(found(), Support(), account=AGENT) as at:
        await find(at)
        await at.type("Called back.")
        await at.press("enter")
        await at.sees("1234 5678")
        await at.type("x")
        await at.sees_not("1234 5678", "Why they need a code")


async def test_an_address_that_nobody_has_says_so() -> None:
    server = found()
    server.answer("POST", SEARCH, Page(()))
    async with desk(server, Support(), account=AGENT) as at:
        await at.type("nobody")
        await at.press("enter")
        assert server.seen("POST", SEARCH) == 0
        await at.type("@example.org")
        await at.press("enter")
        await at.sees("No account has exactly this address.")
        await at.sees_not("Why they need a code")


async def test_too_many_searches_say_when_to_go_on() -> None:
    server = found()
    server.refuse("POST", SEARCH, 429, "too_many_requests", "That was a lot at once.", retry_after_seconds=40)
    async with desk(server, Support(), account=AGENT) as at:
        await at.type("ana@example.org")
        await at.press("enter")
        await reads(at, "That was a lot at once. Please try again in 40 seconds.")
