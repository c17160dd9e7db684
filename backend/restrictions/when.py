"""When a restriction holds, by the facility's clock on the wall. Pure functions.

One reading: a restriction holds on each of its days, between its two minutes of the day. A visit meets it if the clock
on the wall shows, during any five minutes of the visit, a time at which it holds. So an hour that the clock shows
twice is restricted both times, and an hour that it skips restricts nothing. Both ends are exclusive: a visit that
ends when the restriction begins does not meet it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MINUTES: Final = 5
"""Visits start and end on multiples of it."""
DAY_MINUTES: Final = 1440


@dataclass(frozen=True, slots=True)
class When:
    """The days of a restriction (facility-local, both included; no last day: until it is ended) and its hours."""

    first_date: date
    last_date: date | None = None
    start_minute: int = 0
    """Minutes after local midnight between which it holds on each of its days; the end is exclusive."""
    end_minute: int = DAY_MINUTES

    def holds_on(self, day: date) -> bool:
        """Say whether ``day`` is one of its days."""
        return self.first_date <= day and (self.last_date is None or day <= self.last_date)

    def meets(self, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
        """Say whether it holds at any time from ``starts_at`` to ``ends_at`` (UTC, exclusive) in ``zone``."""
        at = starts_at
        while at < ends_at:
            local = at.astimezone(zone)
            minute = local.hour * 60 + local.minute
            if self.holds_on(local.date()) and minute < self.end_minute and minute + MINUTES > self.start_minute:
                return True
            at += timedelta(minutes=MINUTES)
        return False


def first_free_day(when: Sequence[When], starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> date | None:
    """Return the first facility-local date, from the visit's on, on which a visit of the same hours meets none of them.

    Instants are UTC, the end is exclusive. None: what stands in the way has no last day.
    """
    local, length = starts_at.astimezone(zone), ends_at - starts_at
    day = local.date()
    while True:
        begins = (local + (day - local.date())).astimezone(UTC)
        met = [each for each in when if each.meets(begins, begins + length, zone)]
        if not met:
            return day
        last_dates = [each.last_date for each in met if each.last_date is not None]
        if len(last_dates) < len(met):
            return None
        day = max(last_dates) + timedelta(days=1)
