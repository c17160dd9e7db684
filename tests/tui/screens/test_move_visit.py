"""Moving a visit: a day, a time, both times side by side; whatever is refused, the visit stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from backend_client import MoveOffer, Openings, OpeningState, Reason, VisitStatus
from tests.tui.screens.schedule_visit.world import DEC_10, STARTS, VISIT, month, openings, there, world
from tests.tui.support import NOW, Desk, FakeServer, desk, wire
from tui.screens.visit_details import VisitDetails

AT = "/v1/visits/H1"
MOVE = f"{AT}/move"
DEC_11 = date(2026, 12, 11)
NEW = there(DEC_11, 10)
MOVED = replace(VISIT, starts_at=NEW, ends_at=NEW + timedelta(minutes=30), changes=1)
ALLOWED = MoveOffer(allowed=True, reasons=(), until=STARTS - timedelta(hours=24))


def for_a_move(day: date) -> Openings:
    """Return a day's times as the server lists them for the move: its own time is closed."""
    found = openings(day)
    now = (Reason("same_time", "That is when your visit is now."),)
    return replace(
        found,
        items=tuple(
            replace(one, state=OpeningState.CLOSED, reasons=now) if one.starts_at == STARTS else one
            for one in found.items
        ),
    )


def moving(*offers: MoveOffer) -> FakeServer:
    """Return a server at which the visit of Thu Dec 10 can be moved to Fri Dec 11, 10:00 AM."""
    server = world()
    server.answer("GET", AT, VISIT)
    server.answer("GET", MOVE, *(offers or (ALLOWED,)))
    server.answer("GET", "/v1/opening-days", month())
    server.answer("GET", "/v1/openings", for_a_move(DEC_11))
    server.answer("POST", MOVE, MOVED)
    return server


async def to_times(at: Desk) -> None:
    """Open the move and choose Fri Dec 11."""
    await at.sees("Visit VD-7K3M9Q", "M Move")
    await at.press("m")
    await at.sees("Select the Date", "It is now on", "You can schedule until Sun Dec 20.")
    while "Fri Dec 11  " not in at.text():
        await at.press("n")
    await at.press("enter")


async def to_both(at: Desk) -> None:
    """Choose the new time, so that both are shown."""
    await to_times(at)
    await at.sees("Select the Time", "Fri Dec 11")
    while ">10:00<" not in at.text():
        await at.press("right")
    await at.press("enter")
    await at.sees("Move this visit?")
    at.clock.step(1)


async def test_both_times_stand_side_by_side_in_both_zones_before_anything_happens() -> None:
    server = moving()
    async with desk(server, VisitDetails("H1")) as at:
        await to_both(at)
        text = await at.sees("Nothing more to pay.", "Your visit keeps its present time", "VD-7K3M9Q")
        (line,) = (line for line in text.splitlines() if "9:00 to 9:30" in line)
        assert line.strip().endswith("Fri Dec 11, 10:00 to 10:30 AM CST")
        (line,) = (line for line in text.splitlines() if "for you" in line)
        assert line.split() == ["10:00", "AM", "EST", "for", "you", "11:00", "AM", "EST", "for", "you"]
        assert server.seen("POST", MOVE) == 0


async def test_enter_moves_it_once_and_its_page_shows_the_new_time() -> None:
    server = moving()
    async with desk(server, VisitDetails("H1")) as at:
        await to_both(at)
        gate = server.hold("POST", MOVE)
        await at.press("enter", "enter", "escape")
        await at.sees("One moment: this is being sent.")
        gate.open()
        await at.sees("Your visit is moved.", "Fri Dec 11, 10:00 to 10:30 AM CST", "11:00 AM EST for you")
        (asked,) = server.asked("POST", MOVE)
        assert asked.body == {"starts_at": wire(NEW), "expected_starts_at": wire(STARTS)}


async def test_an_enter_that_comes_too_soon_for_reading_moves_nothing() -> None:
    server = moving()
    async with desk(server, VisitDetails("H1")) as at:
        await to_both(at)
        await at.press("escape")
        await at.sees("Select the Time")
        await at.press("enter")
        await at.sees("Move this visit?")
        await at.press("enter")
        await at.sees("Please look at both times first")
        assert server.seen("POST", MOVE) == 0


async def test_times_are_asked_for_as_those_of_a_move_and_nothing_is_held() -> None:
    server = moving()
    async with desk(server, VisitDetails("H1")) as at:
        await to_both(at)
        for path in ("/v1/opening-days", "/v1/openings"):
            assert {asked.query["moving"] for asked in server.asked("GET", path)} == {"H1"}
            assert server.asked("GET", path)[0].query["individual_id"] == "I1"
        assert server.seen("POST", "/v1/holds") == 0
        assert server.seen("PUT", "/v1/draft") == 0


