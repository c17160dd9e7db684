"""Profile: every line of it is read, and changed on a page of its own; the password too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tui.screens.account_world import PROFILE, reads, world
from tests.tui.support import Json, desk
from tui.screens.profile import Profile


async def test_it_shows_what_facilities_see_and_whose_time_is_shown() -> None:
    async with desk(world(), Profile()) as at:
        await at.sees(
            "Ana Rivera",
            "03/14/1971",
            "12 Elm Street, Memphis, TN 38103",
            "(901) 555-0142",
            "Driver's license, ends in 0881",
            "New York",
            "You sign in as ana@example.org.",
        )


async def test_what_was_never_given_says_so() -> None:
    server = world()
    bare = replace(PROFILE, birth_date=None, address_line=None, city=None, state=None, postal_code=None, phone=None)
    server.answer("GET", "/v1/account", replace(bare, id_kind=None))
    async with desk(server, Profile()) as at:
        assert (await at.sees("not given yet")).count("not given yet") == 4


@pytest.mark.parametrize(
    ("line", "typed", "sent"),
    [
        ("1", (None, "Rivera-Cruz"), {"first_name": "Ana", "last_name": "Rivera-Cruz"}),
        ("2", ("3/15/1971",), {"birth_date": "1971-03-15"}),
        (
            "3",
            ("9 Oak Lane", None, None, "38104"),
            {"address_line": "9 Oak Lane", "city": "Memphis", "state": "TN", "postal_code": "38104"},
        ),
        ("4", ("901 555 0143",), {"phone": "901 555 0143"}),
    ],
    ids=["name", "birth", "address", "phone"],
)
async def test_a_line_is_changed_and_nothing_else_is_sent(
    line: str, typed: tuple[str | None, ...], sent: dict[str, Json]
) -> None:
    server = world()
    server.answer("PATCH", "/v1/account", PROFILE)
    async with desk(server, Profile()) as at:
        await at.sees("12 Elm Street")
        await at.press(line)
        await at.sees("Enter Save")
        for text in typed:
            if text is not None:
                await at.press("ctrl+u", "ctrl+k")
                await at.type(text)
            await at.press("enter")
        await at.sees("Your profile is changed.")
        assert [asked.body for asked in server.asked("PATCH", "/v1/account")] == [sent]


async def test_the_kind_of_id_is_picked_from_the_list_that_stands_on_the_present_one() -> None:
    server = world()
    server.answer("PATCH", "/v1/account", replace(PROFILE, id_kind="passport", id_last4="4711"))
    async with desk(server, Profile()) as at:
        await at.sees("Driver's license")
        await at.press("5")
        await at.sees(">1  Driver's license")
        await at.press("3", "ctrl+u", "ctrl+k")
        await at.type("4711")
        await at.press("enter")
        await at.sees("Passport, ends in 4711")
        assert server.asked("PATCH", "/v1/account")[0].body == {"id_kind": "passport", "id_last4": "4711"}


async def test_another_time_zone_changes_every_time_on_the_glass() -> None:
    server = world()
    server.answer("PATCH", "/v1/account", replace(PROFILE, time_zone="America/Los_Angeles"))
    async with desk(server, Profile()) as at:
        await at.sees("9:41 PM EST")
        await at.press("6")
        await at.sees(">1  Eastern Time (EST)", "Pacific Time (PST)", "6:41 PM")
        await at.press("5")
        await at.sees("Los Angeles", "6:41 PM PST")
        assert server.asked("PATCH", "/v1/account")[0].body == {"time_zone": "America/Los_Angeles"}


async def test_what_is_wrong_stands_at_its_field_whoever_finds_it() -> None:
    server = world()
    wrong: list[Json] = [{"field": "phone", "sentence": "This number is not in use."}]
    server.refuse("PATCH", "/v1/account", 422, "invalid", errors=wrong)
    async with desk(server, Profile()) as at:
        await at.sees("12 Elm Street")
        await at.press("4")
        await at.press("ctrl+u", "ctrl+k")
        await at.type("12")
        await at.press("enter")
        await at.sees("! ")
        assert server.seen("PATCH", "/v1/account") == 0
        await at.press("ctrl+u", "ctrl+k")
        await at.type("9015550199")
        await at.press("enter")
        await at.sees("! This number is not in use.", "9015550199")


async def test_leaving_with_changes_asks_first_and_without_goes_at_once() -> None:
    async with desk(world(), Profile()) as at:
        await at.sees("12 Elm Street")
        await at.press("4", "escape")
        await at.sees("PROFILE")
        await at.press("4")
        await at.type("7")
        await at.press("escape")
        await at.sees("Leave without saving?")
        await at.press("enter")
        await at.sees("90155501427")
        await at.press("escape")
        await at.sees("Leave without saving?")
        await at.press("right", "enter")
        await at.sees("(901) 555-0142")


async def test_the_password_is_changed_once_and_never_shown() -> None:
    server = world()
    server.answer("POST", "/v1/account/password", None, status=204)
    async with desk(server, Profile()) as at:
        await at.sees("12 Elm Street")
        await at.press("7")
        await at.sees("12 characters or more, anything you like.")
        await at.type("correct horse battery")
        await at.press("enter")
        await at.type("short")
        await at.press("enter")
        await at.sees("! ")
        await at.type(" but longer now")
        assert "horse" not in at.text()
        assert "longer" not in at.text()
        gate = server.hold("POST", "/v1/account/password")
        await at.press("enter", "enter")
        gate.open()
        await at.sees("Your password is changed. You are signed out everywhere else.")
        (asked,) = server.asked("POST", "/v1/account/password")
        assert asked.body == {"current_password": "correct horse battery", "new_password": "short but longer now"}


async def test_a_wrong_present_password_is_said_at_its_field() -> None:
    server = world()
    wrong: list[Json] = [{"field": "current_password", "sentence": "That is not your present password."}]
    server.refuse("POST", "/v1/account/password", 422, "invalid", errors=wrong)
    async with desk(server, Profile()) as at:
        await at.sees("12 Elm Street")
        await at.press("7")
        await at.type("correct horse battery")
        await at.press("enter")
        await at.type("another long password")
        await at.press("enter")
        await reads(at, "! That is not your present password.")


async def test_a_change_made_elsewhere_is_shown_without_a_key() -> None:
    server = world()
    async with desk(server, Profile()) as at:
        await at.sees("12 Elm Street")
        server.answer("GET", "/v1/account", replace(PROFILE, address_line="9 Oak Lane"))
        server.announce("account", "A1")
        await at.sees("9 Oak Lane")
