"""A visit's page: everything about it, and cancelling it, told before it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend_client import Attendee, Cancellation, CancelledBy, ComesBack, ComesBackTo, Reason
from tests.tui.screens.account_world import CANCELLED_VISIT, FULL_RETURN, PAST_VISIT, VISIT, dims, reads, usd, world
from tests.tui.support import NOW, desk
from tui.screens.visit_details import VisitDetails

CANCELLATION = "/v1/visits/V1/cancellation"


async def test_it_tells_when_where_with_whom_how_to_join_and_what_was_paid() -> None:
    async with desk(world(), VisitDetails("V1")) as at:
        await at.sees(
            "Visit VD-7K3M9Q",
            "Mateo Rivera, #20418",
            "Confirmed",
            "Tue Dec 1, 8:00 to 8:30 AM CST",
            "9:00 AM EST for you",
            "Shelby County Jail, TN",
            "Remote (at home)",
            "you\n",
            "Open the link on a phone or computer with a camera.",
            "https://visit.example.org/shelby/VD-7K3M9Q",
            "from Tue Dec 1, 7:45 AM CST on",
            "free of charge until Mon Nov 30, 8:00 AM CST",
            "Session fee $5.70 + Transaction fee $0.00 = $5.70",
            "Visa 4242",
            "there 8:41 PM",
        )


async def test_what_comes_back_is_said_before_it_is_cancelled_and_the_page_shows_it_cancelled() -> None:
    server = world()
    server.answer("POST", CANCELLATION, CANCELLED_VISIT)
    async with desk(server, VisitDetails("V1")) as at:
        await at.sees("Confirmed")
        await at.press("c")
        await reads(at, "Cancel this visit?", "$5.70 comes back to Visa 4242.", "That is all that you paid.")
        assert "> Keep it        Cancel the visit" in at.text()
        await at.press("enter")
        await at.sees_not("Cancel this visit?")
        assert server.seen("POST", CANCELLATION) == 0
        await at.press("c")
        await at.sees("Cancel this visit?")
        await at.press("right", "enter", "enter", "enter")
        await at.sees("The visit is cancelled.", "Cancelled\n", "by you", "Transaction Details shows what came back.")
        (asked,) = server.asked("POST", CANCELLATION)
        assert asked.body == {"expected_back": {"minor": 570, "currency": "USD"}, "reason": None}
        await at.press("c")
        await at.sees("Only a visit that is still to come can be cancelled.")


@pytest.mark.parametrize(
    ("offer", "sentences"),
    [
        pytest.param(
            replace(FULL_RETURN, comes_back=usd(0), sentence_code=ComesBack.NOTHING_PAID, to=None),
            ("Nothing was paid, so nothing comes back.",),
            id="free",
        ),
        pytest.param(
            replace(FULL_RETURN, comes_back=usd(0), keeps=usd(570), sentence_code=ComesBack.LATE),
            ("It is too late for a full return: $5.70 is kept.", "Nothing comes back."),
            id="late",
        ),
        pytest.param(
            replace(FULL_RETURN, comes_back=usd(200), keeps=usd(370), sentence_code=ComesBack.LATE),
            ("$3.70 is kept.", "$2.00 comes back to Visa 4242."),
            id="part",
        ),
        pytest.param(
            replace(FULL_RETURN, comes_back=usd(370), sentence_code=ComesBack.REST),
            ("$3.70 comes back to Visa 4242.", "That is all that is left of what you paid."),
            id="what is left",
        ),
        pytest.param(
            replace(FULL_RETURN, comes_back=usd(0), sentence_code=ComesBack.NOTHING_LEFT, to=None, places=()),
            ("All that you paid was given back before: Transaction", "Details shows how."),
            id="nothing left",
        ),
        pytest.param(
            replace(FULL_RETURN, places=(ComesBackTo("Prepaid balance", usd(400)), ComesBackTo("Visa 4242", usd(170)))),
            ("$5.70 comes back: $4.00 to Prepaid balance, $1.70 to",),
            id="several places",
        ),
    ],
)
async def test_how_much_comes_back_is_told_whatever_the_policy(offer: Cancellation, sentences: tuple[str, ...]) -> None:
    server = world()
    server.answer("GET", CANCELLATION, offer)
    async with desk(server, VisitDetails("V1")) as at:
        await at.sees("Confirmed")
        await at.press("c")
        await reads(at, *sentences)


async def test_a_visit_that_cannot_be_cancelled_says_why() -> None:
    server = world()
    reasons = (Reason("too_late", "Visits here are cancelled two hours ahead at the latest."),)
    server.answer("GET", CANCELLATION, replace(FULL_RETURN, allowed=False, reasons=reasons))
    async with desk(server, VisitDetails("V1")) as at:
        await at.sees("Confirmed")
        await at.press("c")
        await reads(at, "This visit cannot be cancelled here", "Visits here are cancelled two hours ahead")
        await at.press("enter")
        assert server.seen("POST", CANCELLATION) == 0


async def test_an_amount_that_changed_meanwhile_is_not_taken_for_granted() -> None:
    server = world()
    server.refuse("POST", CANCELLATION, 409, "refund_changed", "Less would come back now.")
    async with desk(server, VisitDetails("V1")) as at:
        await at.sees("Confirmed")
        await at.press("c")
        await at.sees("Keep it")
        await at.press("right", "enter")
        await reads(at, "Less would come back now.", "Look at the new amount before you go on.", "Confirmed")


async def test_an_unknown_end_is_looked_up_and_asked_again_with_the_same_key() -> None:
    server = world()
    server.lose("POST", CANCELLATION)
    async with desk(server, VisitDetails("V1")) as at:
        await at.sees("Confirmed")
        await at.press("c")
        await at.sees("Keep it")
        await at.press("right", "enter")
        await reads(at, "We do not know whether that went through.", "Press C to ask again.")
        server.answer("POST", CANCELLATION, CANCELLED_VISIT)
        await at.press("c")
        await at.sees("Keep it")
        await at.press("right", "enter")
        await at.sees("by you")
        assert len({seen.key for seen in server.asked("POST", CANCELLATION)}) == 1


async def test_cancelled_by_the_facility_it_changes_by_itself_and_says_why() -> None:
    server = world()
    async with desk(server, VisitDetails("V1")) as at:
        await at.sees("Confirmed")
        by_them = replace(CANCELLED_VISIT, cancelled_by=CancelledBy.FACILITY, reason="Lockdown.")
        server.answer("GET", "/v1/visits/V1", by_them)
        server.announce("visit", "V1")
        await at.sees("Sun Nov 22, 8:41 PM CST by the facility", "Lockdown.")
        await dims(at, "cancel", "calendar")
        await at.sees_not("To join")


async def test_a_visit_that_has_been_has_nothing_to_join_and_nothing_to_cancel() -> None:
    server = world()
    server.answer("GET", "/v1/visits/V1", replace(PAST_VISIT, total=usd(0)))
    async with desk(server, VisitDetails("V1")) as at:
        await at.sees("Took place", "Nothing to pay")
        await at.sees_not("To join", "free of charge")
        await at.press("s")
        await at.sees("There is nothing to put into a calendar.")


async def test_after_the_cut_off_it_says_until_when_it_was_free() -> None:
    server = world()
    server.answer("GET", "/v1/visits/V1", replace(VISIT, free_cancel_until=NOW - timedelta(hours=1)))
    async with desk(server, VisitDetails("V1")) as at:
        await reads(at, "was free of charge until Sun Nov 22, 7:41 PM CST; C tells what comes back now")


async def test_a_visit_under_way_can_no_longer_be_cancelled() -> None:
    server = world()
    under_way = replace(VISIT, starts_at=NOW - timedelta(minutes=5), ends_at=NOW + timedelta(minutes=25))
    server.answer("GET", "/v1/visits/V1", under_way)
    async with desk(server, VisitDetails("V1")) as at:
        await at.sees("To join")
        await at.press("c")
        await at.sees("This visit has begun already.")


async def test_those_who_come_along_wrap_under_their_label() -> None:
    server = world()
    many = tuple(Attendee(f"Companion Number {n}", minor=False) for n in range(5))
    server.answer("GET", "/v1/visits/V1", replace(VISIT, attendees=many))
    async with desk(server, VisitDetails("V1")) as at:
        glass = await at.sees("you, Companion Number 0")
        below = next(line for line in glass.splitlines() if "Number 4" in line)
        assert below.startswith(" " * 18)


async def test_it_is_saved_for_a_calendar_and_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    server = world()
    server.answer("GET", "/v1/visits/V1/calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    there = tmp_path / "visit.ics"
    there.write_text("mine", encoding="utf-8")
    async with desk(server, VisitDetails("V1")) as at:
        await at.sees("Confirmed")
        await at.press("s")
        await at.sees("Save as")
        await at.press("ctrl+u")
        await at.press("enter")
        await at.sees("Please say where to save it.")
        await at.paste(str(there))
        await at.press("enter")
        await at.sees("visit-2.ics")
        await at.press("enter")
        await at.sees("Saved as", "Confirmed")
    assert there.read_text(encoding="utf-8") == "mine"
    assert "BEGIN:VCALENDAR" in (tmp_path / "visit-2.ics").read_text(encoding="utf-8")
