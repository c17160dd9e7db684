"""Taking and freeing time: one row per resource and quantum, under unique keys (docs/decisions/0001).

Hot writes, so they are text SQL, a few statements a booking however long it is. The keys decide, not the reads before
them: what cannot be inserted is taken. Every transaction takes place, individual, account in this order and quanta in
rising order, so that two of them never wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Text, TextClause, bindparam, text

from backend.db import Tx
from backend.types import microseconds

Conflict = Literal["no_capacity", "individual_busy", "account_busy"]

_FREE_OR_OVER: Final = "(held_until IS NULL OR held_until > :now)"
_QUANTA: Final = """WITH RECURSIVE wanted (quantum) AS (
    SELECT CAST(:first AS BIGINT) UNION ALL SELECT quantum + 1 FROM wanted WHERE quantum < :last)"""

_EXPIRED_PLACES: Final = text(
    "DELETE FROM place_taken WHERE facility_id = :facility AND limit_key = :key"
    " AND quantum BETWEEN :first AND :last AND held_until <= :now"
)
_EXPIRED_INDIVIDUAL: Final = text(
    "DELETE FROM individual_taken WHERE individual_id = :individual"
    " AND quantum BETWEEN :first AND :last AND held_until <= :now"
)
_EXPIRED_ACCOUNT: Final = text(
    "DELETE FROM account_taken WHERE account_id = :account AND quantum BETWEEN :first AND :last AND held_until <= :now"
)
_LOWEST_FREE_SEAT: Final = """CASE WHEN NOT EXISTS (
        SELECT 1 FROM place_taken p WHERE p.facility_id = :facility AND p.limit_key = :key
        AND p.quantum = wanted.quantum AND p.seat = 1) THEN 1
    ELSE (SELECT p.seat + 1 FROM place_taken p WHERE p.facility_id = :facility AND p.limit_key = :key
        AND p.quantum = wanted.quantum AND NOT EXISTS (
            SELECT 1 FROM place_taken n WHERE n.facility_id = :facility AND n.limit_key = :key
            AND n.quantum = wanted.quantum AND n.seat = p.seat + 1)
        ORDER BY p.seat LIMIT 1) END"""
_TAKE_PLACES: Final = text(
    f"""{_QUANTA}, seats (quantum, seat) AS (
    SELECT wanted.quantum, {_LOWEST_FREE_SEAT} FROM wanted WHERE NOT EXISTS (
        SELECT 1 FROM place_taken o WHERE o.facility_id = :facility AND o.limit_key = :key
        AND o.quantum = wanted.quantum AND o.booking_id = :booking)
    AND (SELECT COUNT(*) FROM place_taken c WHERE c.facility_id = :facility AND c.limit_key = :key
        AND c.quantum = wanted.quantum) < :capacity)
INSERT INTO place_taken (facility_id, limit_key, quantum, seat, booking_id, held_until)
SELECT :facility, :key, quantum, seat, :booking, CAST(:until AS BIGINT) FROM seats WHERE seat IS NOT NULL
ORDER BY quantum ON CONFLICT DO NOTHING RETURNING quantum"""  # noqa: S608  # made of constants of this file
)
_FULL_QUANTA: Final = text(
    "SELECT COUNT(*) FROM (SELECT quantum FROM place_taken WHERE facility_id = :facility AND limit_key = :key"
    " AND quantum BETWEEN :first AND :last AND booking_id <> :booking GROUP BY quantum"
    " HAVING COUNT(*) >= :capacity) AS full_ones"
)


def _take_one(table: str, resource: str) -> TextClause:
    return text(
        f"{_QUANTA} INSERT INTO {table} ({resource}, quantum, booking_id, held_until)"  # noqa: S608  # constants
        " SELECT :resource, quantum, :booking, CAST(:until AS BIGINT) FROM wanted WHERE TRUE ORDER BY quantum"
        " ON CONFLICT DO NOTHING RETURNING quantum"
    )


_TAKE_INDIVIDUAL: Final = _take_one("individual_taken", "individual_id")
_TAKE_ACCOUNT: Final = _take_one("account_taken", "account_id")
TABLES: Final = ("place_taken", "station_taken", "individual_taken", "account_taken")
_FREE: Final = tuple(text(f"DELETE FROM {table} WHERE booking_id = :booking") for table in TABLES)  # noqa: S608  # constants
_KEEP: Final = tuple(
    text(f"UPDATE {table} SET held_until = :until WHERE booking_id = :booking")  # noqa: S608  # constants
    for table in TABLES
)
_INDIVIDUAL_QUANTA: Final = text(
    f"SELECT quantum FROM individual_taken WHERE individual_id = :resource"  # noqa: S608  # constants
    f" AND quantum BETWEEN :first AND :last AND booking_id <> :booking AND {_FREE_OR_OVER}"
)
_ACCOUNT_QUANTA: Final = text(
    f"SELECT quantum FROM account_taken WHERE account_id = :resource"  # noqa: S608  # constants
    f" AND quantum BETWEEN :first AND :last AND booking_id <> :booking AND {_FREE_OR_OVER}"
)
_PLACES_TAKEN: Final = text(
    f"SELECT limit_key, quantum, COUNT(*) FROM place_taken WHERE facility_id = :facility AND limit_key IN :keys"  # noqa: S608  # constants
    f" AND quantum BETWEEN :first AND :last AND booking_id <> :booking AND {_FREE_OR_OVER}"
    " GROUP BY limit_key, quantum"
).bindparams(bindparam("keys", expanding=True, type_=Text()))
_OWN_ROWS: Final = text(
    "SELECT limit_key, COUNT(*) FROM place_taken WHERE booking_id = :booking GROUP BY limit_key"
    " UNION ALL SELECT 'individual', COUNT(*) FROM individual_taken WHERE booking_id = :booking"
    " UNION ALL SELECT 'account', COUNT(*) FROM account_taken WHERE booking_id = :booking"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that counts a booking: ``row:<timetable row>``, ``type:<visit type>`` or ``all``, and its places."""

    key: str
    capacity: int


