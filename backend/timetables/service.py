"""What other nouns may ask of timetables and blackouts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from backend.db import Tx
from backend.sql import Row
from backend.timetables import repository
from backend.timetables.derive import Timetable
from backend.timetables.models import Blackout, TimetableRow
from backend.timetables.periods import Period

YESTERDAY = timedelta(days=1)
TIMETABLES_KEPT: Final = 1024
"""Timetables that stay made of their rows: one, or a few, of each facility and visit type that is booked at."""


def rows_between(tx: Tx, facility_id: str, visit_type: str, first: date, last: date) -> Sequence[TimetableRow]:
    """Return the rows of a facility and visit type that hold on some day from ``first`` to ``last`` (local dates).

    Make starts of them with :func:`backend.timetables.derive.starts_on`.
    """
    return repository.rows_between(tx, facility_id, visit_type, first, last)


def timetable_between(tx: Tx, facility_id: str, visit_type: str, first: date, last: date) -> Timetable:
    """Return the same rows as :func:`rows_between`, as the timetable that they are: the same one for the same rows."""
    return _timetable_of(repository.rows_as_kept(tx, facility_id, visit_type, first, last))


@lru_cache(maxsize=TIMETABLES_KEPT)
def _timetable_of(kept: tuple[Row, ...]) -> Timetable:
    return Timetable(tuple(repository.rows_made_of(kept)))


def rows_of(tx: Tx, facility_id: str) -> Sequence[TimetableRow]:
    """Return every row of a facility, those that hold no more included."""
    return repository.rows_of(tx, facility_id)


def closed_from(tx: Tx, facility_id: str, visit_type: str, housing_unit: str | None, today: date) -> tuple[Period, ...]:
    """Return the blackouts that concern a visit type and an individual's housing unit, from ``today`` on.

    A visit of yesterday may go on: what closed yesterday is among them. ``housing_unit`` is None where none is known;
    blackouts of one unit then do not concern it.
    """
    return tuple(
        period_of(one)
        for one in repository.blackouts_from(tx, facility_id, today - YESTERDAY)
        if one.visit_type in (None, visit_type) and one.housing_unit in (None, housing_unit)
    )


def blackouts_from(tx: Tx, facility_id: str, first: date) -> Sequence[Blackout]:
    """Return the blackouts of a facility that hold on ``first`` or later, in order of their dates."""
    return repository.blackouts_from(tx, facility_id, first)


def blackout(tx: Tx, blackout_id: str) -> Blackout | None:
    """Return a blackout, removed or not, or None."""
    return repository.blackout(tx, blackout_id)


def blackout_to_change(tx: Tx, blackout_id: str) -> Blackout | None:
    """Return a blackout as it is now, locked until the transaction ends, or None."""
    return repository.blackout_to_change(tx, blackout_id)


def period_of(blackout: Blackout) -> Period:
    """Return what a blackout says of dates and times."""
    return Period(blackout.first_date, blackout.last_date, blackout.start_minute, blackout.end_minute, blackout.told)
