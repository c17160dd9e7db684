"""Counting in working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.facilities.working_days import add_working_days, answer_due, is_working_day

TENNESSEE = "TN"
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@given(DAYS, st.integers(1, 60))
def test_the_end_is_a_working_day_with_as_many_behind_it(day: date, count: int) -> None:
    end = add_working_days(day, count, TENNESSEE)
    between = [day + timedelta(days=step) for step in range(1, (end - day).days + 1)]
    assert is_working_day(end, TENNESSEE)
    assert sum(is_working_day(each, TENNESSEE) for each in between) == count


@given(DAYS, st.integers(0, 20), st.integers(0, 20))
def test_days_add_up(day: date, first: int, then: int) -> None:
    middle = add_working_days(day, first, TENNESSEE)
    assert add_working_days(middle, then, TENNESSEE) == add_working_days(day, first + then, TENNESSEE)


def test_no_working_days_end_on_the_day_itself() -> None:
    assert add_working_days(date(2026, 11, 22), 0, TENNESSEE) == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-20T10:00", "2026-11-25T23:59"),  # a Friday: Monday, Tuesday, Wednesday
        ("2026-11-21T10:00", "2026-11-25T23:59"),  # a Saturday
        ("2026-11-16T00:00", "2026-11-19T23:59"),  # the first minute of a Monday
        ("2026-11-16T23:59", "2026-11-19T23:59"),  # and its last
        ("2026-11-23T10:00", "2026-11-27T23:59"),  # a Monday: Thanksgiving Day is left out
        ("2026-11-26T10:00", "2026-12-01T23:59"),  # on Thanksgiving Day itself
        ("2026-06-30T10:00", "2026-07-06T23:59"),  # the 4th is a Saturday, so the Friday before it is left out
        ("2026-03-05T10:00", "2026-03-10T23:59"),  # over the night that loses an hour
        ("2026-10-29T10:00", "2026-11-03T23:59"),  # over the night that has one twice
    ],
)
@pytest.mark.parametrize("zone", ["America/Chicago", "Pacific/Honolulu", None])
def test_an_answer_is_due_at_the_last_minute_of_the_facilitys_third_working_day(
    asked: str, due: str, zone: str | None
) -> None:
    local = ZoneInfo(zone or "UTC")
    asked_at = datetime.fromisoformat(asked).replace(tzinfo=local).astimezone(UTC)
    assert answer_due(asked_at, 3, zone, TENNESSEE) == datetime.fromisoformat(due).replace(tzinfo=local)


def test_today_is_the_facilitys_and_not_the_servers() -> None:
    late_sunday_in_honolulu = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert answer_due(late_sunday_in_honolulu, 1, "Pacific/Honolulu", "HI") == datetime(2026, 11, 24, 9, 59, tzinfo=UTC)
