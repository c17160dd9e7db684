"""Times of a facility's clock as instants, also on the days on which it is changed (docs/decisions/0004).

Two readings, one each for what opens and for what closes:

- *a start or an end of visits* is read as the clock stood before the change (PEP 495 ``fold=0``): :func:`instant_at`;
- *a window*, such as a blackout, lasts from the first time that the clock shows its start to the last time that it
  shows its end; a time that is skipped is the moment of the change, and 24:00 is the first moment of the next day:
  :func:`window_on`.

So a window covers every instant at which the clock shows a time within it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DAY_MINUTES: Final = 1440
_MINUTE: Final = timedelta(minutes=1)


def instant_at(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """Return ``minute`` minutes after midnight on the clock of ``zone`` in UTC; 1440 is the next midnight."""
    return _folded(zone, day, minute, 0)


def is_shown(zone: ZoneInfo, instant: datetime, minute: int) -> bool:
    """Say whether the clock of ``zone`` really shows ``minute`` at the instant that :func:`instant_at` made of it."""
    shown = instant.astimezone(zone)
    return shown.hour * 60 + shown.minute == minute % DAY_MINUTES


@lru_cache(maxsize=4096)
def window_on(zone: ZoneInfo, day: date, start_minute: int, end_minute: int) -> tuple[datetime, datetime]:
    """Return a window of one day's clock in UTC, its end exclusive; both are the same if the clock skips all of it."""
    closes = first_shown if end_minute == DAY_MINUTES else last_shown
    return first_shown(zone, day, start_minute), closes(zone, day, end_minute)


def first_shown(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """Return when (UTC) the clock of ``zone`` first shows ``minute`` on ``day``, or skips it."""
    before, after = _folded(zone, day, minute, 0), _folded(zone, day, minute, 1)
    return before if before <= after else _change_between(zone, after, before)


def last_shown(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """Return when (UTC) the clock of ``zone`` last shows ``minute`` on ``day``, or skips it."""
    before, after = _folded(zone, day, minute, 0), _folded(zone, day, minute, 1)
    return after if before <= after else _change_between(zone, after, before)


@lru_cache(maxsize=16384)
def local_date(zone: ZoneInfo, instant: datetime) -> date:
    """Return the date that the clock of ``zone`` shows."""
    return instant.astimezone(zone).date()


def day_words(day: date) -> str:
    """Return a date as sentences name it, such as ``Nov 24``."""
    return f"{day:%b} {day.day}"


def _folded(zone: ZoneInfo, day: date, minute: int, fold: int) -> datetime:
    days, minute = divmod(minute, DAY_MINUTES)
    wall = time(minute // 60, minute % 60, tzinfo=zone, fold=fold)
    return datetime.combine(day + timedelta(days=days), wall).astimezone(UTC)


def _change_between(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """Return the minute at which the clock is put forward: after ``early``, and ``late`` at the latest."""
    before = early.astimezone(zone).utcoffset()
    while late - early > _MINUTE:
        middle = early + (late - early) // (2 * _MINUTE) * _MINUTE
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
