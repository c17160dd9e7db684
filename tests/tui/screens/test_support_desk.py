"""The Support Desk: find a customer, look at their account as they see it, read what happened, give a code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend_client import FoundAccounts, FoundBy, Page
from tests.tui.screens.account_world import HOSTILE, HOSTILE_DRAWN, VISIT, reads
from tests.tui.screens.support_world import (
    AGENT,
    ANA,
    BOTH,
    CODE,
    END,
    LOOKS,
    SEARCH,
    TIMELINE,
    TIMES,
    WHY,
    find,
    item,
    looking,
    support_world,
)
from tests.tui.support import Desk, desk
from tui.screens.support import Support
from tui.screens.support_customer import Customer
from tui.screens.support_timeline import PAGE_SIZE

# -- finding


async def test_who_is_found_is_told_apart_by_town_phone_and_address() -> None:
    server = support_world()
    async with desk(server, Support(), account=AGENT) as at:
        await find(at)
        await at.sees(">1  Ana Rivera", "Memphis, TN", "phone ends in 0142", "a•••@example.org")
        await at.sees("2  Ana Riveras", "disabled", "phone ends in 0199")
        (asked,) = server.asked("POST", SEARCH)
        assert asked.body == {"said": "ana riv"}


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (replace(BOTH, more=True), "There are more than these 2. Type more of the name."),
        (replace(BOTH, near=True), "Nobody is written like that. These are written almost so."),
        (replace(BOTH, items=(ANA,)), "1 customer found."),
        (FoundAccounts((), FoundBy.NAME, more=False, near=False), "No customer was found."),
        (FoundAccounts((), FoundBy.EMAIL, more=False, near=False), "No customer has exactly this e-mail address."),
        (FoundAccounts((), FoundBy.PHONE, more=False, near=False), "No customer has a phone number that ends so."),
    ],
)
async def test_the_page_says_how_good_what_was_found_is(found: FoundAccounts, sentence: str) -> None:
    server = support_world()
    server.answer("POST", SEARCH, found)
    async with desk(server, Support(), account=AGENT) as at:
        await at.type("ana")
        await at.press("enter")
        await reads(at, sentence)


async def test_typing_on_takes_away_who_was_found_and_slash_goes_back_to_the_field() -> None:
    async with desk(support_world(), Support(), account=AGENT) as at:
        await find(at)
        await at.press("slash")
        await at.sees("ana riv", "2 customers found.")
        await at.type("x")
        await at.sees_not("Memphis, TN", "customers found")


async def test_nothing_typed_is_not_asked_for() -> None:
    server = support_world()
    async with desk(server, Support(), account=AGENT) as at:
        await at.press("enter")
        await at.sees("Type a name, a whole e-mail address")
        assert server.seen("POST", SEARCH) == 0


async def test_too_many_searches_say_when_to_go_on() -> None:
    server = support_world()
    server.refuse("POST", SEARCH, 429, "too_many_requests", "That was a lot at once.", retry_after_seconds=40)
    async with desk(server, Support(), account=AGENT) as at:
        await at.type("ana@example.org")
        await at.press("enter")
        await reads(at, "That was a lot at once. Please try again in 40 seconds.")


# -- looking


async def test_a_look_needs_a_reason_and_esc_looks_at_nothing() -> None:
    server = support_world()
    async with desk(server, Support(), account=AGENT) as at:
        await find(at)
        await at.press("enter")
        await at.sees("Why do you look at the account of Ana Rivera?", "stays in the record")
        await at.press("enter")
        await at.sees("A look needs a reason.")
        await at.press("escape")
        await at.sees("2 customers found.")
        assert server.seen("POST", LOOKS) == 0


async def test_the_customer_is_read_through_the_look_and_support_as_the_agent() -> None:
    server = support_world()
    async with looking(server) as at:
        (asked,) = server.asked("POST", LOOKS)
        assert asked.body == {"account_id": "A1", "why": WHY}
        await at.press("6")
        await at.sees("Visit confirmed")
        looks = {(seen.path, seen.look) for seen in server.requests}
        assert ("/v1/account", "L1") in looks
        assert looks >= {(SEARCH, None), (LOOKS, None), (TIMELINE, None)}


@pytest.mark.parametrize(
    ("way", "sees"),
    [
        ("1", ("Home · Ana Rivera", "Good evening, Ana.", "Video Connect", "2 upcoming")),
        ("2", ("MY FACILITIES", "Pima County Adult Detention")),
        ("3", ("VISITS", "Tue Dec 1")),
        ("4", ("TRANSACTION DETAILS", "Visa 4242")),
        ("5", ("PROFILE", "12 Elm Street", "You sign in as")),
    ],
)
async def test_the_pages_are_the_customers_own_under_the_banner(way: str, sees: tuple[str, ...]) -> None:
    async with looking(support_world()) as at:
        await at.press(way)
        await at.sees(*sees, "LOOKING ONLY, nothing can be changed: Ana Rivera, until 10:11 PM EST")
        await at.press("escape")
        await at.sees("Make sure that it is them")


async def test_what_changes_is_seen_as_it_changes() -> None:
    server = support_world()
    async with looking(server) as at:
        await at.press("3")
        await at.sees("Tue Dec 1")
        server.answer("GET", "/v1/visits", Page((replace(VISIT, individual_name="Somebody Else"),)))
        server.announce("visit", "V1")
        await at.sees("Somebody Else")


KEYS = {
    "1": ("2", "5", "down", "enter"),
    "2": ("a", "w", "enter", "right"),
    "3": ("m", "a", "x", "enter"),
    "4": ("s", "t", "slash", "enter"),
    "5": ("1", "7", "enter", "left"),
}


@pytest.mark.parametrize("way", KEYS)
async def test_no_key_on_any_page_of_a_look_changes_anything(way: str) -> None:
    """Whatever is pressed on the customer's pages, and on what opens from them, only reads are sent."""
    server = support_world()
    async with looking(server) as at:
        began = len(server.requests)
        for key in KEYS[way]:
            await at.press(way)
            await at.sees_not("One moment")
            await at.press(key)
            await at.sees("LOOKING ONLY")
            for then in ("enter", "c", "m", "s"):
                await at.press(then)
            while not isinstance(at.screen, Customer):
                await at.press("escape")
        assert {(seen.method, seen.look) for seen in server.requests[began:]} == {("GET", "L1")}


