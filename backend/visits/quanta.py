"""Taking and freeing time: one row per resource and quantum, under unique keys (docs/decisions/0001).

Hot writes, so they are text SQL, a few statements a booking however long it is. The keys decide, not the reads before
them: what cannot be inserted is taken. Every transaction takes place, station, individual, account, pair in this order
and quanta in rising order, so that two of them never wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from backend.db import Tx
from backend.sql import Sql, Value
from backend.types import microseconds
from backend.visits import apart
from backend.visits.owned import TABLES, Own, Table

Conflict = Literal["no_capacity", "no_station", "individual_busy", "account_busy", "keep_apart"]

_QUANTA: Final = """WITH RECURSIVE wanted (quantum) AS (
    SELECT CAST(:first AS BIGINT) UNION ALL SELECT quantum + 1 FROM wanted WHERE quantum < :last)"""

_EXPIRED_PLACES: Final = Sql(
    "DELETE FROM place_taken WHERE facility_id = :facility AND limit_key = :key"
    " AND quantum BETWEEN :first AND :last AND held_until <= :now"
)
_LEAVE_STATION: Final = Sql(
    "DELETE FROM station_taken WHERE facility_id = :facility AND station_id = :resource AND booking_id = :booking"
)
_STATION_OF: Final = Sql("SELECT station_id FROM station_taken WHERE booking_id = :booking LIMIT 1")
_LOWEST_FREE_SEAT: Final = """CASE WHEN NOT EXISTS (
        SELECT 1 FROM place_taken p WHERE p.facility_id = :facility AND p.limit_key = :key
        AND p.quantum = wanted.quantum AND p.seat = 1) THEN 1
    ELSE (SELECT p.seat + 1 FROM place_taken p WHERE p.facility_id = :facility AND p.limit_key = :key
        AND p.quantum = wanted.quantum AND NOT EXISTS (
            SELECT 1 FROM place_taken n WHERE n.facility_id = :facility AND n.limit_key = :key
            AND n.quantum = wanted.quantum AND n.seat = p.seat + 1)
        ORDER BY p.seat LIMIT 1) END"""
_TAKE_PLACES: Final = Sql(
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
_HOW_FAR: Final = Sql(
    "SELECT COALESCE(SUM(own), 0), COALESCE(SUM(CASE WHEN own = 0 AND taken >= :capacity THEN 1 ELSE 0 END), 0) FROM ("
    " SELECT COUNT(*) AS taken, SUM(CASE WHEN booking_id = :booking THEN 1 ELSE 0 END) AS own FROM place_taken"
    " WHERE facility_id = :facility AND limit_key = :key AND quantum BETWEEN :first AND :last"
    " GROUP BY quantum) AS each_one"
)


def _of_resource(table: str, *resource: str) -> tuple[Sql, Sql]:
    """Return the statements that remove ended holds of a resource, and that take each wanted quantum that is free."""
    keys = ", ".join((*resource, "quantum"))
    whose = ", ".join(f":{column}" for column in resource)
    is_of = " AND ".join(f"{column} = :{column}" for column in resource)
    return (
        Sql(f"DELETE FROM {table} WHERE {is_of} AND quantum BETWEEN :first AND :last AND held_until <= :now"),  # noqa: S608  # constants
        Sql(
            f"{_QUANTA} INSERT INTO {table} ({keys}, booking_id, held_until)"  # noqa: S608  # constants
            f" SELECT {whose}, quantum, :booking, CAST(:until AS BIGINT) FROM wanted WHERE TRUE ORDER BY quantum"
            " ON CONFLICT DO NOTHING RETURNING quantum"
        ),
    )


_TAKE_STATION: Final = _of_resource("station_taken", "facility_id", "station_id")
_TAKE_INDIVIDUAL: Final = _of_resource("individual_taken", "individual_id")
_TAKE_ACCOUNT: Final = _of_resource("account_taken", "account_id")
_FREE: Final = tuple(Sql(f"DELETE FROM {table} WHERE booking_id = :booking") for table in TABLES)  # noqa: S608  # constants
_KEEP: Final = {
    table: Sql(f"UPDATE {table} SET held_until = :until WHERE booking_id = :booking RETURNING quantum")  # noqa: S608  # constants
    for table in TABLES
}
NO_BOUND: Final = 2**31 - 1
"""The capacity of a limit that only counts."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that counts a booking, and its places.

    Its key is ``row:<timetable row>``, ``type:<visit type>``, ``unit:<housing unit>`` or ``all``.
    """

    key: str
    capacity: int | None
    """None: it only counts, because there is no such limit now."""


@dataclass(frozen=True, slots=True)
class Booking:
    """What a hold or visit takes. ``quanta`` are all that it keeps busy, a buffer after it included."""

    id: str
    account_id: str
    facility_id: str
    individual_id: str
    quanta: range
    limits: tuple[Limit, ...]
    stations: tuple[str, ...] = ()
    """Ids of the stations of which it takes one, the first that is free throughout; empty: it needs none."""


def take(tx: Tx, booking: Booking, held_until: datetime | None) -> Conflict | None:
    """Take everything that ``booking`` needs until ``held_until`` (exclusive; None: for good).

    Ended holds that stand in the way are removed first. Return what is in the way, None on success; after a conflict
    the caller rolls the transaction back.
    """
    said: dict[str, Value] = {
        "booking": booking.id,
        "facility": booking.facility_id,
        "first": booking.quanta.start,
        "last": booking.quanta.stop - 1,
        "until": None if held_until is None else microseconds(held_until),
        "now": microseconds(tx.now),
    }
    for limit in booking.limits:
        capacity = NO_BOUND if limit.capacity is None else limit.capacity
        if not _take_places(tx, {**said, "key": limit.key, "capacity": capacity}, len(booking.quanta)):
            return "no_capacity"
    if booking.stations and take_station(tx, booking, held_until) is None:
        return "no_station"
    if not _all_of(tx, _TAKE_INDIVIDUAL, {**said, "individual_id": booking.individual_id}, booking.quanta):
        return "individual_busy"
    if not _all_of(tx, _TAKE_ACCOUNT, {**said, "account_id": booking.account_id}, booking.quanta):
        return "account_busy"
    if not apart.take(tx, booking.id, booking.individual_id, booking.quanta, held_until):
        return "keep_apart"
    return None


def take_places(
    tx: Tx, facility_id: str, booking_id: str, limit: Limit, *, quanta: range, held_until: datetime | None
) -> bool:
    """Take a place of one limit for a booking that has none in it; False if there is none left in some quantum.

    The caller then gives back what it got, or rolls the transaction back.
    """
    said: dict[str, Value] = {
        "booking": booking_id,
        "facility": facility_id,
        "first": quanta.start,
        "last": quanta.stop - 1,
        "until": None if held_until is None else microseconds(held_until),
        "now": microseconds(tx.now),
        "key": limit.key,
        "capacity": NO_BOUND if limit.capacity is None else limit.capacity,
    }
    return _take_places(tx, said, len(quanta))


def take_station(tx: Tx, booking: Booking, held_until: datetime | None) -> str | None:
    """Take one of the booking's stations, the first that is free throughout. Return its id, None if none is."""
    said: dict[str, Value] = {
        "booking": booking.id,
        "facility_id": booking.facility_id,
        "first": booking.quanta.start,
        "last": booking.quanta.stop - 1,
        "until": None if held_until is None else microseconds(held_until),
        "now": microseconds(tx.now),
    }
    for station in booking.stations:
        if _all_of(tx, _TAKE_STATION, {**said, "station_id": station}, booking.quanta):
            return station
        leave_station(tx, booking.facility_id, station, booking.id)
    return None


