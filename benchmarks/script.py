"""What a hold and a confirmation say to the database, taken down from the server itself and said again without it.

The requests run once, in this process, for one place. Every id in what they said holds the number of that place or is
made up by the server, so the same can be said for any other place by putting other numbers in: the same statements in
the same order with rows of the same size, however the server is changed.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from unittest.mock import patch

import httpx
from sqlalchemy import Connection, Engine, event

from backend import db
from backend.app import create_app
from backend.context import Context
from backend.sql import Row, Sql, Value, say
from benchmarks.load import CARD
from benchmarks.place import MINUTES, Place, mark, slot

Parameters = tuple[Value, ...] | dict[str, Value]

Heard = list[Parameters] | Parameters
"""One set of parameters, or one for each of many rows."""

MADE_UP: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
"""An id that the server made."""
REFERENCE: Final = re.compile(r"VD-[0-9A-Z]{6}")
NOT_SAID: Final = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK", "SELECT PG_CATALOG", "SHOW")
WRITES: Final = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH .*\b(INSERT|UPDATE|DELETE)\b)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """One statement with its parameters, as the driver takes them."""

    statement: str
    parameters: Parameters

    @property
    def writes(self) -> bool:
        """Whether it changes rows."""
        return WRITES.match(self.statement) is not None

    def for_place(self, before: int, number: int) -> Said:
        """Return the same for the place of that number instead of the one ``before``."""
        if isinstance(self.parameters, tuple):
            return Said(self.statement, tuple(_for_place(value, before, number) for value in self.parameters))
        return Said(
            self.statement, {name: _for_place(value, before, number) for name, value in self.parameters.items()}
        )


Transaction = tuple[Said, ...]
"""What one transaction says between its beginning and its commit."""


@dataclass(frozen=True, slots=True)
class Script:
    """The transactions of laying the place of that number, of a hold and of its confirmation, in order."""

    number: int
    lay: tuple[Transaction, ...]
    hold: tuple[Transaction, ...]
    confirm: tuple[Transaction, ...]

    @property
    def booking(self) -> tuple[Transaction, ...]:
        """Hold and confirmation."""
        return (*self.hold, *self.confirm)

    def for_places(self, transactions: Sequence[Transaction], numbers: Sequence[int]) -> list[Transaction]:
        """Return ``transactions`` as they are said for each of the places of those ``numbers``."""
        return [
            tuple(said.for_place(self.number, number) for said in each) for number in numbers for each in transactions
        ]


def _for_place(value: Value, before: int, number: int) -> Value:
    if not isinstance(value, str):
        return value
    value = value.replace(mark(before), mark(number))
    value = MADE_UP.sub(lambda found: f"{found[0][:18]}{number:08d}", value)
    return REFERENCE.sub(f"VD-{number:06d}", value)


@dataclass(slots=True)
class _Ear:
    """Takes down what is said on an engine, a transaction at a time."""

    open: dict[int, list[Said]] = field(default_factory=dict)
    heard: list[Transaction] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def on_statement(
        self, connection: Connection, _cursor: object, statement: str, parameters: Heard, _context: object, _many: bool
    ) -> None:
        if statement.upper().startswith(NOT_SAID):
            return
        for each in parameters if isinstance(parameters, list) else [parameters]:
            said = Said(statement, dict(each) if isinstance(each, Mapping) else tuple(each))
            with self.lock:
                self.open.setdefault(id(connection), []).append(said)

    def on_hot_sql(self, connection: Connection, statement: Sql, values: Mapping[str, Value]) -> list[Row]:
        is_sqlite = connection.dialect.name == "sqlite"
        said = statement.for_sqlite if is_sqlite else statement.for_postgresql.decode()
        self.on_statement(connection, None, said, dict(values), None, _many=False)
        return say(connection, statement, values)

    def on_commit(self, connection: Connection) -> None:
        with self.lock:
            said = self.open.pop(id(connection), [])
            if said:
                self.heard.append(tuple(said))


@contextmanager
def listening(engine: Engine) -> Iterator[list[Transaction]]:
    """Give the list to which every transaction on ``engine`` is added once it is committed."""
    ear = _Ear()
    hooks: Sequence[tuple[str, Callable[..., None]]] = (
        ("before_cursor_execute", ear.on_statement),
        ("commit", ear.on_commit),
    )
    for name, hook in hooks:
        event.listen(engine, name, hook)
    try:
        with patch.object(db, "say", ear.on_hot_sql):
            yield ear.heard
    finally:
        for name, hook in hooks:
            event.remove(engine, name, hook)


def take_down(context: Context, lay: Callable[[int], Place], number: int) -> Script:
    """Lay the place of that ``number`` with ``lay``, book there, and return what was said.

    The next number goes first, so that what is said only once by a server is not in it.
    """
    asyncio.run(_book(context, lay(number + 1)))
    with listening(context.db.engine) as laid:
        place = lay(number)
    held, confirmed = asyncio.run(_book(context, place))
    return Script(number, tuple(laid), held, confirmed)


async def _book(context: Context, place: Place) -> tuple[tuple[Transaction, ...], tuple[Transaction, ...]]:
    """Book once at a place through the whole server; return what it said for the hold, and for the confirmation."""
    visitor = place.visitors[0]
    transport = httpx.ASGITransport(create_app(context))
    headers = {"Authorization": f"Bearer {context.key.token(visitor.session_id)}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://visitdesk", headers=headers) as http:
        with listening(context.db.engine) as held:
            answer = await http.post(
                "/v1/holds",
                headers={"Idempotency-Key": f"{mark(place.number)}-hold-{'0' * 16}"},
                json={
                    "facility_id": place.facility_id,
                    "visit_type": "remote",
                    "individual_id": visitor.individual_id,
                    "duration_minutes": MINUTES,
                    "starts_at": slot(datetime.now(UTC), 20).isoformat(),
                },
            )
        hold_id = answer.raise_for_status().json()["id"]
        with listening(context.db.engine) as confirmed:
            answer = await http.post(
                "/v1/visits",
                headers={"Idempotency-Key": f"{mark(place.number)}-confirm-{'0' * 13}"},
                json={
                    "hold_id": hold_id,
                    "terms_id": place.terms_id,
                    "attendees": [],
                    "payment_method": CARD if place.fee_minor else None,
                    "expected_total": {"minor": place.fee_minor, "currency": "USD"},
                },
            )
        answer.raise_for_status()
    return tuple(held), tuple(confirmed)
