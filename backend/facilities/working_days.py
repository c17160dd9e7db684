"""Counting in working days: Monday to Friday without the public holidays of the facility's state."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.facilities.holidays import holiday_on

SATURDAY: Final = 5


def is_working_day(day: date, state: str) -> bool:
    """Say whether ``day`` is one of Monday to Friday and no public holiday of ``state`` (two letters)."""
    return day.weekday() < SATURDAY and holiday_on(state, day) is None


def add_working_days(day: date, count: int, state: str) -> date:
    """Return the ``count``-th working day after ``day``, which itself is never counted; ``day`` for none."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, state)
    return day


def answer_due(asked_at: datetime, working_days: int, zone: str | None, state: str) -> datetime:
    """Return when an answer to a request is due (UTC): at the last minute of the facility's last working day for it.

    ``zone`` is the facility's; days are UTC's while it has none. Asked on a Friday, three working days end on
    Wednesday at 23:59, whatever the hour of the request; with a holiday among them, on Thursday.
    """
    local = ZoneInfo(zone or "UTC")
    last = add_working_days(asked_at.astimezone(local).date(), working_days, state)
    return datetime.combine(last, time(23, 59), local).astimezone(UTC)
