"""Book again: what still holds is taken over, what does not is asked, and the day is asked always."""

from __future__ import annotations

from dataclasses import replace

from backend_client import Attendee, VisitStatus, VisitType
from tests.tui.screens.schedule_visit.test_wizard import last_draft
from tests.tui.screens.schedule_visit.world import (
    FACILITY,
    FULL_DRAFT,
    ONSITE,
    PIMA,
    TERMS,
    VISIT,
    access,
    break_rule,
    hold,
    world,
)
from tests.tui.support import NOW, FakeServer, desk
from tui.screens.schedule_visit import ScheduleVisit
from tui.screens.visit_details import VisitDetails

BEFORE = replace(VISIT, id="V0", status=VisitStatus.COMPLETED, attendees=(Attendee("Sean Boyle", minor=False),))
ACCEPTED = replace(TERMS, accepted_at=NOW)


def been_there() -> FakeServer:
    """Return a server at which the Terms were accepted, and the visit was."""
    server = world()
    server.answer("GET", "/v1/visits/V0", BEFORE)
    server.answer("GET", "/v1/facilities/F1/terms", ACCEPTED)
    return server


async def test_a_past_visit_is_booked_again_from_its_page_and_only_the_day_is_asked() -> None:
    server = been_there()
    async with desk(server, VisitDetails("V0")) as at:
        await at.sees("Took place", "A Book again")
        await at.press("a")
        await at.sees("Select the Date", "Remote (at home)", "Mateo Rivera, #20418", "30 minutes")
        await at.until(lambda: server.seen("PUT", "/v1/draft") > 0)
        kept = last_draft(server)
        assert (kept["terms_id"], kept["individual_id"], kept["duration_minutes"]) == ("T1", "I1", 30)
        assert kept["attendees"] == [{"name": "Sean Boyle", "minor": False}]


async def test_terms_that_were_not_accepted_are_read_first_and_then_the_day_is_asked() -> None:
    server = been_there()
    server.answer("GET", "/v1/facilities/F1/terms", replace(TERMS, text="Be on time."))
    async with desk(server, ScheduleVisit(again=BEFORE)) as at:
        await at.sees("Be on time.", "You have read to the end")
        await at.press("enter")
        await at.sees("Select the Date", "Mateo Rivera, #20418")


async def test_a_length_that_is_offered_no_more_is_asked() -> None:
    server = been_there()
    async with desk(server, ScheduleVisit(again=replace(BEFORE, duration_minutes=60))) as at:
        await at.sees("Select the Duration", "Mateo Rivera, #20418")
        await at.press("1")
        await at.sees("Select the Date", "15 minutes")


async def test_a_type_that_is_offered_no_more_is_said_and_asked() -> None:
    server = been_there()
    server.answer("GET", "/v1/facilities/F1", replace(FACILITY, offers=(ONSITE,)))
    async with desk(server, ScheduleVisit(again=BEFORE)) as at:
        await at.sees("does not offer this kind of visit any more.", "Select the type of visit")
    assert VISIT.visit_type is VisitType.REMOTE


async def test_somebody_who_is_there_no_more_is_looked_for_again() -> None:
    server = been_there()
    break_rule(server, "GET", "/v1/opening-days", "individual_not_at_facility", "This person is not at this facility.")
    async with desk(server, ScheduleVisit(again=BEFORE)) as at:
        await at.sees("This person is not at this facility.", "Find the Incarcerated Individual")


async def test_a_facility_without_access_any_more_is_said_and_another_one_begins() -> None:
    server = world(access(PIMA))
    async with desk(server, ScheduleVisit(again=BEFORE)) as at:
        await at.sees("You cannot schedule visits at Shelby County Jail now.", "Select the type of visit")
        assert server.seen("GET", "/v1/facilities/F1") == 0


async def test_what_was_begun_before_is_not_thrown_away_unasked() -> None:
    server = world(draft=FULL_DRAFT, held=hold())
    server.answer("GET", "/v1/facilities/F1/terms", ACCEPTED)
    async with desk(server, ScheduleVisit(again=replace(BEFORE, individual_name="Luz Ortega"))) as at:
        await at.sees("You were scheduling a visit.", "Mateo Rivera")
        await at.press("2")
        await at.sees("Select the Date", "Luz Ortega")
