"""Starts from timetable rows: the one place where wall-clock timetables become instants.

Pure. Every screen's openings, every hold and every confirmation come through :func:`starts_on`.

When the clocks change (one rule each, PEP 495 ``fold=0``):

- *skipped hour*: a start whose wall-clock time does not exist on that day does not exist on that day;
- *doubled hour*: a start whose wall-clock time comes twice exists once, the first time;
- a row's end that is skipped or doubled is read in the same way: as the clock stood before the change.

A visit lasts its minutes of real time, and fits if it has ended, in real time, by its row's end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from backend.timetables.models import TimetableRow
from backend.timetables.wall_clock import instant_at, is_shown
from backend.types import quanta_from

WEEK_DAYS: Final = 7
PUBLIC: Final = "public"
STAFF: Final = "staff"
DAYS_KEPT: Final = 4096
"""Days of timetables whose times stay reckoned: a hundred facilities, each with a month."""
CHANNELS: Final = (PUBLIC, STAFF)
"""Rows for the public are everybody's; those for staff are only for what officers and support schedule."""


@dataclass(frozen=True, slots=True)
class Start:
    """One time at which a visit can start by the timetable: UTC instants, ``ends_at`` exclusive."""

    starts_at: datetime
    ends_at: datetime
    row: TimetableRow
    first_quantum: int
    """The number of the five minutes that it begins with: see :func:`backend.types.quantum_of`."""


Choices = tuple[Start, ...]
"""The same start by every row that gives it, one or more, that with the smaller id first."""


@dataclass(frozen=True, slots=True, eq=False)
class Timetable:
    """Rows of one facility and visit type; those that are kept the same are the same timetable."""

    rows: tuple[TimetableRow, ...]

    def choices_on(
        self, zone: ZoneInfo, day: date, duration_minutes: int, housing_unit: str | None, channels: tuple[str, ...]
    ) -> tuple[Choices, ...]:
        """Do what :func:`starts_on` does, once for as long as the timetable stays the same; one item for each time."""
        return _choices_on(self, (zone, day, duration_minutes, housing_unit, channels))


def starts_on(
    rows: Iterable[TimetableRow],
    zone: ZoneInfo,
    day: date,
    duration_minutes: int,
    housing_unit: str | None = None,
    *,
    channels: Collection[str] = (PUBLIC,),
) -> tuple[Start, ...]:
    """Return every start of ``rows`` on the facility-local date ``day``, in order of time.

    ``rows`` belong to one facility and visit type; ``housing_unit`` is the individual's: rows for another unit do not
    count, nor do rows of channels other than ``channels``. Two rows may give the same start, each with its own places;
    the row with the smaller id comes first.
    """
    found = [
        start
        for row in rows
        if row.channel in channels and row.housing_unit in (None, housing_unit) and holds_on(row, day)
        for start in _starts_of(row, zone, day, duration_minutes)
    ]
    return tuple(sorted(found, key=lambda start: (start.starts_at, start.row.id)))


@lru_cache(maxsize=DAYS_KEPT)
def _choices_on(
    timetable: Timetable, asked: tuple[ZoneInfo, date, int, str | None, tuple[str, ...]]
) -> tuple[Choices, ...]:
    zone, day, duration_minutes, housing_unit, channels = asked
    starts = starts_on(timetable.rows, zone, day, duration_minutes, housing_unit, channels=channels)
    return tuple(tuple(same) for _, same in groupby(starts, key=lambda start: start.starts_at))


def holds_on(row: TimetableRow, day: date) -> bool:
    """Say whether ``row`` holds on ``day``: its weekday, within its validity, every N weeks counted from its anchor.

    Weeks are those of the anchor: day 0 to 6 after it are week 0. Without an anchor they are counted from
    ``valid_from``.
    """
    if row.weekday != day.weekday() or day < row.valid_from or (row.valid_to is not None and day > row.valid_to):
        return False
    weeks = (day - (row.anchor_date or row.valid_from)).days // WEEK_DAYS
    return weeks % row.every_weeks == 0


def days_between(first: date, last: date) -> Sequence[date]:
    """Return every date from ``first`` to ``last``, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _starts_of(row: TimetableRow, zone: ZoneInfo, day: date, duration_minutes: int) -> Iterable[Start]:
    minutes = range(row.start_minute, row.end_minute, row.every_minutes)
    for starts_at, ends_at in _times_of(zone, day, minutes, row.end_minute, duration_minutes):
        yield Start(starts_at, ends_at, row, quanta_from(starts_at, duration_minutes).start)


def _times_of(
    zone: ZoneInfo, day: date, minutes: range, end_minute: int, duration_minutes: int
) -> tuple[tuple[datetime, datetime], ...]:
    """Return start and end (UTC) of each visit that can start at one of ``minutes`` and has ended by ``end_minute``."""
    row_end = instant_at(zone, day, end_minute)
    length = timedelta(minutes=duration_minutes)
    found = ((minute, instant_at(zone, day, minute)) for minute in minutes)
    return tuple(
        (starts_at, starts_at + length)
        for minute, starts_at in found
        if starts_at + length <= row_end and is_shown(zone, starts_at, minute)
    )
