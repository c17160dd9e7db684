"""Counting in working days: Monday to Friday."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SATURDAY: Final = 5


def is_working_day(day: date) -> bool:
    """Say whether ``day`` is one of Monday to Friday."""
    return day.weekday() < SATURDAY


def add_working_days(day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day``, which itself is never counted; ``day`` for none."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def answer_due(asked_at: datetime, working_days: int, zone: str | None) -> datetime:
    """Return when an answer to a request is due (UTC): at the last minute of the facility's last working day for it.

    ``zone`` is the facility's; days are UTC's while it has none. Asked on a Friday, three working days end on
    Wednesday at 23:59, whatever the hour of the request.
    """
    local = ZoneInfo(zone or "UTC")
    last = add_working_days(asked_at.astimezone(local).date(), working_days)
    return datetime.combine(last, time(23, 59), local).astimezone(UTC)
