"""Notice and horizon on the facility's calendar: days on which clocks are changed, and the minutes around midnight."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.facilities.setting_values import MinimumNotice, NoticeUnit
from backend.visits.rules import broken_rules
from backend.visits.rules.facts import Facts
from tests.backend.visits.rules.test_rules import FINE, OPENING, POLICY

MOMENT = timedelta(microseconds=1)
SHORT_DAYS = {
    "America/New_York": date(2027, 3, 14),
    "America/Indiana/Indianapolis": date(2027, 3, 14),
    "Australia/Adelaide": date(2026, 10, 4),
    "Australia/Lord_Howe": date(2026, 10, 4),
}
LONG_DAYS = {
    "America/New_York": date(2026, 11, 1),
    "America/Indiana/Indianapolis": date(2026, 11, 1),
    "Australia/Adelaide": date(2027, 4, 4),
    "Australia/Lord_Howe": date(2027, 4, 4),
}
PLAIN_DAYS = {"America/Phoenix": date(2027, 3, 14), "Asia/Kolkata": date(2026, 11, 1)}
CHANGES = [*SHORT_DAYS.items(), *LONG_DAYS.items(), *PLAIN_DAYS.items()]


def at_clock(zone: str, day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def asked(zone: str, now: datetime, starts_at: datetime, amount: int, unit: NoticeUnit, *, horizon: int = 28) -> Facts:
    opening = replace(OPENING, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    policy = replace(POLICY, notice=MinimumNotice(amount, unit), horizon_days=horizon)
    return replace(FINE, zone=ZoneInfo(zone), now=now, opening=opening, policy=policy)


def codes(facts: Facts) -> list[str]:
    return [reason.code for reason in broken_rules(facts)]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_notice_in_hours_is_in_real_hours_over_a_change(zone: str, day: date) -> None:
    visit = at_clock(zone, day, "12:00")
    last = visit - timedelta(hours=24)

    assert codes(asked(zone, last, visit, 24, "hours")) == []
    assert codes(asked(zone, last + MOMENT, visit, 24, "hours")) == ["too_soon"]
    by_the_clock = last.astimezone(ZoneInfo(zone))
    is_noon = (by_the_clock.hour, by_the_clock.minute) == (12, 0)
    assert is_noon == (zone in PLAIN_DAYS), "on a day that is changed, 24 hours before noon is not noon"


def on_the_clock(zone: str, day: date, like: datetime) -> datetime | None:
    """Return the instant of ``day`` at which the clock shows what it shows at ``like``; None if it skips that."""
    clock = like.astimezone(ZoneInfo(zone)).time()
    found = datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
    return found if found.astimezone(ZoneInfo(zone)).time() == clock else None


@given(
    zone=st.sampled_from([*SHORT_DAYS, *PLAIN_DAYS, "America/Havana"]),
    seconds=st.integers(0, 190 * 24 * 3600),
    hours=st.integers(1, 80),
    fives=st.integers(1, 1200),
)
def test_the_date_that_notice_in_hours_names_is_the_first_on_which_the_same_time_of_the_clock_passes(
    zone: str, seconds: int, hours: int, fives: int
) -> None:
    now = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    visit = now.replace(minute=0, second=0) + timedelta(hours=hours) - timedelta(minutes=5 * fives)
    there = ZoneInfo(zone)
    [reason] = [one for one in broken_rules(asked(zone, now, visit, hours, "hours")) if one.code == "too_soon"]
    named = reason.first_passes_on
    assert named is not None

    same = on_the_clock(zone, named, visit)
    assert same is not None
    assert "too_soon" not in codes(asked(zone, now, same, hours, "hours"))
    day = visit.astimezone(there).date() + timedelta(days=1)
    while day < named:
        same = on_the_clock(zone, day, visit)
        assert same is None or "too_soon" in codes(asked(zone, now, same, hours, "hours"))
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "now", "visit", "named", "said"),
    [
        # half past four in the afternoon: in the morning of the next day it is not yet 24 hours
        ("America/Chicago", "2026-11-23T22:30", "2026-11-24T15:00", date(2026, 11, 25), "Nov 24, 16:30"),
        ("America/Chicago", "2026-11-23T15:00:01", "2026-11-24T15:00", date(2026, 11, 25), "Nov 24, 09:01"),
        ("America/Chicago", "2026-11-23T15:00", "2026-11-23T15:00", date(2026, 11, 24), "Nov 24, 09:00"),
        # the clock skips 2:30 in the night of the 14th, and half past midnight in Havana
        ("America/New_York", "2027-03-13T06:00", "2027-03-13T07:30", date(2027, 3, 15), "Mar 14, 01:00"),
        ("America/Havana", "2027-03-13T04:00", "2027-03-13T05:30", date(2027, 3, 15), "Mar 13, 23:00"),
        # it shows 1:30 twice: a visit is at the first one, which is half an hour before the earliest
        ("America/New_York", "2026-10-31T06:00", "2026-10-31T05:30", date(2026, 11, 2), "Nov 1, 01:00"),
    ],
)
def test_notice_in_hours_names_the_instant_and_the_first_date(
    zone: str, now: str, visit: str, named: date, said: str
) -> None:
    at, starts_at = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (now, visit))
    [reason] = [one for one in broken_rules(asked(zone, at, starts_at, 24, "hours")) if one.code == "too_soon"]

    assert reason.sentence == f"Visits here are scheduled at least 24 hours ahead: from {said} on."
    assert reason.first_passes_on == named


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("unit", ["calendar_days", "working_days"])
def test_notice_in_days_ends_at_the_facilitys_midnight_however_long_the_day_is(
    zone: str, day: date, unit: NoticeUnit
) -> None:
    monday = day + timedelta(days=1)
    visit = at_clock(zone, monday, "00:00")
    end_of_the_changed_day = at_clock(zone, monday, "00:00") - MOMENT

    assert codes(asked(zone, end_of_the_changed_day, visit, 1, unit)) == []
    assert codes(asked(zone, end_of_the_changed_day + MOMENT, visit + timedelta(minutes=5), 1, unit)) == ["too_soon"]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_the_horizon_moves_on_at_the_facilitys_midnight(zone: str, day: date) -> None:
    first_of_horizon, visit = at_clock(zone, day, "00:00"), at_clock(zone, day + timedelta(days=7), "23:55")

    assert codes(asked(zone, first_of_horizon, visit, 0, "hours", horizon=7)) == []
    assert codes(asked(zone, first_of_horizon - MOMENT, visit, 0, "hours", horizon=7)) == ["too_far_ahead"]


@pytest.mark.parametrize("zone", ["America/Phoenix", "Asia/Kolkata", "Australia/Adelaide", "Pacific/Honolulu"])
def test_today_is_the_facilitys_at_one_minute_to_midnight_and_at_midnight(zone: str) -> None:
    day = date(2026, 12, 1)
    last_minute, midnight = at_clock(zone, day, "23:59"), at_clock(zone, day + timedelta(days=1), "00:00")
    tomorrow = at_clock(zone, day + timedelta(days=1), "23:30")

    assert asked(zone, last_minute, tomorrow, 1, "calendar_days").today == day
    assert codes(asked(zone, last_minute, tomorrow, 1, "calendar_days")) == []
    assert asked(zone, midnight, tomorrow, 1, "calendar_days").today == day + timedelta(days=1)
    assert codes(asked(zone, midnight, tomorrow, 1, "calendar_days")) == ["too_soon"]
