"""Visits: three lists, each from the server, each line a way to the visit."""

from __future__ import annotations

from dataclasses import replace

from backend_client import CancelledBy, MoveOffer, Page, Reason, VisitStatus
from tests.tui.screens.account_world import CANCELLED_VISIT, MEMPHIS, PAST_VISIT, VISIT, at, world
from tests.tui.support import desk
from tui.screens.visits import Visits


async def test_three_lists_are_one_key_apart_and_asked_from_the_server() -> None:
    server = world()
    async with desk(server, Visits()) as here:
        await here.sees("Visits to come, the next one first", "Tue Dec 1, 8:00 AM CST", "Thu Dec 10", "Remote")
        server.answer("GET", "/v1/visits", Page((PAST_VISIT,)))
        await here.press("p")
        await here.sees("Visits that have been", "Outcome", "Fri Oct 30, 9:00 AM CDT", "Took place")
        server.answer("GET", "/v1/visits", Page((CANCELLED_VISIT, replace(CANCELLED_VISIT, id="V9"))))
        await here.press("x")
        await here.sees("Cancelled visits", "By", "you")
        server.answer("GET", "/v1/visits", Page((VISIT,)))
        await here.press("u")
        await here.sees("Visits to come")
        asked = [seen.query["when"] for seen in server.asked("GET", "/v1/visits")]
        assert asked == ["upcoming", "past", "cancelled", "upcoming"]
        await here.press("u")
        await here.sees("These are shown already.")


async def test_each_outcome_has_a_word_that_fits_its_column() -> None:
    visits = [replace(PAST_VISIT, id=status.value, status=status) for status in VisitStatus]
    visits += [replace(CANCELLED_VISIT, id=by.value, cancelled_by=by) for by in CancelledBy]
    server = world()
    server.answer("GET", "/v1/visits", Page(tuple(visits)))
    async with desk(server, Visits()) as here:
        await here.press("p")
        glass = await here.sees(
            "Took place", "Missed", "Declined", "Unavailable", "Ended early", "Ended there", "Line failed"
        )
        assert all(word in glass for word in ("you", "facility", "support"))
        assert "…" not in glass


async def test_another_year_has_a_line_of_its_own_and_the_cursor_passes_over_it() -> None:
    older = replace(PAST_VISIT, id="V8", starts_at=at(MEMPHIS, "2025-12-30 09:00"))
    server = world()
    server.answer("GET", "/v1/visits", Page((PAST_VISIT, older)))
    async with desk(server, Visits()) as here:
        await here.press("p")
        await here.sees("Fri Oct 30", "2025\n", "Tue Dec 30")
        await here.press("down")
        await here.sees(">Tue Dec 30")


async def test_long_lists_are_read_page_by_page() -> None:
    many = tuple(replace(PAST_VISIT, id=f"V{n}", individual_name=f"Person {n:03}") for n in range(80))
    server = world()
    server.answer("GET", "/v1/visits", Page(many[:50], "next"), Page(many[50:]))
    async with desk(server, Visits()) as here:
        await here.sees("Person 000")
        await here.press("end", "down")
        await here.sees("Person 050")
        assert server.asked("GET", "/v1/visits")[1].query["cursor"] == "next"


async def test_an_empty_list_says_so_and_a_new_visit_appears_by_itself() -> None:
    server = world()
    server.answer("GET", "/v1/visits", Page(()))
    async with desk(server, Visits()) as here:
        await here.sees("No visit is scheduled.")
        server.answer("GET", "/v1/visits", Page((VISIT,)))
        server.announce("visit", "V1")
        await here.sees("Tue Dec 1, 8:00 AM CST")
        await here.press("enter")
        await here.sees("Visit VD-7K3M9Q")


async def test_a_visit_to_come_is_moved_from_the_list_and_one_that_was_is_booked_again() -> None:
    server = world()
    late = (Reason("too_late_to_move", "Visits here can be moved until 24 hours before they start."),)
    server.answer("GET", "/v1/visits/V1/move", MoveOffer(allowed=False, reasons=late, until=VISIT.starts_at))
    async with desk(server, Visits()) as here:
        await here.sees("Tue Dec 1, 8:00 AM CST")
        await here.press("m")
        await here.sees("This visit cannot be moved here")
        await here.press("enter")
        server.answer("GET", "/v1/visits", Page((PAST_VISIT,)))
        server.answer("GET", "/v1/access", Page(()))
        await here.press("p")
        await here.sees("Took place")
        await here.press("a")
        await here.sees("Schedule a Visit", "You cannot schedule a visit yet.")
