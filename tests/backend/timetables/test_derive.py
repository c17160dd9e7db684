"""Starts come from wall-clock rows, also on the days on which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.timetables.derive import holds_on, starts_on
from backend.timetables.models import TimetableRow
from backend.types import QUANTUM_SECONDS

CENTRAL = ZoneInfo("America/Chicago")
EASTERN = ZoneInfo("America/New_York")
PHOENIX = ZoneInfo("America/Phoenix")
TUESDAY = date(2026, 11, 24)
SPRING = date(2027, 3, 14)
"""A Sunday: in most of the United States 2:00 becomes 3:00."""
AUTUMN = date(2026, 11, 1)
"""A Sunday: in most of the United States 2:00 becomes 1:00."""


def row(
    *,
    identifier: str = "a",
    weekday: int = 1,
    start: int = 9 * 60,
    end: int = 11 * 60,
    every: int = 30,
    every_weeks: int = 1,
    anchor: date | None = None,
    valid_from: date = date(2026, 1, 1),
    valid_to: date | None = None,
    unit: str | None = None,
    channel: str = "public",
) -> TimetableRow:
    return TimetableRow(
        id=identifier,
        facility_id="f",
        visit_type="remote",
        weekday=weekday,
        start_minute=start,
        end_minute=end,
        every_minutes=every,
        capacity=1,
        every_weeks=every_weeks,
        anchor_date=anchor,
        valid_from=valid_from,
        valid_to=valid_to,
        housing_unit=unit,
        channel=channel,
    )


def clock_times(found_row: TimetableRow, zone: ZoneInfo, day: date, minutes: int = 30) -> list[str]:
    return [f"{start.starts_at.astimezone(zone):%H:%M}" for start in starts_on([found_row], zone, day, minutes)]


def test_a_row_gives_a_start_every_half_hour_in_utc() -> None:
    starts = starts_on([row()], CENTRAL, TUESDAY, 30)

    assert [start.starts_at for start in starts] == [
        datetime(2026, 11, 24, 15, 0, tzinfo=UTC) + timedelta(minutes=30 * number) for number in range(4)
    ]
    assert all(start.ends_at - start.starts_at == timedelta(minutes=30) for start in starts)


def test_a_visit_fits_only_if_it_ends_by_the_end_of_its_row() -> None:
    assert clock_times(row(), CENTRAL, TUESDAY, 60) == ["09:00", "09:30", "10:00"]
    assert clock_times(row(), CENTRAL, TUESDAY, 120) == ["09:00"]
    assert clock_times(row(), CENTRAL, TUESDAY, 125) == []


def test_a_row_may_last_until_midnight() -> None:
    assert clock_times(row(start=23 * 60, end=1440), CENTRAL, TUESDAY) == ["23:00", "23:30"]


def test_a_row_holds_on_its_weekday_only() -> None:
    assert not clock_times(row(), CENTRAL, TUESDAY + timedelta(days=1))


def test_a_row_holds_from_its_first_to_its_last_date_both_included() -> None:
    dated = row(valid_from=TUESDAY, valid_to=TUESDAY + timedelta(days=7))

    assert [holds_on(dated, TUESDAY + timedelta(days=7 * week)) for week in (-1, 0, 1, 2)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("every_weeks", "weeks_after", "holds"), [(2, 0, True), (2, 1, False), (2, 2, True), (2, -2, True), (3, -1, False)]
)
def test_a_row_of_every_n_weeks_counts_from_its_anchor(every_weeks: int, weeks_after: int, holds: bool) -> None:
    counted = row(every_weeks=every_weeks, anchor=TUESDAY)

    assert holds_on(counted, TUESDAY + timedelta(days=7 * weeks_after)) is holds


def test_weeks_begin_on_the_weekday_of_the_anchor() -> None:
    saturday = TUESDAY - timedelta(days=3)
    counted = row(every_weeks=2, anchor=saturday)

    assert holds_on(counted, TUESDAY)
    assert not holds_on(counted, TUESDAY - timedelta(days=7))


def test_without_an_anchor_weeks_are_counted_from_the_first_date() -> None:
    assert holds_on(row(every_weeks=2, valid_from=TUESDAY), TUESDAY + timedelta(days=14))
    assert not holds_on(row(every_weeks=2, valid_from=TUESDAY), TUESDAY + timedelta(days=7))


def test_rows_for_another_housing_unit_do_not_count() -> None:
    rows = [row(identifier="a", unit="A"), row(identifier="b", unit="B"), row(identifier="c")]

    assert {start.row.id for start in starts_on(rows, CENTRAL, TUESDAY, 30, "B")} == {"b", "c"}
    assert {start.row.id for start in starts_on(rows, CENTRAL, TUESDAY, 30)} == {"c"}


def test_rows_for_staff_are_not_for_the_public() -> None:
    assert not starts_on([row(channel="staff")], CENTRAL, TUESDAY, 30)


def test_two_rows_may_give_the_same_start() -> None:
    starts = starts_on([row(identifier="b"), row(identifier="a")], CENTRAL, TUESDAY, 30)

    assert [start.row.id for start in starts[:2]] == ["a", "b"]
    assert starts[0].starts_at == starts[1].starts_at


def test_a_skipped_start_does_not_exist_on_that_day() -> None:
    sunday = row(weekday=6, start=60, end=4 * 60)

    assert clock_times(sunday, EASTERN, SPRING) == ["01:00", "01:30", "03:00", "03:30"]


def test_a_visit_over_the_skipped_hour_lasts_its_real_minutes() -> None:
    (start, *_) = starts_on([row(weekday=6, start=90, end=4 * 60)], EASTERN, SPRING, 60)

    assert start.ends_at - start.starts_at == timedelta(minutes=60)
    assert f"{start.ends_at.astimezone(EASTERN):%H:%M}" == "03:30"


def test_a_visit_that_would_end_in_the_skipped_hour_does_not_run_past_its_row() -> None:
    # 1:45 and half an hour is 3:15 on that day, a quarter of an hour after the row's end at 3:00
    assert clock_times(row(weekday=6, start=60, end=180, every=15), EASTERN, SPRING) == ["01:00", "01:15", "01:30"]


def test_a_doubled_start_exists_once_the_first_time() -> None:
    starts = starts_on([row(weekday=6, start=0, end=3 * 60)], EASTERN, AUTUMN, 30)

    assert [f"{start.starts_at:%H:%M}" for start in starts] == ["04:00", "04:30", "05:00", "05:30", "07:00", "07:30"]


def test_a_row_that_ends_in_the_doubled_hour_ends_the_first_time() -> None:
    starts = starts_on([row(weekday=6, start=60, end=90)], EASTERN, AUTUMN, 30)

    assert [f"{start.ends_at:%H:%M}" for start in starts] == ["05:30"]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_arizona_has_no_such_days(day: date) -> None:
    assert clock_times(row(weekday=6, start=60, end=4 * 60), PHOENIX, day) == [
        "01:00",
        "01:30",
        "02:00",
        "02:30",
        "03:00",
        "03:30",
    ]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"])
def test_every_start_lies_on_a_quantum_and_no_two_are_the_same(zone: str, day: date) -> None:
    found = [
        start
        for nearby in (day - timedelta(days=1), day, day + timedelta(days=1))
        for start in starts_on([row(weekday=nearby.weekday(), start=0, end=1440, every=5)], ZoneInfo(zone), nearby, 5)
    ]

    assert all(start.starts_at.timestamp() % QUANTUM_SECONDS == 0 for start in found)
    instants = [start.starts_at for start in found]
    assert instants == sorted(set(instants))
