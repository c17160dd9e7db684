"""The grid of times."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.tui.widgets.stage import Stage
from tui.widgets.opening_list import OpeningList, TimeSlot, lay_out

ZONE = ZoneInfo("America/Chicago")


def slot(hour: int, minute: int = 0, word: str = "", *, open_: bool = True) -> TimeSlot:
    """Return a time of Thu Dec 10."""
    wall = datetime(2026, 12, 10, hour, minute, tzinfo=ZONE)
    return TimeSlot(wall, wall, word, open=open_)


HALF_HOURS = tuple(slot(hour, minute) for hour in (8, 9, 13, 18) for minute in (0, 30))


def test_times_stand_in_rows_of_four_below_the_parts_of_the_day() -> None:
    rows = lay_out(HALF_HOURS, 46, gaps=False)
    assert [(row.label, len(row.places)) for row in rows] == [("Morning", 4), ("Afternoon", 2), ("Evening", 2)]


def test_an_empty_row_stands_between_the_parts_where_there_is_room() -> None:
    assert [row.label for row in lay_out(HALF_HOURS, 46, gaps=True)] == ["Morning", "", "Afternoon", "", "Evening"]


def test_one_word_a_row_still_leaves_four_times_in_it() -> None:
    taken = (*HALF_HOURS[:3], slot(9, 30, "taken", open_=False))
    assert len(lay_out(taken, 46, gaps=False)[0].places) == 4


def test_two_words_in_a_row_make_rows_of_three() -> None:
    taken = tuple(slot(8 + n // 2, 30 * (n % 2), "taken", open_=False) for n in range(4))
    assert [len(row.places) for row in lay_out(taken, 46, gaps=False)] == [3, 1]


def test_a_part_of_the_day_without_times_is_left_off() -> None:
    assert [row.label for row in lay_out((slot(13),), 46, gaps=True)] == ["Afternoon"]


async def test_the_cursor_starts_on_the_first_time_that_can_be_had() -> None:
    shown = OpeningList()
    async with Stage(shown).run_test(size=(47, 14)) as pilot:
        shown.show((slot(8, 0, "taken", open_=False), slot(8, 30), slot(9)))
        await pilot.pause()
        assert isinstance(pilot.app, Stage)
        assert pilot.app.text() == "Morning     8:00 taken >8:30<  9:00"


async def test_a_word_stands_apart_from_the_time_under_the_cursor_too() -> None:
    shown = OpeningList()
    async with Stage(shown).run_test(size=(47, 14)) as pilot:
        shown.show((slot(8, 0), slot(8, 30, "taken", open_=False)))
        await pilot.press("right")
        assert isinstance(pilot.app, Stage)
        assert pilot.app.text() == "Morning     8:00  >8:30 taken"


async def test_up_and_down_go_over_the_parts_of_the_day() -> None:
    shown = OpeningList()
    async with Stage(shown).run_test(size=(47, 14)) as pilot:
        shown.show(HALF_HOURS)
        await pilot.press("right", "down")
        assert shown.marked == HALF_HOURS[5]
        await pilot.press("down", "down")
        assert shown.marked == HALF_HOURS[7]
        await pilot.press("up", "up", "left")
        assert shown.marked == HALF_HOURS[0]


async def test_a_long_day_scrolls_to_the_cursor() -> None:
    start = datetime(2026, 12, 10, 0, 0, tzinfo=ZONE)
    slots = [TimeSlot(at, at) for at in (start + timedelta(minutes=5 * n) for n in range(200))]
    shown = OpeningList()
    shown.styles.max_height = "100%"
    async with Stage(shown).run_test(size=(47, 8)) as pilot:
        shown.show(slots, at=slots[150].starts_at)
        await pilot.pause()
        assert isinstance(pilot.app, Stage)
        assert ">12:30<" in pilot.app.text()
