"""Answers that come late, or not at all: nothing crashes, nothing jumps, Enter asks again."""

from __future__ import annotations

import re

import pytest

from tests.tui.screens.schedule_visit.test_pictures import PAGES
from tests.tui.screens.schedule_visit.world import (
    FULL_DRAFT,
    WAYS,
    WAYS_TO_PAY,
    drafted,
    hold,
    openings,
    resume,
    resume_at_confirm,
    resume_at_time,
    world,
)
from tests.tui.support import desk
from tui.screens.schedule_visit import ScheduleVisit


def without_countdown(text: str) -> str:
    """Return what is on the glass without the one thing that moves by itself."""
    return re.sub(r" *We keep this time.*", "", text)


async def test_what_comes_after_a_step_was_left_is_dropped() -> None:
    server = world(draft=FULL_DRAFT, held=hold())
    gate = server.hold("GET", WAYS_TO_PAY)
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Payment information")
        await at.press("escape")
        await at.sees("Select the Time", "Morning")
        gate.open()
        await at.pilot.pause()
        await at.sees("Select the Time", "Morning")


async def test_a_hold_that_is_answered_after_the_step_was_left_is_kept_and_jumps_nowhere() -> None:
    server = world(draft=drafted("time"))
    gate = server.hold("POST", "/v1/holds")
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("enter", "escape")
        await at.sees("Select the Date", "Thu Dec 10")
        gate.open()
        await at.sees("We keep this time until", "Select the Date", "9:00 AM CST")


async def test_while_the_confirmation_is_being_sent_there_is_no_way_back_into_the_answers() -> None:
    server = world(draft=FULL_DRAFT, held=hold())
    gate = server.hold("POST", "/v1/visits")
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter", "escape")
        await at.sees("One moment: this is being sent.", "Check your answers")
        await at.press("3")
        await at.sees("Check your answers")
        gate.open()
        await at.sees("Your visit is confirmed.")


async def test_enter_asks_again_for_times_that_did_not_come() -> None:
    server = world(draft=drafted("time"))
    server.refuse("GET", "/v1/openings", 503, "busy_try_again", "Very busy just now.")
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Very busy just now.", "Enter Try again")
        server.answer("GET", "/v1/openings", openings())
        await at.press("enter")
        await at.sees("Morning", "8:00", "Enter Choose")


async def test_enter_asks_again_for_ways_to_pay_that_did_not_come() -> None:
    server = world(draft=FULL_DRAFT, held=hold())
    server.refuse("GET", WAYS_TO_PAY, 503, "busy_try_again", "Very busy just now.")
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Very busy just now.", "Enter Try again")
        server.answer("GET", WAYS_TO_PAY, WAYS)
        await at.press("enter")
        await at.sees("Visa 4242")


@pytest.mark.parametrize("page", ["type", "individual", "date", "time", "confirm", "checking", "confirmation"])
async def test_every_page_stands_a_window_that_is_resized(page: str) -> None:
    make_server, walk = PAGES[page]
    async with desk(make_server(), ScheduleVisit()) as at:
        await walk(at)
        before = without_countdown(at.text())
        for size in ((100, 30), (60, 10), (132, 43), (80, 24)):
            await at.pilot.resize_terminal(*size)
            await at.pilot.pause()
        assert without_countdown(at.text()) == before
