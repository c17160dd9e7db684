"""Opening the two engines, and what only they know: pragmas, how a transaction begins, which errors pass.

A SQLite connection is a :class:`SqliteConnection`: while it is ``grouped``, what begins, commits and rolls back on it
is a savepoint, and the transaction around all of them is begun and committed by hand (see :mod:`backend.group_commit`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:  # it is there only where PostgreSQL is used
    import psycopg

READERS: Final = 4
WRITERS_POSTGRESQL: Final = 8
STATEMENTS_KEPT: Final = 512
"""Statements that a connection keeps compiled; a server has some two hundred."""
TRY_AGAIN: Final = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available."""
PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)
_INSTANT: Final = "instant"


class SqliteConnection(sqlite3.Connection):
    """A connection on which several transactions may share one commit, each of them as a savepoint."""

    grouped: bool = False

    def begin_group(self) -> None:
        """Begin the transaction that the next ones share. Raises ``sqlite3.OperationalError`` if it is locked."""
        self.execute("BEGIN IMMEDIATE")
        self.grouped = True

    def end_group(self, *, keep: bool) -> None:
        """Commit, or take back, all that was done in the group."""
        self.grouped = False
        if keep:
            self.commit()
        else:
            self.rollback()

    def begin(self) -> None:
        """Begin one transaction of a group."""
        self.execute("SAVEPOINT one_of_many")

    def commit(self) -> None:
        """Keep what was done: within a group as far as the group is kept."""
        if self.grouped:
            self.execute("RELEASE one_of_many")
        else:
            super().commit()

    def rollback(self) -> None:
        """Take back what was done: within a group that of one transaction only."""
        if not self.grouped:
            super().rollback()
        elif self.in_transaction:  # some errors, such as a full disk, end the transaction around it by themselves
            self.execute("ROLLBACK TO one_of_many")
            self.execute("RELEASE one_of_many")


def sqlite_engine(url: str) -> Engine:
    """Return an engine for a SQLite file whose transactions begin as the option ``sqlite_begin`` says."""
    engine = create_engine(
        url,
        connect_args={
            "check_same_thread": False,
            "timeout": 10,
            "factory": SqliteConnection,
            "cached_statements": STATEMENTS_KEPT,
        },
        pool_size=READERS + 2,
        hide_parameters=True,  # an error's text goes to the log; what people entered does not
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        driver = driver_of(connection)
        if driver.grouped:
            driver.begin()
        else:
            connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))

    return engine


def driver_of(connection: Connection) -> SqliteConnection:
    """Return the driver's own connection under one of a SQLite engine."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, SqliteConnection):
        raise TypeError("not a connection of this engine")
    return driver


def postgresql_engine(url: str) -> Engine:
    """Return an engine for a PostgreSQL database."""
    full = make_url(url)
    if full.drivername == "postgresql":
        full = full.set(drivername="postgresql+psycopg")
    engine = create_engine(
        full,
        pool_size=READERS + WRITERS_POSTGRESQL,
        max_overflow=4,
        hide_parameters=True,  # an error's text goes to the log; what people entered does not
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: psycopg.Connection[tuple[object, ...]], _entry: ConnectionPoolEntry) -> None:
        connection.prepared_max = STATEMENTS_KEPT

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: psycopg.Connection[tuple[datetime]], entry: ConnectionPoolEntry, _lent: object) -> None:
        """Ask for the instant, which also shows whether the connection is still there: one way there and back."""
        connection.autocommit = True
        try:
            entry.info[_INSTANT] = connection.execute("SELECT transaction_timestamp()").fetchone()
            connection.autocommit = False
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error  # the pool connects anew, and asks again

    return engine


def instant_of(connection: Connection) -> datetime:
    """Return the instant (UTC, the database's clock) at which a PostgreSQL engine's pool lent ``connection``."""
    instant: datetime
    (instant,) = connection.info[_INSTANT]
    return instant.astimezone(UTC)  # it comes in the zone that the database is set to


def options_of(engine: Engine) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return how a connection of ``engine`` is set for a transaction that writes, and for one that reads.

    PostgreSQL gives each statement of a transaction its own view, so that a reader need not begin and end one: two ways
    there and back less. On SQLite all statements of a transaction see the same.
    """
    if engine.dialect.name == "sqlite":
        return {"sqlite_begin": "BEGIN IMMEDIATE"}, {"sqlite_begin": "BEGIN"}
    return {}, {"isolation_level": "AUTOCOMMIT"}


def snapshot_of(engine: Engine) -> Mapping[str, str | bool]:
    """Return how a connection of ``engine`` is set for a transaction that reads, all of whose statements see the same.

    It sees what was committed at its first statement. Two ways there and back more than other readers on PostgreSQL.
    """
    if engine.dialect.name == "sqlite":
        return {"sqlite_begin": "BEGIN"}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def worth_another_try(error: BaseException) -> bool:
    """Say whether the same transaction may well succeed in a moment."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) in TRY_AGAIN or (
        isinstance(error, DBAPIError | sqlite3.OperationalError) and "database is locked" in str(cause)
    )