@dataclass(frozen=True, slots=True)
class Booking:
    """What a hold or visit takes. ``quanta`` are all that it keeps busy, a buffer after it included."""

    id: str
    account_id: str
    facility_id: str
    individual_id: str
    quanta: range
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken by others, as a reader sees it at one instant."""

    individual: frozenset[int]
    account: frozenset[int]
    places: dict[tuple[str, int], int]
    """Places taken per limit key and quantum; none where the key is missing."""

    def is_full(self, limits: Iterable[Limit], quanta: range) -> bool:
        """Say whether any of ``limits`` has no place left in any of ``quanta``."""
        return any(self.places.get((limit.key, quantum), 0) >= limit.capacity for limit in limits for quantum in quanta)


def taken_by_others(
    tx: Tx,
    *,
    account_id: str,
    individual_id: str,
    facility_id: str,
    limit_keys: Sequence[str],
    quanta: range,
    own_booking: str | None,
) -> Taken:
    """Return what others have taken within ``quanta``, in three queries, whatever the number of openings.

    ``own_booking`` does not count: it is what the account holds now and would let go. Ended holds do not count.
    """
    span: dict[str, object] = {
        "first": quanta.start,
        "last": quanta.stop - 1,
        "booking": own_booking or "",
        "now": microseconds(tx.now),
    }
    execute = tx.session.execute
    individual = execute(_INDIVIDUAL_QUANTA, {**span, "resource": individual_id}).scalars()
    account = execute(_ACCOUNT_QUANTA, {**span, "resource": account_id}).scalars()
    places = execute(_PLACES_TAKEN, {**span, "facility": facility_id, "keys": list(limit_keys)}) if limit_keys else ()
    return Taken(frozenset(individual), frozenset(account), {(key, quantum): count for key, quantum, count in places})


def take(tx: Tx, booking: Booking, held_until: datetime | None) -> Conflict | None:
    """Take everything that ``booking`` needs until ``held_until`` (exclusive; None: for good).

    Ended holds that stand in the way are removed first. Return what is in the way, None on success; after a conflict
    the caller rolls the transaction back.
    """
    said: dict[str, object] = {
        "booking": booking.id,
        "facility": booking.facility_id,
        "first": booking.quanta.start,
        "last": booking.quanta.stop - 1,
        "until": None if held_until is None else microseconds(held_until),
        "now": microseconds(tx.now),
    }
    for limit in booking.limits:
        if not _take_places(tx, {**said, "key": limit.key, "capacity": limit.capacity}, len(booking.quanta)):
            return "no_capacity"
    tx.session.execute(_EXPIRED_INDIVIDUAL, {**said, "individual": booking.individual_id})
    if not _all_of(tx, _TAKE_INDIVIDUAL, {**said, "resource": booking.individual_id}, booking.quanta):
        return "individual_busy"
    tx.session.execute(_EXPIRED_ACCOUNT, {**said, "account": booking.account_id})
    if not _all_of(tx, _TAKE_ACCOUNT, {**said, "resource": booking.account_id}, booking.quanta):
        return "account_busy"
    return None


def free(tx: Tx, booking_id: str) -> None:
    """Give back everything that a booking has taken."""
    for statement in _FREE:
        tx.session.execute(statement, {"booking": booking_id})


def keep(tx: Tx, booking_id: str, held_until: datetime | None) -> None:
    """Let what a booking has taken last until ``held_until`` (exclusive; None: for good)."""
    until = None if held_until is None else microseconds(held_until)
    for statement in _KEEP:
        tx.session.execute(statement, {"booking": booking_id, "until": until})


def has_all(tx: Tx, booking: Booking) -> bool:
    """Say whether a booking still has every quantum of each limit's place, of its individual and of its account."""
    rows = tx.session.execute(_OWN_ROWS, {"booking": booking.id}).all()
    counts: dict[str, int] = {resource: count for resource, count in rows}  # noqa: C416  # rows, not pairs
    needed = ("individual", "account", *(limit.key for limit in booking.limits))
    return all(counts.get(resource, 0) == len(booking.quanta) for resource in needed)


def _take_places(tx: Tx, said: dict[str, object], wanted: int) -> bool:
    """Take the lowest free seat of each quantum of one limit.

    Where transactions run side by side, another one may commit the very seat that this one chose: then the next seat
    is tried, until the quantum is full.
    """
    tx.session.execute(_EXPIRED_PLACES, said)
    while True:
        got = len(tx.session.execute(_TAKE_PLACES, said).all())
        wanted -= got
        if wanted == 0:
            return True
        if tx.session.execute(_FULL_QUANTA, said).scalar_one() > 0:
            return False


def _all_of(tx: Tx, statement: TextClause, said: dict[str, object], quanta: range) -> bool:
    return len(tx.session.execute(statement, said).all()) == len(quanta)
