"""Rows of a timetable that follow one another: what is booked is counted where its time is sold.

Hours change by ending a row and adding another one. A visit counts in the row that it was booked in; once that does
not hold on the visit's day any more, it counts in the row that does, so that no place is sold twice. Where two rows
share its time it counts in both; where none has it, it stays where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.db import Tx
from backend.facilities import service as facilities
from backend.security import Actor
from backend.sql import Sql, Value
from backend.timetables import importer
from backend.timetables import service as timetables
from backend.timetables.derive import PUBLIC, holds_on
from backend.timetables.models import TimetableRow
from backend.timetables.wall_clock import instant_at, local_date
from backend.types import instant_of, microseconds
from backend.visits import limits, quanta
from backend.visits.quanta import Limit

A_DAY: Final = timedelta(days=1)
_BOOKED: Final = Sql(
    """WITH booked (id, visit_type, individual_id, starts_at, ends_at) AS (
    SELECT id, visit_type, individual_id, starts_at, ends_at FROM visit
        WHERE facility_id = :facility AND status = 'confirmed' AND local_date >= :since AND ends_at > :now
    UNION ALL SELECT id, visit_type, individual_id, starts_at, ends_at FROM hold WHERE facility_id = :facility)
SELECT b.id, b.visit_type, i.housing_unit, b.starts_at, b.ends_at, MIN(t.quantum), MAX(t.quantum), MAX(t.held_until)
FROM booked b JOIN individual i ON i.id = b.individual_id JOIN individual_taken t ON t.booking_id = b.id
WHERE t.held_until IS NULL OR t.held_until > :now
GROUP BY b.id, b.visit_type, i.housing_unit, b.starts_at, b.ends_at ORDER BY b.starts_at, b.id"""
)
_ROWS_OF_BOOKINGS: Final = Sql(
    "SELECT DISTINCT booking_id, limit_key FROM place_taken WHERE facility_id = :facility"
    " AND limit_key LIKE 'row:%' AND quantum >= :first"
)
_LEAVE: Final = Sql(
    "DELETE FROM place_taken WHERE facility_id = :facility AND limit_key = :key AND booking_id = :booking"
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of rows did, and how many visits stand above the places of their row."""

    counts: dict[importer.Outcome, int]
    above: int


@dataclass(frozen=True, slots=True)
class _Booked:
    """A visit that stands or a hold that lives; instants are UTC, ``held_until`` is None for a visit."""

    id: str
    visit_type: str
    housing_unit: str | None
    starts_at: datetime
    ends_at: datetime
    quanta: range
    held_until: datetime | None


def load(tx: Tx, actor: Actor, facility_id: str, records: Sequence[importer.Record], today: date) -> Imported:
    """Load rows as :func:`backend.timetables.importer.load` does; count and flag what is booked where it belongs now.

    No visit is cancelled. Raises ``not_allowed`` (403).
    """
    facilities.take_alone(tx, facility_id)
    counts = importer.load(tx, actor, facility_id, records, today)
    _follow(tx, facility_id)
    return Imported(counts, limits.flag_rows(tx, facility_id))


def _follow(tx: Tx, facility_id: str) -> None:
    """Let what is booked count in the rows that hold on its day, if its own does not."""
    zone = ZoneInfo(facilities.get(tx, facility_id).zone or "UTC")
    rows = {f"row:{row.id}": row for row in timetables.rows_of(tx, facility_id)}
    booked = _booked(tx, facility_id)
    own: dict[str, list[str]] = {}
    first = min((one.quanta.start for one in booked), default=0)
    for booking_id, key in tx.run(_ROWS_OF_BOOKINGS, {"facility": facility_id, "first": first}):
        own.setdefault(booking_id, []).append(key)
    for one in booked:
        day, mine = local_date(zone, one.starts_at), own.get(one.id, [])
        if any(key in rows and holds_on(rows[key], day) for key in mine):
            continue
        channel = next((rows[key].channel for key in mine if key in rows), PUBLIC)
        there = [row for row in rows.values() if _concerns(row, one, day)]
        there.sort(key=lambda row: (row.channel != channel, row.id))
        whole = [row for row in there if _has_time(row, zone, day, one, whole=True)]
        shared = whole or [row for row in there if _has_time(row, zone, day, one, whole=False)]
        if not shared:
            continue
        for key in mine:
            tx.run(_LEAVE, {"facility": facility_id, "key": key, "booking": one.id})
        if not any(_is_let_in(tx, facility_id, one, row) for row in whole):
            for row in whole[:1] or shared:
                _count(tx, facility_id, one, Limit(f"row:{row.id}", None))


def _concerns(row: TimetableRow, one: _Booked, day: date) -> bool:
    fits = row.visit_type == one.visit_type and row.housing_unit in (None, one.housing_unit)
    return fits and holds_on(row, day)


def _has_time(row: TimetableRow, zone: ZoneInfo, day: date, one: _Booked, *, whole: bool) -> bool:
    """Say whether the hours of ``row`` hold a booking, the ``whole`` of it or a part."""
    begins, ends = instant_at(zone, day, row.start_minute), instant_at(zone, day, row.end_minute)
    return begins <= one.starts_at and one.ends_at <= ends if whole else begins < one.ends_at and one.starts_at < ends


def _is_let_in(tx: Tx, facility_id: str, one: _Booked, row: TimetableRow) -> bool:
    """Count a booking in ``row`` if it has a place left for it, and say whether it had."""
    limit = Limit(f"row:{row.id}", row.capacity)
    if _count(tx, facility_id, one, limit):
        return True
    tx.run(_LEAVE, {"facility": facility_id, "key": limit.key, "booking": one.id})
    return False


def _count(tx: Tx, facility_id: str, one: _Booked, limit: Limit) -> bool:
    return quanta.take_places(tx, facility_id, one.id, limit, quanta=one.quanta, held_until=one.held_until)


def _booked(tx: Tx, facility_id: str) -> list[_Booked]:
    said: dict[str, Value] = {
        "facility": facility_id,
        "since": (tx.now.date() - A_DAY).isoformat(),
        "now": microseconds(tx.now),
    }
    return [
        _Booked(
            id=booking_id,
            visit_type=visit_type,
            housing_unit=unit,
            starts_at=instant_of(starts_at),
            ends_at=instant_of(ends_at),
            quanta=range(first, last + 1),
            held_until=None if held_until is None else instant_of(held_until),
        )
        for booking_id, visit_type, unit, starts_at, ends_at, first, last, held_until in tx.run(_BOOKED, said)
    ]
