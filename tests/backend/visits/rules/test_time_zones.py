"""Notice and horizon on the facility's calendar: days on which clocks are changed, and the minutes around midnight."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

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
