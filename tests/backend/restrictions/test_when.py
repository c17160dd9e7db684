"""When a restriction holds: days and hours on the facility's clock, exactly at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.restrictions.when import When, first_free_day

CHICAGO = ZoneInfo("America/Chicago")
TUESDAY = date(2026, 11, 24)
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
MORNING = When(TUESDAY, TUESDAY, 8 * 60, 12 * 60)


def at(hour: int, minute: int = 0, *, day: date = TUESDAY, zone: ZoneInfo = CHICAGO, fold: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold).astimezone(UTC)


def meets(when: When, starts_at: datetime, zone: ZoneInfo = CHICAGO) -> bool:
    return when.meets(starts_at, starts_at + HALF_HOUR, zone)


@pytest.mark.parametrize(
    ("starts_at", "met"),
    [
        (at(7, 30), False),
        (at(7, 35), True),
        (at(8), True),
        (at(11, 55), True),
        (at(12), False),
    ],
)
def test_a_visit_meets_the_hours_that_it_overlaps_and_their_ends_are_exclusive(starts_at: datetime, met: bool) -> None:
    assert meets(MORNING, starts_at) is met


def test_first_and_last_day_are_included() -> None:
    when = When(TUESDAY, TUESDAY + DAY)
    assert not meets(when, at(23, 30, day=TUESDAY - DAY))
    assert meets(when, at(0))
    assert meets(when, at(23, 30, day=TUESDAY + DAY))
    assert not meets(when, at(0, day=TUESDAY + 2 * DAY))


def test_a_visit_over_midnight_meets_the_day_that_it_runs_into() -> None:
    assert meets(When(TUESDAY), at(23, 45, day=TUESDAY - DAY))


def test_without_a_last_day_it_holds_until_it_is_ended() -> None:
    assert meets(When(TUESDAY), at(9, day=date(2036, 1, 1)))


def test_minutes_off_the_grid_count_to_the_minute() -> None:
    assert meets(When(TUESDAY, None, 9 * 60 + 29, 10 * 60), at(9))
    assert not meets(When(TUESDAY, None, 9 * 60 + 30, 10 * 60), at(9))


def test_an_hour_that_the_clock_shows_twice_is_restricted_both_times() -> None:
    day = date(2026, 11, 1)
    when = When(day, day, 60, 120)
    assert meets(when, at(1, day=day))
    assert meets(when, at(1, day=day, fold=1))
    assert not meets(when, at(2, day=day))


def test_an_hour_that_the_clock_skips_restricts_nothing() -> None:
    day = date(2026, 3, 8)
    assert not any(meets(When(day, day, 120, 180), at(0, day=day) + timedelta(minutes=5 * step)) for step in range(270))


def test_arizona_and_a_half_hour_zone_have_their_own_clocks() -> None:
    for name in ("America/Phoenix", "Asia/Kolkata", "Australia/Lord_Howe"):
        zone = ZoneInfo(name)
        assert meets(MORNING, at(8, zone=zone), zone)
        assert not meets(MORNING, at(12, zone=zone), zone)


def free_day(*when: When, starts_at: datetime) -> date | None:
    return first_free_day(when, starts_at, starts_at + HALF_HOUR, CHICAGO)


def test_the_first_free_day_is_the_day_after_the_last_one() -> None:
    assert free_day(When(TUESDAY, TUESDAY + 3 * DAY), starts_at=at(9)) == TUESDAY + 4 * DAY


def test_what_follows_directly_is_passed_over_too() -> None:
    following = When(TUESDAY + DAY, TUESDAY + 2 * DAY)
    assert free_day(When(TUESDAY, TUESDAY), following, starts_at=at(9)) == TUESDAY + 3 * DAY


def test_the_first_free_day_is_one_of_the_same_hours() -> None:
    elsewhere = When(TUESDAY + DAY, None, 13 * 60, 15 * 60)
    assert free_day(MORNING, elsewhere, starts_at=at(9)) == TUESDAY + DAY


def test_what_has_no_last_day_has_no_first_free_one() -> None:
    assert free_day(When(TUESDAY), starts_at=at(9)) is None
    assert free_day(MORNING, When(TUESDAY + DAY), starts_at=at(9)) is None
