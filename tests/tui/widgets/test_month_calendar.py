"""The month calendar."""

from __future__ import annotations

from datetime import date

from tests.tui.widgets.stage import Stage
from tui.widgets.month_calendar import CalendarDay, DayMark, MonthCalendar

DAYS = {
    date(2026, 12, 8): CalendarDay(12, DayMark.OPEN),
    date(2026, 12, 10): CalendarDay(14, DayMark.OPEN),
    date(2026, 12, 17): CalendarDay(0, DayMark.FULL),
    date(2026, 12, 12): CalendarDay(0, DayMark.NONE),
    date(2026, 12, 9): CalendarDay(0, DayMark.CLOSED),
    date(2026, 12, 11): CalendarDay(144, DayMark.OPEN),
}


def calendar(day: date = date(2026, 12, 10)) -> MonthCalendar:
    """Return a calendar from Nov 22 to the end of January."""
    made = MonthCalendar(day, first=date(2026, 11, 22), last=date(2027, 1, 31))
    made.show(DAYS)
    return made


async def test_each_day_stands_beside_its_number_of_open_times_or_a_sign() -> None:
    async with Stage(calendar()).run_test() as pilot:
        assert isinstance(pilot.app, Stage)
        lines = pilot.app.text().splitlines()
        assert lines[0] == "      December 2026           PgUp  PgDn"
        assert lines[1] == "   Su    Mo    Tu    We    Th    Fr    Sa"
        assert lines[3] == "   6     7     8 12  9  x[10 14]11 99 12  -"
        assert "17  0" in lines[4]


async def test_arrows_move_by_day_and_week_and_into_the_next_month() -> None:
    shown = calendar(date(2026, 12, 28))
    async with Stage(shown).run_test() as pilot:
        await pilot.press("left")
        assert shown.cursor == date(2026, 12, 27)
        await pilot.press("down")
        assert shown.cursor == date(2027, 1, 3)
        assert shown.month == date(2027, 1, 1)


async def test_page_keys_turn_the_month_and_keep_the_day() -> None:
    shown = calendar(date(2026, 12, 31))
    async with Stage(shown).run_test() as pilot:
        await pilot.press("pageup")
        assert shown.cursor == date(2026, 11, 30)
        await pilot.press("pagedown", "pagedown")
        assert shown.cursor == date(2027, 1, 30)


async def test_no_key_leads_before_the_first_or_behind_the_last_day() -> None:
    shown = calendar(date(2026, 11, 22))
    async with Stage(shown).run_test() as pilot:
        await pilot.press("left", "up", "pageup")
        assert shown.cursor == date(2026, 11, 22)
        shown.go_to(date(2027, 1, 31))
        await pilot.press("right", "down", "pagedown")
        assert shown.cursor == date(2027, 1, 31)


async def test_a_month_of_six_weeks_fits() -> None:
    shown = MonthCalendar(date(2026, 8, 31), first=date(2026, 8, 1), last=date(2026, 8, 31))
    async with Stage(shown).run_test() as pilot:
        assert isinstance(pilot.app, Stage)
        assert "[31" in pilot.app.text()