@pytest.mark.parametrize(
    ("keys", "page"),
    [
        (("1", "2"), "Home · Ana Rivera"),
        (("2", "up", "up", "up", "enter"), "MY FACILITIES"),
        (("3", "m"), "VISITS"),
        (("5", "enter"), "PROFILE"),
        (("5", "7"), "PROFILE"),
        (("1", "5", "c"), "Visit VD-"),
    ],
)
async def test_a_key_that_would_change_something_says_why_it_does_not(keys: tuple[str, ...], page: str) -> None:
    async with looking(support_world()) as at:
        for key in keys:
            await at.press(key)
            await at.sees_not("One moment")
        await at.sees(page, "You are looking at this account: nothing of it can be changed.")


async def test_esc_ends_the_look_and_everything_is_the_agents_again() -> None:
    server = support_world()
    async with looking(server) as at:
        await at.press("escape")
        await at.sees("Support Desk · Robin Sato", "2 customers found.")
        await at.sees_not("LOOKING ONLY")
        await at.until(lambda: server.seen("POST", END) == 1)
        assert at.app.session.account == AGENT
        await at.press("slash")
        await at.type("x")
        await at.press("enter")
        await at.until(lambda: server.seen("POST", SEARCH) == 2)
        assert {seen.look for seen in server.asked("POST", SEARCH)} == {None}


async def test_signing_out_in_a_look_leaves_nothing_of_it_for_the_next() -> None:
    server = support_world()
    server.answer("DELETE", "/v1/sign-in", None, status=204)
    server.answer("GET", "/v1/demo/people", Page(()))
    async with looking(server) as at:
        await at.press("f10")
        await at.sees("Sign in")
        assert (at.app.session.looking, at.app.client._pipeline.look) == (None, None)
        await at.sees_not("LOOKING ONLY")


