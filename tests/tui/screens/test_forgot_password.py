"""Forgot your password: the same answer for everybody, and a way back in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend_client import CodeSent, LocalMessage
from tests.tui.support import NOW, FakeServer, desk

SENT = CodeSent("ana@example.org", NOW + timedelta(minutes=15))
HERE = CodeSent("ana@example.org", NOW + timedelta(minutes=15), LocalMessage("Your code", "12345678", "12345678"))


async def test_the_sign_in_page_leads_there_with_the_address_typed() -> None:
    server = FakeServer()
    server.answer("POST", "/v1/password/forgot", SENT, status=202)
    server.refuse("POST", "/v1/password/reset", 400, "code_expired")
    async with desk(server) as at:
        await at.type("ana@example.org")
        await at.press("down", "down", "enter")
        await at.sees("Where shall we send a code?", "ana@example.org")
        await at.press("enter")
        await at.sees(
            "12 characters or more, anything you like",
            "If ana@example.org has an account, a code of 8 digits is on its way.",
        )
        await at.type("12345678")
        await at.press("enter")
        await at.type("short")
        await at.press("enter")
        await at.sees("7 more characters are needed.")
        await at.type("er no more, long")
        await at.press("enter")
        await at.sees("This code has run out. Ask for a new code.")
        body = server.asked("POST", "/v1/password/reset")[0].body
        assert isinstance(body, dict)
        assert (body["email"], body["code"], body["new_password"]) == (
            "ana@example.org",
            "12345678",
            "shorter no more, long",
        )
        await at.press("escape")
        await at.sees("Where shall we send a code?", "ana@example.org")


async def test_without_mail_the_code_is_filled_in_and_the_cursor_waits_at_the_password() -> None:
    server = FakeServer()
    server.answer("POST", "/v1/password/forgot", HERE, status=202)
    async with desk(server) as at:
        await at.type("ana@example.org")
        await at.press("down", "down", "enter", "enter")
        await at.sees("filled in from the message")
        await at.type("a new and long one")
        await at.sees("••••••••••••••••••")


async def test_a_code_told_by_somebody_is_typed_without_asking_for_another() -> None:
    server = FakeServer()
    server.refuse("POST", "/v1/password/reset", 400, "code_expired")
    async with desk(server) as at:
        await at.press("down", "down", "enter")
        await at.sees("I have a code already")
        await at.press("tab", "enter")
        await at.sees("Type your e-mail address")
        await at.type("ana@example.org")
        await at.press("tab", "enter")
        await at.sees("Type the code that you were given for ana@example.org.")
        await at.type("12345678")
        await at.press("enter")
        await at.type("a new and long one")
        await at.press("enter")
        await at.sees("This code has run out.")
        assert server.seen("POST", "/v1/password/forgot") == 0


async def test_what_the_server_refuses_is_seen_on_the_smallest_glass_below_a_long_message() -> None:
    text = "\n\n".join(
        f"Paragraph {n} of a message, so long that each of them takes two lines on the glass." for n in range(9)
    )
    server = FakeServer()
    sent = replace(HERE, local_message=LocalMessage("Your code", text, "12345678"))
    server.answer("POST", "/v1/password/forgot", sent, status=202)
    server.refuse("POST", "/v1/password/reset", 400, "code_wrong")
    async with desk(server) as at:
        await at.type("ana@example.org")
        await at.press("down", "down", "enter", "enter")
        lines = (await at.sees("Paragraph 1", "12 characters or more, anything you like")).splitlines()
        start = next(n for n, line in enumerate(lines) if "Paragraph 1" in line)
        assert lines[start].index("Paragraph") == len(lines[start + 1]) - len(lines[start + 1].lstrip())
        await at.type("a new and long one")
        await at.press("enter")
        await at.sees("That is not the right code. Look at it again", "New password", "••••")


async def test_a_code_filled_in_makes_room_for_the_next_one_and_for_one_that_was_told() -> None:
    server = FakeServer()
    second = replace(HERE, local_message=LocalMessage("Your code", "Another.", "87654321"))
    server.answer("POST", "/v1/password/forgot", HERE, second, status=202)
    async with desk(server) as at:
        await at.type("ana@example.org")
        await at.press("down", "down", "enter", "enter")
        await at.sees("filled in from the message")
        await at.press("escape", "enter")
        await at.sees("Another.", "87654321")
        await at.press("escape", "tab", "enter")
        await at.sees("that you were given for ana@example.org")
        await at.type("11112222")
        await at.sees("  11112222\n")
        await at.sees_not("filled in from the message", "87654321", "Another.")
