"""The server goes away at any moment: that is said, what was read and typed stays, and it all comes back by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from backend_client import Account
from tests.tui.screens import account_world as accounts
from tests.tui.screens import test_add_facility as adding
from tests.tui.screens import test_move_visit as move
from tests.tui.screens.schedule_visit import world as wizard
from tests.tui.support import Desk, FakeServer, desk
from tui.screens.add_facility import AddFacility
from tui.screens.desk import Desk as OfficersDesk
from tui.screens.desk_visits import DeskVisits
from tui.screens.edit_profile import EditProfile
from tui.screens.home import Home
from tui.screens.my_facilities import MyFacilities
from tui.screens.page import Page
from tui.screens.profile import Profile
from tui.screens.schedule_visit.wizard import ScheduleVisit
from tui.screens.transaction_details import TransactionDetails
from tui.screens.visit_details import VisitDetails
from tui.screens.visits import Visits

AWAY = "Server not reachable, trying again…"
NOT_SENT = "The server cannot be reached."
IN_DOUBT = "We do not know whether that went through."

Walk = Callable[[Desk], Awaitable[None]]
MakePage = Callable[[], Page[Any]]

PAGES: dict[str, tuple[MakePage, str, Account]] = {
    "Home": (Home, "Pima County", accounts.PROFILE),
    "My Facilities": (MyFacilities, "Pima County", accounts.PROFILE),
    "Add a New Facility": (AddFacility, "Tennessee", accounts.PROFILE),
    "Transaction Details": (TransactionDetails, "11/15", accounts.PROFILE),
    "Visits": (Visits, "Tue Dec 1", accounts.PROFILE),
    "a visit": (lambda: VisitDetails("V1"), "Confirmed", accounts.PROFILE),
    "Profile": (Profile, "12 Elm Street", accounts.PROFILE),
    "access requests": (OfficersDesk, "Boyle, Sean", accounts.OFFICER),
    "visits of a day": (lambda: DeskVisits(accounts.SHELBY), "Needs review 1", accounts.OFFICER),
}
STEPS: dict[str, str] = {
    "terms": "Be on time",
    "individual": "Find the Incarcerated Individual",
    "duration": "Select the Duration",
    "date": "You can schedule until Sun Dec 20.",
    "time": "Morning",
}
"""Steps of the wizard and what they show once they have what they read."""


def calm(at: Desk) -> bool:
    """Tell whether nothing is read or sent."""
    return not getattr(at.screen, "waits", 0)


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_opened_while_the_server_is_away_says_so_and_fills_by_itself(name: str) -> None:
    make, words, account = PAGES[name]
    server = accounts.world()
    async with desk(server, Home() if account is accounts.PROFILE else OfficersDesk(), account=account) as at:
        await at.until(lambda: calm(at))
        server.go_away()
        await at.sees(AWAY)
        await at.app.push_screen(make())
        await at.sees(AWAY)
        server.come_back()
        await at.sees(words)
        await at.sees_not(AWAY, NOT_SENT)


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_keeps_what_it_shows_while_the_server_is_away_and_reads_again(name: str) -> None:
    make, words, account = PAGES[name]
    server = accounts.world()
    async with desk(server, make(), account=account) as at:
        await at.sees(words)
        await at.until(lambda: calm(at))
        server.go_away()
        await at.sees(AWAY, words)
        asked = len(server.requests)
        server.come_back()
        await at.sees_not(AWAY)
        await at.until(lambda: len(server.requests) > asked)
        await at.sees(words)


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_that_lacks_what_it_reads_gets_it_when_the_server_is_back(step: str) -> None:
    server = wizard.world(draft=wizard.drafted(step))
    async with desk(server, ScheduleVisit()) as at:
        await at.sees("You were scheduling a visit.")
        await at.until(lambda: calm(at))
        server.go_away()
        await at.sees(AWAY)
        await at.press("1")
        await at.until(lambda: calm(at))
        server.come_back()
        await at.sees(STEPS[step])
        await at.sees_not(AWAY, NOT_SENT)


async def test_the_ways_to_pay_come_when_the_server_is_back() -> None:
    server = held()
    async with desk(server, ScheduleVisit()) as at:
        await at.sees("You were scheduling a visit.")
        await at.until(lambda: calm(at))
        server.go_away()
        await at.sees(AWAY)
        await at.press("1")
        await at.sees(NOT_SENT)
        server.come_back()
        await at.sees("Visa 4242", "no money moves")
        await at.sees_not(NOT_SENT)


@dataclass(frozen=True)
class Write:
    """Something that is asked of the server.

    Attributes:
        page: Where.
        server: What answers.
        walk: Everything up to the keys that ask.
        keys: The keys that ask.
        sent: Verb and path.
        kept: Words that must stand there all the time, among them what was typed.
        done: Words that stand there when it is done.
    """

    page: MakePage
    server: Callable[[], FakeServer]
    walk: Walk
    keys: tuple[str, ...]
    sent: tuple[str, str]
    kept: str
    done: str


def draft(step: str) -> Callable[[], FakeServer]:
    return lambda: wizard.world(draft=wizard.drafted(step))


def held() -> FakeServer:
    return wizard.world(draft=wizard.FULL_DRAFT, held=wizard.hold())


def cancellable() -> FakeServer:
    server = accounts.world()
    server.answer("POST", "/v1/visits/V1/cancellation", accounts.CANCELLED_VISIT)
    return server


def changeable() -> FakeServer:
    server = accounts.world()
    server.answer("PATCH", "/v1/account", replace(accounts.PROFILE, phone="9015550143"))
    return server


def askable() -> FakeServer:
    server = adding.with_knox()
    server.answer("POST", "/v1/access", adding.ASKED, status=201)
    return server


async def to_terms_read(at: Desk) -> None:
    await wizard.resume(at)
    await at.sees("Be on time")
    while "You have read to the end" not in at.text():
        await at.press("pagedown")


async def to_cancel(at: Desk) -> None:
    await at.sees("Confirmed")
    await at.press("c")
    await at.sees("Keep it")
    await at.press("right")


async def to_phone(at: Desk) -> None:
    await at.sees("901")
    await at.press("ctrl+u", "ctrl+k")
    await at.type("901 555 0143")


WRITES: dict[str, Write] = {
    "accepting the terms": Write(
        ScheduleVisit,
        draft("terms"),
        to_terms_read,
        ("enter",),
        ("POST", "/v1/terms/T1/acceptance"),
        "Be on time",
        "Find the Incarcerated Individual",
    ),
    "holding a time": Write(
        ScheduleVisit,
        draft("time"),
        wizard.resume_at_time,
        ("enter",),
        ("POST", "/v1/holds"),
        "Select the Time",
        "Payment information",
    ),
    "confirming": Write(
        ScheduleVisit,
        held,
        wizard.resume_at_confirm,
        ("enter",),
        ("POST", "/v1/visits"),
        "Check your answers",
        "Your visit is confirmed.",
    ),
    "adding a facility": Write(
        AddFacility, askable, adding.fill_in, ("enter",), ("POST", "/v1/access"), "Luz Ortega-Baca", "Request sent to"
    ),
    "cancelling": Write(
        lambda: VisitDetails("V1"),
        cancellable,
        to_cancel,
        ("enter",),
        ("POST", "/v1/visits/V1/cancellation"),
        "Mateo Rivera",
        "by you",
    ),
    "moving": Write(
        lambda: VisitDetails("H1"),
        move.moving,
        move.to_both,
        ("enter",),
        ("POST", move.MOVE),
        "Move this visit?",
        "Your visit is moved.",
    ),
    "changing the profile": Write(
        lambda: EditProfile(accounts.PROFILE, "phone"),
        changeable,
        to_phone,
        ("enter",),
        ("PATCH", "/v1/account"),
        "901 555 0143",
        "",
    ),
}


@pytest.mark.parametrize("name", WRITES)
async def test_what_is_asked_while_the_server_is_away_is_not_sent_and_nothing_typed_is_lost(name: str) -> None:
    write = WRITES[name]
    server = write.server()
    page = write.page()
    async with desk(server, page) as at:
        await write.walk(at)
        await at.until(lambda: calm(at))
        server.go_away()
        await at.until(lambda: AWAY in at.text() or not getattr(at.screen, "has_frame", True))
        await at.press(*write.keys)
        await accounts.reads(at, NOT_SENT, "Nothing was changed.")
        assert write.kept in at.text()
        server.come_back()
        await at.sees_not(AWAY, NOT_SENT)
        assert write.kept in at.text()
        assert server.seen(*write.sent) == 0


@pytest.mark.parametrize("name", WRITES)
async def test_what_the_server_did_before_it_went_away_is_settled_with_the_same_key_when_it_is_back(name: str) -> None:
    write = WRITES[name]
    server = write.server()
    page = write.page()
    async with desk(server, page) as at:
        await write.walk(at)
        await at.until(lambda: calm(at))
        server.go_away(after=write.sent)
        await at.press(*write.keys)
        await accounts.reads(at, IN_DOUBT, "It will not be done twice.")
        await at.sees(AWAY)
        assert write.kept in at.text()
        server.come_back()
        if write.done:
            await at.sees(write.done)
        else:
            await at.until(lambda: not page.is_attached)
        await at.sees_not(AWAY, IN_DOUBT)
        assert len({asked.key for asked in server.asked(*write.sent)}) == 1
        assert server.seen(*write.sent) == 2


async def test_asking_again_while_the_server_is_still_away_leaves_it_unknown_and_the_key_the_same() -> None:
    write = WRITES["adding a facility"]
    server = write.server()
    async with desk(server, write.page()) as at:
        await write.walk(at)
        server.go_away(after=write.sent)
        await at.press("enter")
        await accounts.reads(at, IN_DOUBT)
        await at.sees(AWAY)
        await at.press("enter")
        await at.until(lambda: calm(at))
        await accounts.reads(at, IN_DOUBT)
        assert NOT_SENT not in at.text()
        server.come_back()
        await at.sees(write.done)
        assert len({asked.key for asked in server.asked(*write.sent)}) == 1


async def test_what_was_left_in_doubt_at_one_step_is_not_asked_again_from_another() -> None:
    write = WRITES["holding a time"]
    server = write.server()
    async with desk(server, write.page()) as at:
        await write.walk(at)
        server.go_away(after=write.sent)
        await at.press("enter")
        await accounts.reads(at, IN_DOUBT)
        await at.press("escape")
        await at.sees("Select the Date")
        server.come_back()
        await at.sees_not(AWAY)
        await at.sees("You can schedule until")
        assert server.seen(*write.sent) == 1
