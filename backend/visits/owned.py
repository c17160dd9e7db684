"""What a booking has taken of time, read at once: its places, station, individual, account, and the pairs of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from backend.db import Tx
from backend.sql import Sql

Table = Literal["place_taken", "station_taken", "individual_taken", "account_taken", "apart_taken"]
TABLES: Final[tuple[Table, ...]] = (
    "place_taken",
    "station_taken",
    "individual_taken",
    "account_taken",
    "apart_taken",
)
_OWN: Final = Sql(
    "SELECT 'place_taken', limit_key, COUNT(*), MAX(seat), 0, 0 FROM place_taken"
    " WHERE booking_id = :booking GROUP BY limit_key"
    " UNION ALL SELECT 'station_taken', station_id, COUNT(*), 0, 0, 0 FROM station_taken"
    " WHERE booking_id = :booking GROUP BY station_id"
    " UNION ALL SELECT 'individual_taken', individual_id, COUNT(*), 0, 0, 0 FROM individual_taken"
    " WHERE booking_id = :booking GROUP BY individual_id"
    " UNION ALL SELECT 'account_taken', account_id, COUNT(*), 0, MIN(quantum), MAX(quantum) FROM account_taken"
    " WHERE booking_id = :booking GROUP BY account_id"
    " UNION ALL SELECT 'apart_taken', restriction_id, COUNT(*), 0, 0, 0 FROM apart_taken"
    " WHERE booking_id = :booking GROUP BY restriction_id"
)


@dataclass(frozen=True, slots=True)
class Own:
    """What one booking has taken."""

    span: range
    """The quanta of its account, with the buffer of the day when it was booked; empty without any."""
    seats: Mapping[str, int]
    """Its highest seat in each limit, by the limit's key."""
    places: Mapping[str, int]
    """In how many quanta it has its place, by the limit's key."""
    rows: Mapping[Table, int]
    """How many rows it has in each table."""
    station: str | None
    """The id of its station."""


def own(tx: Tx, booking_id: str) -> Own:
    """Return what a booking has taken."""
    span, station = range(0), None
    seats, places, rows = dict[str, int](), dict[str, int](), Counter[Table]()
    for table, key, count, seat, first, last in sorted(tx.run(_OWN, {"booking": booking_id})):
        rows[table] += count
        if table == "place_taken":
            seats[key], places[key] = seat, count
        elif table == "station_taken":
            station = key
        elif table == "account_taken":
            span = range(first, last + 1)
    return Own(span, seats, places, rows, station)