def leave_station(tx: Tx, facility_id: str, station_id: str, booking_id: str) -> None:
    """Give back one station that a booking has taken, wholly or in part."""
    tx.run(_LEAVE_STATION, {"facility": facility_id, "resource": station_id, "booking": booking_id})


def station_of(tx: Tx, booking_id: str) -> str | None:
    """Return the station that a booking has taken, None if it has none."""
    found = tx.run(_STATION_OF, {"booking": booking_id})
    return found[0][0] if found else None


def free(tx: Tx, booking_id: str) -> None:
    """Give back everything that a booking has taken."""
    for statement in _FREE:
        tx.run(statement, {"booking": booking_id})


def keep(tx: Tx, has: Own, booking_id: str, held_until: datetime | None) -> bool:
    """Let all that a booking has taken last until ``held_until`` (exclusive; None: for good).

    Return whether that is all it was seen to have (``has``). What lives at the instant of this transaction may have
    ended at that of another one, which then has removed it, however short ago it was seen.
    """
    until = None if held_until is None else microseconds(held_until)
    kept = [
        len(tx.run(statement, {"booking": booking_id, "until": until})) >= has.rows[table]
        for table, statement in _KEEP.items()
        if has.rows.get(table)
    ]
    return all(kept)


def has_all(tx: Tx, has: Own, booking: Booking) -> bool:
    """Say whether a booking has all that :func:`has_own` says, and the time of every pair of its individual."""
    return has_own(has, booking) and apart.has_all(tx, booking.id, booking.individual_id, booking.quanta)


def has_own(has: Own, booking: Booking) -> bool:
    """Say whether a booking still has every quantum of its places, its station, its individual and its account."""
    length = len(booking.quanta)
    tables: tuple[Table, ...] = ("individual_taken", "account_taken")
    if booking.stations:
        tables = (*tables, "station_taken")
    return all(has.rows.get(table, 0) == length for table in tables) and all(
        has.places.get(limit.key, 0) == length for limit in booking.limits
    )


def _take_places(tx: Tx, said: dict[str, Value], wanted: int) -> bool:
    """Take the lowest free seat of each quantum of one limit.

    Where transactions run side by side, another one may commit the very seat that this one chose: then the next seat
    is tried, until the quantum is full.
    """
    tx.run(_EXPIRED_PLACES, said)
    got, full = len(tx.run(_TAKE_PLACES, said)), 0
    while got < wanted and not full:
        tx.run(_TAKE_PLACES, said)
        ((got, full),) = tx.run(_HOW_FAR, said)
    return not full


def _all_of(tx: Tx, statements: tuple[Sql, Sql], said: dict[str, Value], quanta: range) -> bool:
    remove_ended, take_free = statements
    tx.run(remove_ended, said)
    return len(tx.run(take_free, said)) == len(quanta)
