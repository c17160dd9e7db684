"""What others have taken of time, read once for many openings, so that the rules can say no before the keys would.

Hot reads, so they are text SQL. Ended holds do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from backend.db import Tx
from backend.sql import Sql, Value
from backend.types import microseconds
from backend.visits import apart
from backend.visits.quanta import Limit

_FREE_OR_OVER: Final = "(held_until IS NULL OR held_until > :now)"
_PEOPLE_BUSY: Final = Sql(
    f"SELECT 'individual', quantum FROM individual_taken WHERE individual_id = :individual"  # noqa: S608  # constants
    f" AND quantum BETWEEN :first AND :last AND booking_id NOT IN (:booking, :beside) AND {_FREE_OR_OVER}"
    " UNION ALL SELECT 'account', quantum FROM account_taken WHERE account_id = :account"
    f" AND quantum BETWEEN :first AND :last AND booking_id NOT IN (:booking, :beside) AND {_FREE_OR_OVER}"
    f" UNION ALL SELECT 'apart', quantum FROM ({apart.OTHERS_TIME}) AS others"
)
# Where as many seats are taken as a limit has, one of them has that number or a higher one. The index alone says where
# that is, ended holds and the own booking among them; only there it is looked at row by row.
_PLACES_TAKEN: Final = Sql(
    """WITH busy (limit_key, quantum) AS (
    SELECT DISTINCT limit_key, quantum FROM place_taken WHERE facility_id = :facility AND limit_key IN (:keys)
        AND quantum BETWEEN :first AND :last AND seat >= :least)
SELECT p.limit_key, p.quantum, COUNT(*) FROM busy JOIN place_taken p
    ON p.facility_id = :facility AND p.limit_key = busy.limit_key AND p.quantum = busy.quantum
WHERE p.booking_id NOT IN (:booking, :beside) AND (p.held_until IS NULL OR p.held_until > :now)
GROUP BY p.limit_key, p.quantum HAVING COUNT(*) >= :least"""
)
_STATIONS_TAKEN: Final = Sql(
    f"SELECT station_id, quantum FROM station_taken WHERE facility_id = :facility AND station_id IN (:stations)"  # noqa: S608  # constants
    f" AND quantum BETWEEN :first AND :last AND booking_id NOT IN (:booking, :beside) AND {_FREE_OR_OVER}"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken by others, as a reader sees it at one instant."""

    individual: frozenset[int]
    account: frozenset[int]
    places: dict[tuple[str, int], int]
    """Places taken per limit key and quantum, where there are as many as the smallest limit has."""
    stations: frozenset[tuple[str, int]] = frozenset()
    """Station and quantum."""
    apart: frozenset[int] = frozenset()
    """When somebody has a visit from whom the individual is kept apart."""

    @property
    def busy(self) -> frozenset[int]:
        """Every quantum in which others have anything at all; an opening with none of them is free."""
        in_places = {quantum for _key, quantum in self.places}
        at_stations = {quantum for _station, quantum in self.stations}
        return self.individual.union(self.account, self.apart, in_places, at_stations)

    def is_full(self, limits: Iterable[Limit], quanta: range) -> bool:
        """Say whether any of ``limits`` has no place left in any of ``quanta``."""
        return any(self.is_full_at(limit, quanta) for limit in limits)

    def is_full_at(self, limit: Limit, quanta: range) -> bool:
        """Say whether ``limit`` has no place left in any of ``quanta``."""
        key, capacity = limit.key, limit.capacity
        if capacity is None or not self.places:
            return False
        return any(self.places.get((key, quantum), 0) >= capacity for quantum in quanta)

    def most(self, limit: Limit, quanta: range) -> int:
        """Return how many places of ``limit`` are taken in the fullest of ``quanta``, if it is full there, else 0."""
        return max(self.places.get((limit.key, quantum), 0) for quantum in quanta) if self.places else 0

    def has_station(self, stations: Sequence[str], quanta: range) -> bool:
        """Say whether one of ``stations`` is free throughout ``quanta``, or none is needed."""
        return not stations or any(
            all((station, quantum) not in self.stations for quantum in quanta) for station in stations
        )


def taken_by_others(
    tx: Tx,
    *,
    account_id: str,
    individual_id: str,
    facility_id: str,
    limits: Iterable[Limit],
    quanta: range,
    own_bookings: Sequence[str],
    stations: Sequence[str] = (),
) -> Taken:
    """Return what others have taken within ``quanta``, in up to three queries at once, whatever the number of openings.

    ``own_bookings`` do not count: the account would let go of them, of one or of a visit and of the hold beside it.
    Ended holds do not count.
    """
    span: dict[str, Value] = {
        "first": quanta.start,
        "last": quanta.stop - 1,
        **dict(zip(("booking", "beside"), (*own_bookings, "", ""), strict=False)),
        "now": microseconds(tx.now),
        "facility": facility_id,
    }
    bounds = [(limit.key, limit.capacity) for limit in limits if limit.capacity is not None]
    keys = sorted({key for key, _capacity in bounds})
    least = min((capacity for _key, capacity in bounds), default=0)
    places, booths = {**span, "least": least}, dict(span)
    queries: dict[str, tuple[Sql, Mapping[str, Value]]] = {
        "people": (_PEOPLE_BUSY, {**span, "individual": individual_id, "account": account_id})
    }
    if keys:
        queries["places"] = _PLACES_TAKEN.for_each("keys", keys, places), places
    if stations:
        queries["stations"] = _STATIONS_TAKEN.for_each("stations", stations, booths), booths
    found = dict(zip(queries, tx.run_at_once(list(queries.values())), strict=True))
    people: dict[str, set[int]] = {"individual": set(), "account": set(), "apart": set()}
    for who, quantum in found["people"]:
        people[who].add(quantum)
    return Taken(
        individual=frozenset(people["individual"]),
        account=frozenset(people["account"]),
        places={(key, quantum): count for key, quantum, count in found.get("places", ())},
        stations=frozenset((station, quantum) for station, quantum in found.get("stations", ())),
        apart=frozenset(people["apart"]),
    )