async def test_its_present_time_is_marked_and_cannot_be_chosen() -> None:
    server = moving()
    server.answer("GET", "/v1/openings", for_a_move(DEC_10))
    async with desk(server, VisitDetails("H1")) as at:
        await to_times(at)
        await at.sees("9:00 now")
        await at.press("right", "right", "enter")
        await at.sees("9:00 AM CST cannot be chosen.", "That is when your visit is now.")


def refuse(server: FakeServer, *reasons: Reason, nearest: tuple[datetime, ...] = (), then: object = None) -> None:
    """Let the server refuse the move by these rules."""
    server.refuse("POST", MOVE, 409, reasons[0].code, "x", then=then, reasons=wire(reasons), nearest=wire(nearest))


async def test_a_time_that_was_just_taken_offers_the_nearest_and_says_that_the_visit_stands() -> None:
    server = moving()
    nearest = (there(DEC_11, 9, 30), there(DEC_11, 10, 30))
    refuse(server, Reason("no_capacity", "That time was just taken."), nearest=nearest, then=MOVED)
    async with desk(server, VisitDetails("H1")) as at:
        await to_both(at)
        await at.press("enter")
        await at.sees("Your visit on Thu Dec 10, 9:00 AM CST stands.", "The nearest are:", "1  9:30 AM", "2  10:30 AM")
        await at.press("2")
        await at.sees("Move this visit?", "Fri Dec 11, 10:30 to 11:00 AM CST")
        at.clock.step(1)
        await at.press("enter")
        await at.sees("Your visit is moved.")
        assert [asked.body["starts_at"] for asked in server.asked("POST", MOVE)] == [wire(NEW), wire(nearest[1])]  # type: ignore[index,call-overload]


async def test_every_reason_of_a_refusal_is_said_and_the_step_that_mends_it_is_asked_again() -> None:
    server = moving()
    refuse(
        server,
        Reason("blacked_out", "There are no visits that day.", date(2026, 12, 12)),
        Reason("quota_reached", "Two visits a week are possible.", date(2026, 12, 14)),
    )
    async with desk(server, VisitDetails("H1")) as at:
        await to_both(at)
        await at.press("enter")
        await at.sees(
            "There are no visits that day. Two visits a week are possible.",
            "stands.",
            "First possible: Mon Dec 14.",
            "Select the Date",
        )


@pytest.mark.parametrize(
    ("code", "detail", "times_said"),
    [
        ("facility_access_required", "Your visit on Dec 10 at 09:00 CST stands.", 1),
        ("payment_checking", "Your visit on Dec 10 at 09:00 CST stands.", 1),
        ("visit_already_cancelled", "Nothing was changed.", 0),
        ("visit_is_over", "Nothing was changed.", 0),
    ],
)
async def test_that_the_visit_stands_is_said_once_and_only_of_one_that_does(
    code: str, detail: str, times_said: int
) -> None:
    server = moving()
    server.refuse("POST", MOVE, 409, code, detail, reasons=wire((Reason(code, "That cannot be."),)))
    async with desk(server, VisitDetails("H1")) as at:
        await to_both(at)
        await at.press("enter")
        text = " ".join((await at.sees("That cannot be.")).split())
        assert text.count("Your visit on") == times_said, text


async def test_a_visit_that_was_moved_elsewhere_meanwhile_is_read_again() -> None:
    server = moving()
    elsewhere = replace(MOVED, starts_at=there(DEC_10, 15), ends_at=there(DEC_10, 15, 30))
    server.refuse("POST", MOVE, 409, "visit_changed", "It is on Dec 10 at 15:00 CST now.")
    async with desk(server, VisitDetails("H1")) as at:
        await to_both(at)
        server.answer("GET", AT, elsewhere)
        await at.press("enter")
        await at.sees("It is on Dec 10 at 15:00 CST now.", "Select the Date", "Thu Dec 10, 3:00 PM CST")


async def test_a_visit_that_cannot_be_moved_any_more_says_why() -> None:
    late = (Reason("too_late_to_move", "Visits here can be moved until 24 hours before they start."),)
    async with desk(moving(MoveOffer(allowed=False, reasons=late, until=NOW)), VisitDetails("H1")) as at:
        await at.sees("M Move")
        await at.press("m")
        await at.sees("This visit cannot be moved here", "Visits here can be moved until 24 hours before they")


async def test_esc_goes_back_step_by_step_and_leaves_the_visit_alone() -> None:
    server = moving()
    async with desk(server, VisitDetails("H1")) as at:
        await to_both(at)
        await at.press("escape")
        await at.sees("Select the Time")
        await at.press("escape")
        await at.sees("Select the Date")
        await at.press("escape")
        await at.sees("Confirmed", "Thu Dec 10, 9:00 to 9:30 AM CST")
        assert server.seen("POST", MOVE) == 0


async def test_a_visit_that_was_has_nothing_to_move() -> None:
    server = moving()
    server.answer("GET", AT, replace(VISIT, status=VisitStatus.COMPLETED))
    async with desk(server, VisitDetails("H1")) as at:
        text = await at.sees("Took place", "A Book again")
        assert "M Move" not in text
