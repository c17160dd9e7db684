"""Column types and identifiers that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
QUANTUM_SECONDS: Final = 300
"""RULES section 5: time is cut into quanta of 5 minutes of UTC."""


OFF_THE_GRID: Final = "starts and lengths are multiples of 5 minutes"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = tuple(first + second for first in _LETTERS for second in _LETTERS)


class Table(SQLModel):
    """Base of every table.

    Rows are made and read without validation, so pydantic's part of a table is built when it is first asked for: that
    is a good tenth of the time that the server takes to start.
    """

    model_config = {"defer_build": True}


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant, kept as whole microseconds since 1970-01-01T00:00Z.

    SQLite has no time type that keeps an offset, so both engines keep the same integer.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware instant into microseconds; a naive one is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds back into an aware UTC instant."""
        return None if value is None else instant_of(value)


class LocalDate(TypeDecorator[date]):
    """A calendar date without a zone, kept as ``YYYY-MM-DD``, which sorts as text on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Turn a date into text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Turn text back into a date."""
        return None if value is None else date.fromisoformat(value)


class JsonText(TypeDecorator[object]):
    """A JSON value kept as canonical text (sorted keys, no spaces), so that equal values are equal rows."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Turn a JSON value into canonical text."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Turn text back into a JSON value."""
        return None if value is None else json.loads(value)


def canonical_json(value: object) -> str:
    """Return ``value`` as JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def microseconds(instant: datetime) -> int:
    """Return ``instant`` as it is kept: whole microseconds since 1970 UTC."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant_of(value: int) -> datetime:
    """Return the instant (UTC) that is kept as ``value``, microseconds since 1970 UTC."""
    return EPOCH + timedelta(microseconds=value)


def new_id(now: datetime) -> str:
    """Return a new ULID, 26 letters and digits that sort by ``now`` (UTC). It is a name, not a secret."""
    return _letters_of((microseconds(now) // 1000 << 80) | int.from_bytes(os.urandom(10)))


def id_of(*said: str) -> str:
    """Return an id that looks like any other and is always the same for the same words; it sorts by nothing."""
    return _letters_of(int.from_bytes(hashlib.sha256(canonical_json(said).encode()).digest()[:16]))


def _letters_of(number: int) -> str:
    return "".join(_PAIRS[number >> shift & 1023] for shift in range(120, -10, -10))


def quantum_of(instant: datetime) -> int:
    """Return the number of the five-minute quantum that ``instant`` lies in, counted from 1970 UTC."""
    return int((instant - EPOCH).total_seconds()) // QUANTUM_SECONDS


def quanta_from(starts_at: datetime, minutes: int) -> range:
    """Do what :func:`quanta_between` does for so many minutes from ``starts_at`` on, quickly."""
    first, off = divmod(microseconds(starts_at), QUANTUM_SECONDS * 1_000_000)
    count, over = divmod(60 * minutes, QUANTUM_SECONDS)
    if off or over:
        raise ValueError(OFF_THE_GRID)
    return range(first, first + count)


def quanta_between(starts_at: datetime, ends_at: datetime) -> range:
    """Return the quanta that a visit from ``starts_at`` to ``ends_at`` (exclusive) takes.

    Both must lie on a quantum's edge; a length or start off the grid is refused where it is configured.
    """
    if starts_at.timestamp() % QUANTUM_SECONDS or ends_at.timestamp() % QUANTUM_SECONDS:
        raise ValueError(OFF_THE_GRID)
    return range(quantum_of(starts_at), quantum_of(ends_at))
