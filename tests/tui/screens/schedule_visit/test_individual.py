"""Finding the Incarcerated Individual."""

from __future__ import annotations

from backend_client import Page
from tests.tui.screens.schedule_visit.world import MATEO, OTHER_MATEO, drafted, resume, resume_at_individual, world
from tests.tui.support import desk
from tui.screens.schedule_visit import ScheduleVisit

SEARCH = "/v1/facilities/F1/individuals"


async def test_the_name_from_the_request_is_filled_in_and_said_to_be_a_guess() -> None:
    async with desk(world(draft=drafted("individual")), ScheduleVisit()) as at:
        await resume_at_individual(at)
        await at.sees("Mateo", "Rivera", "filled in from your request")


async def test_enter_searches_by_first_and_last_name() -> None:
    server = world(draft=drafted("individual"))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_individual(at)
        await at.press("enter")
        await at.sees("1 person was found", "Mateo Rivera, #20418", "born 1999")
        assert server.asked("GET", SEARCH)[0].query == {"first_name": "Mateo", "last_name": "Rivera"}


async def test_a_full_id_searches_by_id() -> None:
    server = world(draft=drafted("individual"))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_individual(at)
        await at.press("tab", "tab")
        await at.type("20418")
        await at.press("enter")
        await at.sees("Mateo Rivera, #20418")
        assert server.asked("GET", SEARCH)[0].query == {"number": "20418"}


async def test_two_people_of_one_name_are_told_apart_and_neither_is_picked_by_itself() -> None:
    server = world(draft=drafted("individual"))
    server.answer("GET", SEARCH, Page((MATEO, OTHER_MATEO)))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_individual(at)
        await at.press("enter")
        await at.sees("2 people were found. Which one is it?", "#20418", "born 1999", "#31877", "born 1974")
        await at.press("2")
        await at.sees("Select the Duration", "Mateo Rivera, #31877")


async def test_even_a_single_find_waits_for_a_yes() -> None:
    async with desk(world(draft=drafted("individual")), ScheduleVisit()) as at:
        await resume_at_individual(at)
        await at.press("enter")
        text = await at.sees("Is it the right one?")
        assert "Select the Duration" not in text


async def test_nobody_found_says_what_to_do_and_keeps_what_was_typed() -> None:
    server = world(draft=drafted("individual"))
    server.answer("GET", SEARCH, Page(()))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_individual(at)
        await at.press("enter")
        await at.sees("We found nobody like “Mateo Rivera” at Shelby County Jail.", "try the ID")
        await at.sees("Mateo", "Rivera")


async def test_escape_in_the_list_goes_back_to_what_was_typed() -> None:
    async with desk(world(draft=drafted("individual")), ScheduleVisit()) as at:
        await resume_at_individual(at)
        await at.press("enter")
        await at.sees("Is it the right one?")
        await at.press("escape")
        await at.sees("First name", "Mateo")


async def test_one_name_alone_is_asked_to_be_completed() -> None:
    async with desk(world(draft=drafted("individual")), ScheduleVisit()) as at:
        await resume_at_individual(at)
        await at.press(*["backspace"] * 5)
        await at.press("enter")
        await at.sees("Type first and last name, or the ID below.")


async def test_too_many_searches_say_how_long_to_wait() -> None:
    server = world(draft=drafted("individual"))
    server.refuse("GET", SEARCH, 429, "too_many_searches", "You have searched very often.", retry_after_seconds=40)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_individual(at)
        await at.press("enter")
        await at.sees("You have searched very often.", "Please try again in 40 seconds.")


async def test_coming_back_shows_the_person_chosen_before() -> None:
    async with desk(world(draft=drafted("duration")), ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Select the Duration")
        await at.press("escape")
        await at.sees("You chose:", "✓ Mateo Rivera, #20418", "Search for somebody else")
        await at.press("1")
        await at.sees("Select the Duration")
