"""Wall-clock times as instants, on the real days on which clocks are changed.

Zones: New York and Lord Howe change by an hour and by half an hour, Adelaide stands half an hour off and in the south,
Indianapolis changes though its state once did not, Phoenix and Kolkata never change, Havana changes at midnight.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.timetables.periods import Period
from backend.timetables.wall_clock import first_shown, instant_at, is_shown, last_shown, window_on

SKIPPING: Final = {
    "America/New_York": (date(2027, 3, 14), 120, 180),
    "America/Indiana/Indianapolis": (date(2027, 3, 14), 120, 180),
    "Australia/Adelaide": (date(2026, 10, 4), 120, 180),
    "Australia/Lord_Howe": (date(2026, 10, 4), 120, 150),
    "America/Havana": (date(2027, 3, 14), 0, 60),
}
"""Zone: the day on which the clock is put forward, from and to which minute after midnight."""
DOUBLING: Final = {
    "America/New_York": (date(2026, 11, 1), 60, 120),
    "America/Indiana/Indianapolis": (date(2026, 11, 1), 60, 120),
    "Australia/Adelaide": (date(2027, 4, 4), 120, 180),
    "Australia/Lord_Howe": (date(2027, 4, 4), 90, 120),
    "America/Havana": (date(2026, 11, 1), 0, 60),
}
"""Zone: the day on which the clock is put back, from which minute to which it shows everything twice."""
NEVER: Final = ("America/Phoenix", "Asia/Kolkata")
ZONES: Final = sorted({*SKIPPING, *DOUBLING, *NEVER, "Pacific/Honolulu"})
MINUTE: Final = timedelta(minutes=1)


def shown(zone: str, instant: datetime) -> int:
    local = instant.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute


@pytest.mark.parametrize("zone", SKIPPING)
def test_a_skipped_time_is_the_moment_of_the_change_for_windows(zone: str) -> None:
    day, begins, ends = SKIPPING[zone]
    middle = (begins + ends) // 2
    change = instant_at(ZoneInfo(zone), day, ends)

    assert first_shown(ZoneInfo(zone), day, middle) == change == last_shown(ZoneInfo(zone), day, middle)
    assert shown(zone, change) == ends
    assert shown(zone, change - MINUTE) == (begins - 1) % 1440


@pytest.mark.parametrize("zone", SKIPPING)
def test_a_window_that_the_clock_skips_is_empty_and_one_around_it_is_shorter(zone: str) -> None:
    day, begins, ends = SKIPPING[zone]
    start, end = window_on(ZoneInfo(zone), day, begins, ends)
    assert start == end

    start, end = window_on(ZoneInfo(zone), day, begins, ends + 60)
    assert end - start == timedelta(minutes=60)
    start, end = window_on(ZoneInfo(zone), day, begins + 5, ends + 10)
    assert (end - start, shown(zone, start)) == (timedelta(minutes=10), ends)


@pytest.mark.parametrize("zone", DOUBLING)
def test_a_window_of_doubled_times_lasts_from_the_first_to_the_second(zone: str) -> None:
    day, begins, ends = DOUBLING[zone]
    doubled = timedelta(minutes=ends - begins)
    start, end = window_on(ZoneInfo(zone), day, begins, begins + 15)

    assert (shown(zone, start), shown(zone, end)) == (begins, begins + 15)
    assert end - start == doubled + timedelta(minutes=15)


@pytest.mark.parametrize("zone", DOUBLING)
def test_a_start_of_a_doubled_time_is_the_first_one(zone: str) -> None:
    day, begins, _ = DOUBLING[zone]
    start = instant_at(ZoneInfo(zone), day, begins)

    assert is_shown(ZoneInfo(zone), start, begins)
    assert start == first_shown(ZoneInfo(zone), day, begins) < last_shown(ZoneInfo(zone), day, begins)


@pytest.mark.parametrize("zone", SKIPPING)
def test_a_start_of_a_skipped_time_is_never_shown(zone: str) -> None:
    day, begins, ends = SKIPPING[zone]
    assert not is_shown(ZoneInfo(zone), instant_at(ZoneInfo(zone), day, begins), begins)
    assert is_shown(ZoneInfo(zone), instant_at(ZoneInfo(zone), day, ends), ends)


@pytest.mark.parametrize("zone", NEVER)
@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2027, 3, 14), date(2026, 10, 4)])
def test_some_clocks_are_never_changed(zone: str, day: date) -> None:
    start, end = window_on(ZoneInfo(zone), day, 0, 1440)
    assert end - start == timedelta(hours=24)
    assert first_shown(ZoneInfo(zone), day, 150) == last_shown(ZoneInfo(zone), day, 150)


DAYS: Final = st.sampled_from(
    sorted({day + timedelta(days=off) for day, *_ in [*SKIPPING.values(), *DOUBLING.values()] for off in (-1, 0, 1)})
)


@given(st.sampled_from(ZONES), DAYS, st.integers(0, 287), st.integers(1, 288), st.integers(0, 60 * 30))
def test_a_window_has_every_minute_at_which_the_clock_shows_a_time_in_it(
    zone: str, day: date, start: int, length: int, after: int
) -> None:
    begins, ends = start * 5, min(start + length, 288) * 5
    local = ZoneInfo(zone)
    instant = window_on(local, day, 0, 1440)[0] + timedelta(minutes=after)
    is_in = instant.astimezone(local).date() == day and begins <= shown(zone, instant) < ends
    opens, closes = window_on(local, day, begins, ends)

    assert not is_in or opens <= instant < closes
    assert Period(day, day, begins, ends).touches(local, instant, instant + MINUTE) or not is_in


@given(st.sampled_from(ZONES), DAYS)
def test_whole_days_leave_no_gap_and_do_not_overlap(zone: str, day: date) -> None:
    next_day = day + timedelta(days=1)
    assert window_on(ZoneInfo(zone), day, 0, 1440)[1] == window_on(ZoneInfo(zone), next_day, 0, 1440)[0]


def test_ends_are_exclusive_to_the_microsecond_at_midnight_too() -> None:
    zone, day = ZoneInfo("America/Chicago"), date(2026, 11, 24)
    midnight = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    moment = timedelta(microseconds=1)
    whole = Period(day, day)

    assert not whole.touches(zone, midnight - MINUTE, midnight)
    assert whole.touches(zone, midnight - MINUTE, midnight + moment)
    assert whole.touches(zone, midnight + timedelta(days=1) - moment, midnight + timedelta(days=1))
    assert not whole.touches(zone, midnight + timedelta(days=1), midnight + timedelta(days=1, minutes=30))
    last_minute = Period(day, day, 1439, 1440)
    assert not last_minute.touches(zone, midnight, midnight + timedelta(minutes=1439))
    assert last_minute.touches(zone, midnight + timedelta(minutes=1439), midnight + timedelta(minutes=1440))


def test_the_hours_of_a_period_come_back_on_each_of_its_days() -> None:
    zone = ZoneInfo("America/Chicago")
    hours = Period(date(2026, 11, 23), date(2026, 11, 25), 9 * 60, 10 * 60)
    nine = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    half = timedelta(minutes=30)

    found = [hours.touches(zone, nine + timedelta(days=days), nine + timedelta(days=days) + half) for days in range(5)]
    assert found == [False, True, True, True, False]
    assert not hours.touches(zone, nine + timedelta(days=1, hours=1), nine + timedelta(days=1, hours=1) + half)
    assert hours.touches(zone, nine, nine + timedelta(days=9)), "what lasts over it is touched"
