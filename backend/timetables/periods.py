"""Periods in which there are no visits: what a blackout says of dates and times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.timetables.wall_clock import DAY_MINUTES, local_date, window_on


@dataclass(frozen=True, slots=True)
class Period:
    """The same hours on each of some days, both dates included, in wall-clock time of the facility.

    ``start_minute`` and ``end_minute`` (exclusive) are minutes after local midnight.
    """

    first_date: date
    last_date: date
    start_minute: int = 0
    end_minute: int = DAY_MINUTES
    told: str | None = None
    """What visitors are told of it."""

    @property
    def is_whole_day(self) -> bool:
        """Whether it leaves nothing of its days."""
        return (self.start_minute, self.end_minute) == (0, DAY_MINUTES)

    def touches(self, zone: ZoneInfo, starts_at: datetime, ends_at: datetime) -> bool:
        """Say whether what lasts from ``starts_at`` to ``ends_at`` (exclusive; instants) overlaps with it in ``zone``.

        On days on which the clock is changed its hours are those of :func:`backend.timetables.wall_clock.window_on`.
        """
        day = max(local_date(zone, starts_at), self.first_date)
        last = min(local_date(zone, ends_at), self.last_date)
        while day <= last:
            begins, ends = window_on(zone, day, self.start_minute, self.end_minute)
            if begins < ends_at and starts_at < ends:
                return True
            day += timedelta(days=1)
        return False

    def covers(self, day: date, start_minute: int, end_minute: int) -> bool:
        """Say whether it leaves no room on ``day`` between two times of the clock, as on a day without a change."""
        within = self.first_date <= day <= self.last_date
        return within and start_minute < self.end_minute and self.start_minute < end_minute
