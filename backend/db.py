"""The database: one door for writes, one for reads, one instant per transaction.

``await db.write(work)`` runs ``work(tx)`` in a transaction and returns its value **after the commit**. On SQLite all
writes run on one thread under ``BEGIN IMMEDIATE``, one after another, because writers that compete starve each
other; on PostgreSQL they run side by side and are tried again when the engine asks for it. ``work`` is a plain
function without network calls; it may run more than once, so it touches nothing but its transaction.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from backend.changes.hub import ChangeHub
from backend.clock import Clock, SystemClock
from backend.errors import Problem

T = TypeVar("T")

READERS: Final = 4
WRITERS_POSTGRESQL: Final = 8
ATTEMPTS: Final = 6
TRY_AGAIN: Final = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available."""


@dataclass(slots=True)
class Tx:
    """One transaction: its session, and the one instant (UTC) at which everything in it happens."""

    session: Session
    now: datetime
    moved: set[str] = field(default_factory=set)
    """Change streams that this transaction adds to; who waits for one is woken once the commit is on disk."""


class Database:
    """An engine, SQLite or PostgreSQL, behind two doors: :meth:`write` and :meth:`read`."""

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        """Open ``url`` (SQLAlchemy form). ``clock`` gives each transaction its instant."""
        self.url = make_url(url)
        self.clock: Clock = clock or SystemClock()
        self.hub = ChangeHub()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: Engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self._writers = ThreadPoolExecutor(1 if self.is_sqlite else WRITERS_POSTGRESQL, thread_name_prefix="write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in a writing transaction; return its value after the commit.

        Raises what ``work`` raises (rolled back), or :class:`Problem` ``busy_try_again``.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writers, self.write_now, work)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in a reading transaction and return its value."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Callable[[Tx], T]) -> T:
        """Do what :meth:`write` does, on this thread."""
        for attempt in range(ATTEMPTS):
            try:
                with self._transaction("BEGIN IMMEDIATE" if self.is_sqlite else None) as tx:
                    value = work(tx)
            except DBAPIError as error:
                if not _worth_another_try(error):
                    raise
                if attempt == ATTEMPTS - 1:
                    raise _busy() from error
                time.sleep(random.uniform(0.001, 0.004) * 2**attempt)
                continue
            for stream in tx.moved:
                self.hub.wake(stream)
            return value
        raise AssertionError("unreachable")

    def write_in_turn(self, work: Callable[[Tx], T]) -> T:
        """Do what :meth:`write` does, waiting on this thread, which must not be the event loop's. For commands."""
        return self._writers.submit(self.write_now, work).result()

    def read_now(self, work: Callable[[Tx], T]) -> T:
        """Do what :meth:`read` does, on this thread."""
        with self._transaction("BEGIN" if self.is_sqlite else None) as tx:
            return work(tx)

    def close(self) -> None:
        """Wait for running transactions, then let go of every connection."""
        self._writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self.engine.dispose()

    @contextmanager
    def _transaction(self, begin: str | None) -> Iterator[Tx]:
        with self.engine.connect() as connection:
            if begin is not None:
                connection.execution_options(sqlite_begin=begin)
            with Session(connection, expire_on_commit=False) as session:
                session.connection()
                tx = Tx(session, self._instant(connection))
                try:
                    yield tx
                    session.commit()
                except BaseException:
                    session.rollback()
                    raise

    def _instant(self, connection: Connection) -> datetime:
        """Return the instant: the server's clock, or the database's own where several servers share it."""
        if self.is_sqlite or not isinstance(self.clock, SystemClock):
            return self.clock.now()
        now: datetime = connection.execute(text("SELECT transaction_timestamp()")).scalar_one()
        return now.astimezone(UTC)  # it comes in the zone that the database is set to


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": 10},
        pool_size=READERS + 2,
        hide_parameters=True,  # an error's text goes to the log; what people entered does not
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))

    return engine


def _postgresql_engine(url: str) -> Engine:
    full = make_url(url)
    if full.drivername == "postgresql":
        full = full.set(drivername="postgresql+psycopg")
    return create_engine(
        full,
        pool_size=READERS + WRITERS_POSTGRESQL,
        max_overflow=4,
        pool_pre_ping=True,
        hide_parameters=True,  # an error's text goes to the log; what people entered does not
    )


def _worth_another_try(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in TRY_AGAIN or "database is locked" in str(error.orig)


def _busy() -> Problem:
    return Problem(
        "busy_try_again",
        503,
        "Many people are booking right now.",
        "Nothing was changed. Try again.",
        retry_after_seconds=1,
    )
