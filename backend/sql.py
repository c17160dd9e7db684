"""Hot SQL: statements that go to the driver as they are.

What an ORM does for a statement takes many times as long as a small statement itself, so whatever every booking says
is written out, here and there, as :class:`Sql`, and said by :meth:`backend.db.Tx.run`. Values are those that the driver
knows: instants are microseconds (:func:`backend.types.microseconds`), dates and JSON are text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Boolean, Connection, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from backend.types import JsonText, LocalDate, Table, UtcInstant, canonical_json, instant_of, microseconds

Model = TypeVar("Model", bound=Table)
Conversion = TypeVar("Conversion")

Value = str | int | float | None
Row = tuple[Any, ...]
"""Values in the order of the statement's columns; who says the statement knows what they are."""

_NAMED: Final = re.compile(r"(?<![:\w]):(\w+)")
_FOR_POSTGRESQL: Final = re.compile(r"/\*(.*?)\*/", re.DOTALL)


_READ: Final[Mapping[type[TypeEngine[Any]], Callable[[Any], object]]] = {
    UtcInstant: instant_of,
    LocalDate: date.fromisoformat,
    JsonText: json.loads,
    Boolean: bool,
}
"""How a value becomes what a model says it is, by the type of its column; the other types come as they are."""
_WRITTEN: Final[Mapping[type[TypeEngine[Any]], Callable[[Any], Value]]] = {
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

    __slots__ = ("_columns", "_new", "statement")

    def __init__(self, model: type[Model], rest: str) -> None:
        """Read from the table of ``model``; ``rest`` is what follows on that: joins, conditions, an order."""
        mapper = inspect(model)
        table = mapper.local_table
        self._new: Final[Callable[[], Model]] = mapper.class_manager.new_instance
        self._columns: Final = tuple((column.key, _of_kind(_READ, column.type)) for column in table.columns)
        names = ", ".join(f"{table.description}.{column.name}" for column in table.columns)
        self.statement: Final = Sql(f"SELECT {names} FROM {table.description} {rest}")  # noqa: S608  # names, no values

    def made_of(self, rows: Sequence[Row]) -> list[Model]:
        """Return what the statement's rows stand for."""
        return [self._one(row) for row in rows]

    def _one(self, row: Row) -> Model:
        made = self._new()
        values = made.__dict__
        for (key, read), value in zip(self._columns, row, strict=True):
            values[key] = value if read is None or value is None else read(value)
        return made


def _of_kind(known: Mapping[type[TypeEngine[Any]], Conversion], kind: TypeEngine[Any]) -> Conversion | None:
    """Return what is known of a type, or of the type that it is a kind of."""
    return next((known[base] for base in type(kind).__mro__ if base in known), None)


def made(model: type[Model], **values: object) -> Model:
    """Return a row of ``model`` with ``values``, one for every column, that the session does not know of."""
    row: Model = inspect(model).class_manager.new_instance()
    vars(row).update(values)
    return row


def values_of(row: Table) -> dict[str, Value]:
    """Return the values of a row by the names of its columns, as they are written."""
    columns, values = inspect(type(row)).local_table.columns, vars(row)
    return {column.key: _written(column.type, values[column.key]) for column in columns}


def _written(kind: TypeEngine[Any], value: Any) -> Value:
    write = _of_kind(_WRITTEN, kind)
    return value if write is None or value is None else write(value)


def say(connection: Connection, statement: Sql, values: Mapping[str, Value]) -> list[Row]:
    """Run ``statement`` in the transaction of ``connection`` and return its rows, none where it has none.

    Raises ``DBAPIError`` as the engine would.
    """
    driver, dialect = connection.connection.driver_connection, connection.dialect
    if driver is None:
        raise TypeError("a connection that was closed")
    try:
        cursor = driver.execute(statement.for_sqlite if dialect.name == "sqlite" else statement.for_postgresql, values)
        rows: list[Row] = [] if cursor.description is None else cursor.fetchall()
    except dialect.loaded_dbapi.Error as error:
        base = dialect.loaded_dbapi.Error
        raise DBAPIError.instance(statement.for_sqlite, None, error, base, hide_parameters=True) from error
    return rows
