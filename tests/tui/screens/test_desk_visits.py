"""The desk's visits of a day: who comes, who is here, what needs a person; nothing happens by one key alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from backend_client import DeskVisits as DayOfVisits
from backend_client import Reason, VisitStatus
from tests.tui.screens.account_world import BEGUN_VISIT, DESK_VISIT, MEMPHIS, OFFICER, SHELBY, dims, reads, world
from tests.tui.support import NOW, desk, wire
from tui.screens.desk import Desk
from tui.screens.desk_visits import DeskVisits

CHECK_IN = "/v1/desk/visits/V1/check-in"
OUTCOME = "/v1/desk/visits/V2/outcome"
LIST = "/v1/desk/F1/visits"


async def test_the_desk_opens_todays_visits_with_what_needs_review() -> None:
    async with desk(world(), Desk(), account=OFFICER) as here:
        await here.sees("ACCESS REQUESTS", "V Visits")
        await here.press("v")
        await here.sees(
            "Visits · Shelby County Jail",
            "Sun Nov 22   VISITS 2   Needs review 1",
            ">8:30 to 9:00 PM",
            "! Needs review",
            "Expected",
            "Luz Ortega-Baca. VD-8Q2XWZ",
            "! There are no visits at this time any more.",
        )
        await here.press("down")
        await here.sees(
            "Ana Rivera with Sean Boyle. VD-7K3M9Q",
            "Mateo Rivera, #20418, unit B2",
            "Remote (at home), Booth 1",
            "Check-in opens at 8:00 PM CST.",
        )


async def test_a_visitor_is_checked_in_after_a_question_and_once() -> None:
    server = world()
    server.answer("POST", CHECK_IN, replace(DESK_VISIT, checked_in_at=NOW))
    async with desk(server, DeskVisits(SHELBY), account=OFFICER) as here:
        await here.sees("Expected")
        await here.press("down", "c")
        await here.sees("Check Ana Rivera in?", "Check in")
        assert server.seen("POST", CHECK_IN) == 0
        await here.press("enter", "enter")
        await here.sees("Ana Rivera is checked in.", "✓ Here", "Checked in at 8:41 PM CST.")
        assert server.seen("POST", CHECK_IN) == 1
        await here.press("c")
        await here.sees("The visitor is checked in already.")


async def test_where_a_visit_needs_review_the_question_starts_on_not_now() -> None:
    async with desk(world(), DeskVisits(SHELBY), account=OFFICER) as here:
        await here.sees("Needs review 1")
        await here.press("c")
        await here.sees("Check Luz Ortega-Baca in?", "> Not now")


async def test_every_reason_against_a_check_in_is_said() -> None:
    server = world()
    reasons = (
        Reason("facility_access_required", "The visitor has no access here."),
        Reason("individual_not_eligible", "Segregation until Nov 30: a hearing."),
    )
    server.refuse("POST", CHECK_IN, 409, reasons[0].code, "Ask whoever decides here.", reasons=wire(reasons))
    async with desk(server, DeskVisits(SHELBY), account=OFFICER) as here:
        await here.sees("Expected")
        await here.press("down", "c")
        await here.sees("Check Ana Rivera in?")
        await here.press("enter")
        await reads(here, "The visitor has no access here. Segregation until Nov 30: a hearing.")


async def test_an_outcome_is_chosen_by_number_and_says_when_everything_comes_back() -> None:
    server = world()
    server.answer("POST", OUTCOME, replace(BEGUN_VISIT, status=VisitStatus.TECHNICAL_FAILURE))
    async with desk(server, DeskVisits(SHELBY), account=OFFICER) as here:
        await here.sees("Needs review 1")
        await here.press("o")
        await here.sees(
            "What became of this visit?", "It failed for a technical reason", "all that was paid comes back"
        )
        await here.press("7")
        await here.sees("It is recorded.", "Line failed")
        (asked,) = server.asked("POST", OUTCOME)
        assert asked.body == {"outcome": "technical_failure", "note": None}


async def test_what_cannot_be_done_yet_or_any_more_is_dim_and_says_why() -> None:
    over = replace(BEGUN_VISIT, ends_at=NOW, flags=())
    server = world()
    server.answer("GET", LIST, DayOfVisits(date(2026, 11, 22), MEMPHIS, (over, DESK_VISIT)))
    async with desk(server, DeskVisits(SHELBY), account=OFFICER) as here:
        await here.sees("No outcome yet")
        await dims(here, "check_in")
        await here.press("down")
        await dims(here, "outcome")
        await here.press("o")
        await here.sees("This visit has not begun yet.")


async def test_before_check_in_opens_its_key_is_dim_and_says_when_it_does() -> None:
    early = replace(DESK_VISIT, check_in_opens_at=NOW + timedelta(minutes=1))
    server = world()
    server.answer("GET", LIST, DayOfVisits(date(2026, 11, 22), MEMPHIS, (early,)))
    async with desk(server, DeskVisits(SHELBY), account=OFFICER) as here:
        await here.sees("Check-in opens at 8:42 PM CST.")
        await dims(here, "check_in", "outcome")
        await here.press("c")
        await here.sees("── Check-in opens at 8:42 PM CST.")


async def test_left_and_right_turn_the_day() -> None:
    server = world()
    async with desk(server, DeskVisits(SHELBY), account=OFFICER) as here:
        await here.sees("Sun Nov 22")
        tomorrow = replace(DESK_VISIT, starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, minutes=30))
        server.answer("GET", LIST, DayOfVisits(date(2026, 11, 23), MEMPHIS, (tomorrow,)))
        await here.press("right")
        await here.sees("Mon Nov 23   VISITS 1")
        assert [asked.query.get("date") for asked in server.asked("GET", LIST)] == [None, "2026-11-23"]


async def test_a_change_elsewhere_is_seen() -> None:
    server = world()
    async with desk(server, DeskVisits(SHELBY), account=OFFICER) as here:
        await here.sees("Expected")
        here_now = replace(DESK_VISIT, checked_in_at=NOW)
        server.answer("GET", LIST, DayOfVisits(date(2026, 11, 22), MEMPHIS, (here_now,)))
        server.announce("visit", "V1")
        await here.sees("✓ Here", "VISITS 1")
