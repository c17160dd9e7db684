"""Writing many rows at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from sqlalchemy import insert
from sqlmodel import SQLModel

from backend.db import Tx


def insert_all(tx: Tx, rows: Iterable[SQLModel]) -> None:
    """Insert ``rows``, neighbours of one table with one statement, in the order given."""
    for table, group in groupby(rows, key=type):
        tx.session.execute(insert(table), [row.model_dump() for row in group])


def at(tx: Tx, instant: datetime) -> Tx:
    """Return the same transaction as if it were ``instant`` (UTC): history is written by the services that make it."""
    return Tx(tx.session, instant, tx.moved)