async def test_a_look_that_is_over_says_so_where_it_is_noticed() -> None:
    server = support_world()
    async with looking(server) as at:
        server.refuse("GET", "/v1/visits", 403, "look_is_over", "Find the account again, and say why you look.")
        await at.press("3")
        await reads(at, "Find the account again, and say why you look.")


async def test_a_second_look_is_as_good_as_the_first() -> None:
    server = support_world()
    async with looking(server) as at:
        await at.press("escape")
        await at.sees("2 customers found.")
        await at.press("slash")
        await at.type("x")
        await at.sees_not("2 customers found.")
        await at.press("backspace")
        await at.press("enter")
        await at.sees("2 customers found.")
        await at.press("enter")
        await at.sees("Why do you look")
        await at.type(WHY)
        await at.press("enter")
        await at.sees("LOOKING ONLY", "12 Elm Street")
        assert server.seen("POST", LOOKS) == 2


async def test_a_customers_name_acts_on_nothing() -> None:
    server = support_world()
    server.answer("POST", SEARCH, replace(BOTH, items=(replace(ANA, name=HOSTILE),)))
    async with desk(server, Support(), account=AGENT, size=(120, 40)) as at:
        await at.type("ana")
        await at.press("enter")
        await at.sees(HOSTILE_DRAWN[:30])
        await at.press("enter")
        await reads(at, "Why do you look at the account of " + HOSTILE_DRAWN)


# -- the timeline


async def test_the_timeline_tells_what_happened_about_what_and_by_whom() -> None:
    async with looking(support_world()) as at:
        await at.press("6")
        await at.sees(
            "2026", "Account looked at", "Robin Sato", "Reason: " + WHY, "Payment of $5.70: paid", "$5.70 given back"
        )
        await at.press("down")
        await at.sees("VD-7K3M9Q, Shelby County Jail", "Ana Rivera (customer)")
        await at.press("down")
        await at.sees("With Visa 4242.")
        await at.press("down")
        await at.sees("To a•••@example.org: could not be sent.", "by itself")
        await at.press("end")
        await at.sees("2025", "Created and signed in")


async def test_a_long_timeline_is_read_page_by_page() -> None:
    server = support_world()
    first = tuple(item(number, "signed in") for number in range(PAGE_SIZE))
    server.answer("GET", TIMELINE, Page(first, "more"), Page(TIMES[-1:]))
    async with looking(server) as at:
        await at.press("6")
        await at.sees("Signed in")
        await at.press("end")
        await at.until(lambda: server.seen("GET", TIMELINE) == 2)
        await at.press("end")
        await at.sees("Created and signed in")
        assert [seen.query.get("cursor") for seen in server.asked("GET", TIMELINE)] == [None, "more"]


# -- a code


async def to_the_code(at: Desk) -> None:
    await at.press("7")
    await at.sees("Help Ana Rivera back into the account")


async def test_a_code_is_given_once_with_the_reason_that_is_recorded() -> None:
    server = support_world()
    async with looking(server) as at:
        await to_the_code(at)
        await at.press("enter")
        await at.sees("Write how you made sure who they are.")
        await at.type("Called back on the known number.")
        gate = server.hold("POST", CODE)
        await at.press("enter", "enter")
        gate.open()
        await at.sees("Tell them this code: 1234 5678", "It works until 9:56 PM EST")
        await at.press("enter", "enter")
        (asked,) = server.asked("POST", CODE)
        assert (asked.body, asked.look) == ({"reason": "Called back on the known number."}, None)


async def test_leaving_takes_the_code_from_the_glass() -> None:
    async with looking(support_world()) as at:
        await to_the_code(at)
        await at.type("Called back.")
        await at.press("enter")
        await at.sees("1234 5678")
        await at.press("escape")
        await at.sees("Make sure that it is them")
        await at.sees_not("1234 5678")
