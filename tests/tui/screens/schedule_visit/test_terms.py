"""The Terms and Conditions: read to the end, accepted once."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.screens.schedule_visit.world import TERMS, to_terms, world
from tests.tui.support import NOW, desk
from tui.screens.schedule_visit import ScheduleVisit


async def test_accept_works_only_once_the_end_has_been_shown() -> None:
    server = world()
    async with desk(server, ScheduleVisit()) as at:
        await to_terms(at)
        await at.press("enter")
        await at.sees("Please read to the end first")
        assert server.seen("POST", "/v1/terms/T1/acceptance") == 0
        while "You have read to the end" not in at.text():
            await at.press("pagedown")
        await at.sees_not("Please read to the end first")
        await at.press("enter")
        await at.sees("Find the Incarcerated Individual")
        assert server.asked("POST", "/v1/terms/T1/acceptance")[0].body == {"shown_to_end": True}


async def test_the_page_says_how_far_one_has_read() -> None:
    async with desk(world(), ScheduleVisit()) as at:
        await to_terms(at)
        await at.sees("Read 29 %, 33 more lines")
        await at.press("down", "down", "down")
        await at.sees("30 more lines")


async def test_a_text_accepted_before_says_so_and_goes_on_at_once() -> None:
    server = world()
    server.answer("GET", "/v1/facilities/F1/terms", replace(TERMS, accepted_at=NOW))
    async with desk(server, ScheduleVisit()) as at:
        await to_terms(at)
        await at.sees("You accepted this text on Sun Nov 22, 2026.")
        await at.press("enter")
        await at.sees("Find the Incarcerated Individual")
        assert server.seen("POST", "/v1/terms/T1/acceptance") == 0


async def test_a_text_that_changed_meanwhile_is_shown_anew_and_read_again() -> None:
    server = world()
    server.refuse("POST", "/v1/terms/T1/acceptance", 409, "terms_changed")
    server.answer("POST", "/v1/terms/T2/acceptance", replace(TERMS, id="T2", accepted_at=NOW))
    server.answer("GET", "/v1/facilities/F1/terms", TERMS, replace(TERMS, id="T2", title="New Terms"))
    async with desk(server, ScheduleVisit()) as at:
        await to_terms(at)
        while "You have read to the end" not in at.text():
            await at.press("pagedown")
        await at.press("enter")
        await at.sees("has just put a new text in force.", "New Terms", "more lines")
        while "You have read to the end" not in at.text():
            await at.press("pagedown")
        await at.press("enter")
        await at.sees("Find the Incarcerated Individual")


async def test_a_short_text_can_be_accepted_at_once() -> None:
    server = world()
    server.answer("GET", "/v1/facilities/F1/terms", replace(TERMS, text="Be on time and be kind."))
    async with desk(server, ScheduleVisit()) as at:
        await to_terms(at)
        await at.sees("You have read to the end.")
        await at.press("enter")
        await at.sees("Find the Incarcerated Individual")


async def test_a_second_enter_while_accepting_sends_nothing() -> None:
    server = world()
    server.answer("GET", "/v1/facilities/F1/terms", replace(TERMS, text="Be on time and be kind."))
    gate = server.hold("POST", "/v1/terms/T1/acceptance")
    async with desk(server, ScheduleVisit()) as at:
        await to_terms(at)
        await at.press("enter", "enter", "enter")
        await at.sees("One moment: this is being sent.")
        gate.open()
        await at.sees("Find the Incarcerated Individual")
        assert server.seen("POST", "/v1/terms/T1/acceptance") == 1
