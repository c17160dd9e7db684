"""The duration and the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from backend_client import DayState, OpeningDay, Reason
from tests.tui.screens.schedule_visit.world import (
    FACILITY,
    REMOTE,
    THIRTY,
    break_rule,
    drafted,
    month,
    resume,
    resume_at_date,
    world,
)
from tests.tui.support import desk
from tui.screens.schedule_visit import ScheduleVisit


async def test_each_duration_has_its_price() -> None:
    async with desk(world(draft=drafted("duration")), ScheduleVisit()) as at:
        await resume(at)
        await at.sees("15 minutes", "at most $2.85", "30 minutes", "at most $5.70")


async def test_where_unused_minutes_do_not_come_back_nothing_says_that_they_do() -> None:
    length = replace(THIRTY, unused_minutes_come_back=False)
    facility = replace(FACILITY, offers=(replace(REMOTE, durations=(length,)),))
    async with desk(world(draft=drafted("duration"), facility=facility), ScheduleVisit()) as at:
        await resume(at)
        await at.sees("30 minutes", "$5.70", "Total")
        assert all(words not in at.text().lower() for words in ("come back", "at most", "unused"))


async def test_a_single_duration_is_marked_already() -> None:
    server = world(facility=replace(FACILITY, offers=(replace(REMOTE, durations=(THIRTY,)),)))
    async with desk(server, ScheduleVisit()) as at:
        await at.sees("> SCHEDULE VISIT")
        await at.press("enter")
        await at.sees("Be on time")
        while "You have read to the end" not in at.text():
            await at.press("pagedown")
        await at.press("enter")
        await at.sees("Find the Incarcerated Individual")
        await at.press("enter")
        await at.sees("Is it the right one?")
        await at.press("enter")
        await at.sees(">1  30 minutes", "This is the only length offered here")
        await at.press("enter")
        await at.sees("Select the Date")


async def test_the_calendar_shows_each_days_number_of_open_times() -> None:
    async with desk(world(draft=drafted("date")), ScheduleVisit()) as at:
        await resume_at_date(at)
        await at.sees("December 2026", "10 14", "17  0", "13  -", "You can schedule until Sun Dec 20.")


async def test_the_cursor_starts_on_the_first_open_day() -> None:
    async with desk(world(draft=drafted("date")), ScheduleVisit()) as at:
        await resume_at_date(at)
        await at.sees("[ 1  2]", "Tue Dec 1   2 of 16 times open", "first 8:00 AM, last 6:30 PM CST")


async def test_n_goes_to_the_next_opening_over_full_and_empty_days() -> None:
    async with desk(world(draft=drafted("date")), ScheduleVisit()) as at:
        await resume_at_date(at)
        await at.press("down", "down", "right")
        await at.sees("Wed Dec 16")
        await at.press("n")
        await at.sees("Fri Dec 18   9 of 16 times open")


async def test_a_full_day_says_so_and_enter_does_not_take_it() -> None:
    server = world(draft=drafted("date"))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_date(at)
        await at.press("down", "down", "right", "right")
        await at.sees("Thu Dec 17   full: every time is taken")
        await at.press("enter")
        await at.sees("Select the Date", "N goes to the next opening.")


async def test_a_closed_day_gives_the_rule_and_the_first_day_that_works() -> None:
    async with desk(world(draft=drafted("date")), ScheduleVisit()) as at:
        await resume_at_date(at)
        await at.press("up", "left")
        await at.sees("Mon Nov 23   closed")
        await at.press("enter")
        await at.sees("at least 24 hours ahead", "First possible: Tue Dec 1.")


async def test_days_beyond_the_horizon_have_no_number() -> None:
    async with desk(world(draft=drafted("date")), ScheduleVisit()) as at:
        await resume_at_date(at)
        await at.press("down", "down", "down")
        await at.sees("Tue Dec 22   too far ahead", "You can schedule until Sun Dec 20.")


async def test_a_day_beyond_the_horizon_says_from_when_on_it_can_be_asked_for() -> None:
    server, known = world(draft=drafted("date")), month()
    far = Reason("too_far_ahead", "You can schedule until Dec 20.", can_be_asked_from=date(2026, 12, 1))
    beyond = OpeningDay(date(2026, 12, 22), 0, 16, DayState.CLOSED, (far,))
    server.answer("GET", "/v1/opening-days", replace(known, items=(*known.items, beyond)))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_date(at)
        await at.press("down", "down", "down")
        await at.sees("Tue Dec 22   too far ahead", "Can be asked for from Tue Dec 1.")
        await at.press("enter")
        await at.sees("Tue Dec 22 is too far ahead. Can be asked for from Tue Dec 1.")


async def test_page_keys_turn_the_month_but_not_before_today() -> None:
    async with desk(world(draft=drafted("date")), ScheduleVisit()) as at:
        await resume_at_date(at)
        await at.press("pageup")
        await at.sees("November 2026")
        await at.press("pageup")
        await at.sees("November 2026")
        await at.press("pagedown")
        await at.sees("December 2026")


async def test_a_slow_server_never_freezes_the_calendar() -> None:
    server = world(draft=drafted("date"))
    gate = server.hold("GET", "/v1/opening-days")
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Looking up the open days…", "One moment…")
        await at.press("enter")
        await at.sees("One moment: the open days are on their way.")
        gate.open()
        await at.sees("2 of 16 times open")


async def test_a_type_no_longer_offered_sends_back_to_the_types_and_keeps_the_person() -> None:
    server = world(draft=drafted("date"))
    gone = "Shelby County Jail does not offer this visit type."
    break_rule(server, "GET", "/v1/opening-days", "visit_type_not_offered", gone)
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Shelby County Jail does not offer this visit type.", "Select the type of visit", "#20418")


async def test_a_month_without_any_opening_says_so() -> None:
    server = world(draft=drafted("date"))
    empty = month(dict.fromkeys(range(1, 32), (0, 16)))
    server.answer("GET", "/v1/opening-days", replace(empty, first_open_on=None))
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("You can schedule until")
        await at.press("n")
        await at.sees("No other day within reach has an open time.")
