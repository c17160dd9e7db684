"""Writing many rows at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import insert
from sqlmodel import SQLModel

from backend.db import Tx


@dataclass(frozen=True, slots=True)
class Raw:
    """A row that is only ever inserted: its table and its values. Cheaper than a model where there are thousands."""

    table: type[SQLModel]
    values: dict[str, object]


def insert_all(tx: Tx, rows: Iterable[SQLModel | Raw]) -> None:
    """Insert ``rows``, neighbours of one table with one statement, in the order given."""
    for table, group in groupby(rows, key=table_of):
        values = [row.values if isinstance(row, Raw) else row.model_dump() for row in group]
        tx.session.execute(insert(table), values)


def table_of(row: SQLModel | Raw) -> type[SQLModel]:
    """Return the table that a row belongs to."""
    return row.table if isinstance(row, Raw) else type(row)
