"""Days of a facility as the instants at which they begin and end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.errors import invalid

EARLIEST: Final = date(1970, 1, 2)
LATEST: Final = date(9000, 1, 1)
"""No books are kept of days beyond these, and beyond them an instant may not be one."""


def midnight(day: date, zone: str) -> datetime:
    """Return when a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def span_of(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return when a day begins and ends (exclusive) in a zone, in UTC."""
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def of_our_era(field: str, day: date) -> date:
    """Return a day that there can be books of. Raises ``invalid`` (422) for another."""
    if not EARLIEST <= day <= LATEST:
        raise invalid(field, "Enter a date of our time.")
    return day
