"""The first question: which type of visit."""

from __future__ import annotations

from dataclasses import replace

from backend_client import Page
from tests.tui.screens.schedule_visit.world import (
    FACILITY,
    IN_PERSON,
    ONSITE,
    PIMA,
    REMOTE,
    SHELBY,
    THIRTY,
    access,
    world,
)
from tests.tui.support import desk
from tui.screens.schedule_visit import ScheduleVisit


async def test_only_the_types_that_this_facility_offers_are_listed() -> None:
    server = world(facility=replace(FACILITY, offers=(REMOTE,)))
    async with desk(server, ScheduleVisit()) as at:
        text = await at.sees("Select the type of visit", "Remote (at home)", "SCHEDULE VISIT")
        assert "Onsite" not in text


async def test_two_kinds_of_onsite_visit_are_told_apart() -> None:
    server = world(facility=replace(FACILITY, offers=(ONSITE, IN_PERSON)))
    async with desk(server, ScheduleVisit()) as at:
        await at.sees("Onsite (at the facility), by video", "Onsite (at the facility), in person")


async def test_a_type_is_chosen_first_and_schedule_visit_goes_on() -> None:
    async with desk(world(), ScheduleVisit()) as at:
        await at.sees("Select the type of visit", "Remote (at home)")
        await at.press("2")
        await at.sees("✓ Onsite (at the facility), by video", "> SCHEDULE VISIT")
        await at.press("enter")
        await at.sees("Terms and Conditions", "Onsite (at the facility)")


async def test_the_only_type_is_chosen_already() -> None:
    server = world(facility=replace(FACILITY, offers=(REMOTE,)))
    async with desk(server, ScheduleVisit()) as at:
        await at.sees("✓ Remote (at home)", "> SCHEDULE VISIT")
        await at.press("enter")
        await at.sees("TERMS")


async def test_the_price_lines_stand_there_from_the_first_step_on() -> None:
    async with desk(world(), ScheduleVisit()) as at:
        await at.sees("Session fee", "Transaction fee   $0.00", "At most           $5.70")


async def test_the_arrow_keys_reach_the_button_and_come_back() -> None:
    async with desk(world(), ScheduleVisit()) as at:
        await at.sees("Remote (at home)")
        await at.press("1")
        await at.sees("> SCHEDULE VISIT")
        await at.press("up", "down")
        await at.sees("You come to the facility")
        await at.press("down")
        await at.sees("> SCHEDULE VISIT")


async def test_a_facility_that_offers_nothing_says_why_and_what_to_do() -> None:
    closed = replace(FACILITY, offers=(), not_bookable_because="Visits are suspended until further notice.")
    async with desk(world(facility=closed), ScheduleVisit()) as at:
        await at.sees("offers no visits that can", "suspended until further notice", "Press Esc")


async def test_the_only_facility_is_said_to_be_our_choice() -> None:
    async with desk(world(), ScheduleVisit()) as at:
        await at.sees("Shelby County Jail, TN is the facility", "we chose it for you")


async def test_with_several_facilities_the_facility_is_asked_first() -> None:
    async with desk(world(access(SHELBY), access(PIMA)), ScheduleVisit()) as at:
        await at.sees("Select the Facility", "FACILITY  Type", "Pima County Adult Detention, AZ")
        await at.press("1")
        await at.sees("Select the type of visit", "Schedule a Visit · Shelby County Jail")


async def test_a_facility_named_by_its_row_is_not_asked_for_again() -> None:
    async with desk(world(access(SHELBY), access(PIMA)), ScheduleVisit("F2")) as at:
        await at.sees("Select the type of visit", "Schedule a Visit · Pima County Adult")


async def test_without_an_approved_facility_the_next_step_is_said() -> None:
    waiting = replace(access(SHELBY), can_schedule=False)
    async with desk(world(waiting), ScheduleVisit()) as at:
        await at.sees("You cannot schedule a visit yet.", "Add a New Facility", "Back to Home")


async def test_prices_that_hang_on_the_length_are_given_as_from_and_at_most() -> None:
    one_price = replace(REMOTE, durations=(THIRTY,))
    async with desk(world(facility=replace(FACILITY, offers=(one_price,))), ScheduleVisit()) as at:
        text = await at.sees("Session fee       $5.70")
        assert "from $" not in text


async def test_an_approval_that_comes_while_one_waits_begins_the_wizard() -> None:
    server = world(replace(access(SHELBY), can_schedule=False))
    async with desk(server, ScheduleVisit()) as at:
        await at.sees("You cannot schedule a visit yet.")
        server.answer("GET", "/v1/access", Page((access(SHELBY),)))
        server.announce("access", "AC-F1")
        await at.sees("Select the type of visit", "Remote (at home)")
