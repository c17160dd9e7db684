"""Hot SQL: statements that go to the driver as they are.

What an ORM does for a statement takes many times as long as a small statement itself, so whatever every booking says
is written out, here and there, as :class:`Sql`, and said by :meth:`backend.db.Tx.run`. Values are those that the driver
knows: instants are microseconds (:func:`backend.types.microseconds`), dates and JSON are text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Boolean, Connection, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from backend.types import JsonText, LocalDate, Table, UtcInstant, canonical_json, instant_of, microseconds

Model = TypeVar("Model", bound=Table)
Conversion = Callable[[Any], Any]

Value = str | int | float | None
Row = tuple[Any, ...]
"""Values in the order of the statement's columns; who says the statement knows what they are."""

_NAMED: Final = re.compile(r"(?<![:\w]):(\w+)")
_FOR_POSTGRESQL: Final = re.compile(r"/\*(.*?)\*/", re.DOTALL)


_READ: Final[Mapping[type[TypeEngine[Any]], Conversion]] = {
    UtcInstant: instant_of,
    LocalDate: date.fromisoformat,
    JsonText: json.loads,
    Boolean: bool,
}
"""How a value becomes what a model says it is, by the type of its column; the other types come as they are."""
_WRITTEN: Final[Mapping[type[TypeEngine[Any]], Conversion]] = {
    UtcInstant: microseconds,
    LocalDate: date.isoformat,
    JsonText: canonical_json,
}
"""The way back."""


class Sql:
    """One statement with ``:named`` values, for both engines; what stands in ``/* */`` is for PostgreSQL only."""

    __slots__ = ("_by_length", "for_postgresql", "for_sqlite")

    def __init__(self, statement: str) -> None:
        """Take ``statement``, in which a colon before a name is always a value."""
        self.for_sqlite: Final = statement
        said = _FOR_POSTGRESQL.sub(r"\1", statement).replace("%", "%%")
        self.for_postgresql: Final = _NAMED.sub(r"%(\1)s", said).encode()
        self._by_length: Final[dict[int, Sql]] = {}

    def for_each(self, name: str, values: Sequence[Value], said: dict[str, Value]) -> Sql:
        """Return this statement with a list of ``values``, not an empty one, in the place of ``:name``.

        They are put into ``said``. In parentheses such a list is what a column may be IN.
        """
        names = [f"{name}_{number}" for number in range(len(values))]
        said.update(zip(names, values, strict=True))
        if len(values) not in self._by_length:
            marks = ", ".join(f":{each}" for each in names)
            self._by_length[len(values)] = Sql(re.sub(rf":{name}\b", marks, self.for_sqlite))
        return self._by_length[len(values)]


def insert(model: type[Table], rest: str = "") -> Sql:
    """Return the statement that adds one row to the table of ``model``, with a value for each column by its name."""
    table = inspect(model).local_table
    columns = [column.key for column in table.columns]
    values = ", ".join(f":{name}" for name in columns)
    return Sql(f"INSERT INTO {table.description} ({', '.join(columns)}) VALUES ({values}) {rest}".rstrip())  # noqa: S608  # names, never values


class Rows(Generic[Model]):
    """Rows of one table as its model: to be read, not to be changed, for the session does not know of them."""

    __slots__ = ("_keys", "_new", "_read", "statement")

    def __init__(self, model: type[Model], rest: str) -> None:
        """Read from the table of ``model``; ``rest`` is what follows on that: joins, conditions, an order."""
        mapper = inspect(model)
        table = mapper.local_table
        self._new: Final[Callable[[], Model]] = mapper.class_manager.new_instance
        self._keys: Final = tuple(column.key for column in table.columns)
        self._read: Final = _conversions(_READ, model)
        names = ", ".join(f"{table.description}.{column.name}" for column in table.columns)
        self.statement: Final = Sql(f"SELECT {names} FROM {table.description} {rest}")  # noqa: S608  # names, no values

    def made_of(self, rows: Sequence[Row]) -> list[Model]:
        """Return what the statement's rows stand for."""
        return [self._one(row) for row in rows]

    def _one(self, row: Row) -> Model:
        made = self._new()
        values = made.__dict__
        values.update(zip(self._keys, row, strict=True))
        for key, read in self._read:
            if (value := values[key]) is not None:
                values[key] = read(value)
        return made


def _conversions(
    known: Mapping[type[TypeEngine[Any]], Conversion], model: type[Table]
) -> tuple[tuple[str, Conversion], ...]:
    """Return the columns of ``model`` whose type, or the type that it is a kind of, is ``known``."""
    columns = inspect(model).local_table.columns
    kinds = (
        (column.key, next((base for base in type(column.type).__mro__ if base in known), None)) for column in columns
    )
    return tuple((key, known[kind]) for key, kind in kinds if kind is not None)


@cache
def _to_be_written(model: type[Table]) -> tuple[tuple[str, ...], tuple[tuple[str, Conversion], ...]]:
    """Return the columns of ``model``, and how those are written that are not written as they are."""
    return tuple(column.key for column in inspect(model).local_table.columns), _conversions(_WRITTEN, model)


def made(model: type[Model], **values: object) -> Model:
    """Return a row of ``model`` with ``values``, one for every column, that the session does not know of."""
    row: Model = inspect(model).class_manager.new_instance()
    vars(row).update(values)
    return row


def values_of(row: Table) -> dict[str, Value]:
    """Return the values of a row by the names of its columns, as they are written."""
    columns, conversions = _to_be_written(type(row))
    had = vars(row)
    values: dict[str, Value] = {name: had[name] for name in columns}
    for name, write in conversions:
        if values[name] is not None:
            values[name] = write(values[name])
    return values


def say(connection: Connection, statement: Sql, values: Mapping[str, Value]) -> list[Row]:
    """Run ``statement`` in the transaction of ``connection`` and return its rows, none where it has none.

    Raises ``DBAPIError`` as the engine would.
    """
    driver = _driver_of(connection)
    with _errors_of_the_engine(connection, statement):
        if connection.dialect.name == "sqlite":
            rows: list[Row] = driver.execute(statement.for_sqlite, values).fetchall()
        else:
            (cursor,) = _cursors_of(connection, 1)
            cursor.execute(statement.for_postgresql, values)
            rows = cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []
    return rows


def say_at_once(connection: Connection, asked: Sequence[tuple[Sql, Mapping[str, Value]]]) -> list[list[Row]]:
    """Run queries of PostgreSQL, one at least, in one way there and back, and return the rows of each.

    Raises ``DBAPIError`` as the engine would.
    """
    cursors = _cursors_of(connection, len(asked))
    with _errors_of_the_engine(connection, asked[0][0]):
        with _driver_of(connection).pipeline():
            for cursor, (statement, values) in zip(cursors, asked, strict=True):
                cursor.execute(statement.for_postgresql, values)
        return [cursor.fetchall() for cursor in cursors]


def _driver_of(connection: Connection) -> Any:  # of one engine or the other
    driver = connection.connection.driver_connection
    if driver is None:
        raise TypeError("a connection that was closed")
    return driver


def _cursors_of(connection: Connection, number: int) -> Sequence[Any]:
    """Return cursors of PostgreSQL, kept as long as the connection: to make one takes as long as a small statement."""
    kept: list[Any] = connection.info.setdefault("cursors", [])
    while len(kept) < number:
        kept.append(_driver_of(connection).cursor())
    return kept[:number]


@contextmanager
def _errors_of_the_engine(connection: Connection, statement: Sql) -> Iterator[None]:
    base = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except base as error:
        raise DBAPIError.instance(statement.for_sqlite, None, error, base, hide_parameters=True) from error
