"""The time of two individuals who are kept apart: whoever of them has a visit takes the quantum of the pair.

The unique key on pair and quantum decides between two bookings at the same moment. What is standing already when the
pair is made may overlap, and then only one of both has the pair's rows; so a booking also looks at the time that the
other individual has. Pairs in force are those that are not ended: they have no dates and no hours.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from backend.db import Tx
from backend.sql import Sql, Value
from backend.types import microseconds, quantum_of

QUANTA_OF_A_DAY: Final = 288
_IN_FORCE: Final = (
    "r.kind = 'keep_apart' AND r.ended_at IS NULL"
    " AND (r.individual_id = :individual OR r.other_individual_id = :individual)"
)
_PAIRS: Final = Sql(f"SELECT COUNT(*) FROM restriction r WHERE {_IN_FORCE}")  # noqa: S608  # constants
OTHERS_TIME: Final = (
    f"SELECT i.quantum FROM restriction r JOIN individual_taken i ON i.individual_id ="  # noqa: S608  # constants
    " CASE WHEN r.individual_id = :individual THEN r.other_individual_id ELSE r.individual_id END"
    f" WHERE {_IN_FORCE} AND i.quantum BETWEEN :first AND :last AND i.booking_id NOT IN (:booking, :beside)"
    " AND (i.held_until IS NULL OR i.held_until > :now)"
)
"""The quanta in which somebody has a visit from whom an individual is kept apart."""
_OTHERS_TIME: Final = Sql(OTHERS_TIME)
_EXPIRED: Final = Sql(
    "DELETE FROM apart_taken WHERE held_until <= :now AND quantum BETWEEN :first AND :last"  # noqa: S608  # constants
    f" AND restriction_id IN (SELECT r.id FROM restriction r WHERE {_IN_FORCE})"
)
_WANTED: Final = """WITH RECURSIVE wanted (quantum) AS (
    SELECT CAST(:first AS BIGINT) UNION ALL SELECT quantum + 1 FROM wanted WHERE quantum < :last)"""
_TAKE: Final = Sql(
    f"{_WANTED} INSERT INTO apart_taken (restriction_id, quantum, booking_id, held_until)"  # noqa: S608  # constants
    " SELECT r.id, wanted.quantum, :booking, CAST(:until AS BIGINT) FROM restriction r CROSS JOIN wanted"
    f" WHERE {_IN_FORCE} ORDER BY r.id, wanted.quantum ON CONFLICT DO NOTHING RETURNING quantum"
)
_OWN: Final = Sql(
    "SELECT COUNT(*) FROM apart_taken a JOIN restriction r ON r.id = a.restriction_id"  # noqa: S608  # constants
    f" WHERE a.booking_id = :booking AND {_IN_FORCE}"
)
_GIVE: Final = Sql(
    "INSERT INTO apart_taken (restriction_id, quantum, booking_id, held_until)"
    " SELECT :restriction, quantum, booking_id, held_until FROM individual_taken"
    " WHERE individual_id IN (:one, :other) AND quantum >= :first AND (held_until IS NULL OR held_until > :now)"
    # who is confirmed goes before who holds, and then who was there first
    " ORDER BY CASE WHEN held_until IS NULL THEN 0 ELSE 1 END, booking_id, quantum ON CONFLICT DO NOTHING"
)
_OVERLAPS: Final = Sql(
    "SELECT DISTINCT a.booking_id, b.booking_id FROM individual_taken a"
    " JOIN individual_taken b ON b.quantum = a.quantum AND b.individual_id = :other AND b.held_until IS NULL"
    " WHERE a.individual_id = :one AND a.held_until IS NULL AND a.quantum >= :first"
)
_FORGET: Final = Sql("DELETE FROM apart_taken WHERE restriction_id = :restriction")


def taken(tx: Tx, individual_id: str, quanta: range, own_booking: str | None) -> frozenset[int]:
    """Return the quanta in which somebody has a visit from whom the individual is kept apart."""
    said: dict[str, Value] = {**_span(tx, quanta, own_booking or ""), "individual": individual_id}
    return frozenset(quantum for (quantum,) in tx.run(_OTHERS_TIME, said))


def take(tx: Tx, booking_id: str, individual_id: str, quanta: range, held_until: datetime | None) -> bool:
    """Take the time of each pair in force that the individual is part of; return whether all of it was free.

    Rows are taken pair by pair and in rising order. Ended holds that stand in the way are removed first.
    """
    said: dict[str, Value] = {**_span(tx, quanta, booking_id), "individual": individual_id}
    pairs = _pairs(tx, individual_id)
    if pairs == 0:
        return True
    tx.run(_EXPIRED, said)
    said["until"] = None if held_until is None else microseconds(held_until)
    if len(tx.run(_TAKE, said)) < pairs * len(quanta):
        return False
    # after the rows: whoever was quicker is seen by now
    return not taken(tx, individual_id, quanta, booking_id)


def has_all(tx: Tx, booking_id: str, individual_id: str, quanta: range) -> bool:
    """Say whether a booking has the time of each pair in force that its individual is part of."""
    pairs = _pairs(tx, individual_id)
    said: dict[str, Value] = {"booking": booking_id, "individual": individual_id}
    return pairs == 0 or tx.run(_OWN, said)[0][0] == pairs * len(quanta)


def begin(tx: Tx, restriction_id: str, one: str, other: str) -> tuple[str, ...]:
    """Give the standing bookings of both the time of their new pair; return the visits that overlap already.

    What began within a day counts too, for its payment may still be on its way.
    """
    first = quantum_of(tx.now)
    both: dict[str, Value] = {"one": one, "other": other}
    since: dict[str, Value] = {
        "restriction": restriction_id,
        "first": first - QUANTA_OF_A_DAY,
        "now": microseconds(tx.now),
    }
    tx.run(_GIVE, {**both, **since})
    pairs = tx.run(_OVERLAPS, {**both, "first": first})
    return tuple(sorted({booking for pair in pairs for booking in pair}))


def end(tx: Tx, restriction_id: str) -> None:
    """Give back the time of a pair that is not kept apart any more."""
    tx.run(_FORGET, {"restriction": restriction_id})


def _pairs(tx: Tx, individual_id: str) -> int:
    count: int = tx.run(_PAIRS, {"individual": individual_id})[0][0]
    return count


def _span(tx: Tx, quanta: range, booking_id: str) -> dict[str, Value]:
    return {
        "first": quanta.start,
        "last": quanta.stop - 1,
        "booking": booking_id,
        "beside": "",
        "now": microseconds(tx.now),
    }
