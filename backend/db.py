"""The database: one door for writes, one for reads, one instant per transaction.

``await db.write(work)`` runs ``work(tx)`` in a transaction and returns its value **after the commit**. On PostgreSQL
writes run side by side and are tried again when the engine asks for it. On SQLite all of them run on one thread, one
after another, because writers that compete starve each other; those that wait at the same time share one commit, for
what makes a commit slow is the disk (:mod:`backend.group_commit`). ``work`` is a plain function without network calls;
it may run more than once, so it touches nothing but its transaction.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from backend.changes.announcing import Announcement, to_write
from backend.changes.hub import ChangeHub
from backend.clock import Clock, SystemClock
from backend.engines import (
    READERS,
    WRITERS_POSTGRESQL,
    driver_of,
    instant_of,
    options_of,
    postgresql_engine,
    snapshot_of,
    sqlite_engine,
    worth_another_try,
)
from backend.errors import Problem
from backend.group_commit import GroupWriter, Order
from backend.sql import Model, Row, Rows, Sql, Value, say, say_at_once

T = TypeVar("T")
Asked = tuple[Sql, tuple[Value, ...]]
"""A statement, and the values that it was asked with."""

ATTEMPTS: Final = 6
NOTHING: Final[Mapping[str, Value]] = {}


class Tx:
    """One transaction: its connection, and the one instant (UTC) at which everything in it happens."""

    __slots__ = ("_ahead", "_connection", "_session", "_steady", "announced", "moved", "now")

    def __init__(self, connection: Connection, now: datetime) -> None:
        """Stand on the transaction that has begun on ``connection``."""
        self._connection: Final = connection
        self._session: Session | None = None
        self._steady: dict[Asked, list[Row]] = {}
        self._ahead: dict[Asked, list[Row]] = {}
        self.now: Final = now
        self.announced: list[Announcement] = []
        """Changes that are written right before the commit, behind everything that locks."""
        self.moved: set[str] = set()
        """Change streams that this transaction adds to; who waits for one is woken once the commit is on disk."""

    @property
    def session(self) -> Session:
        """The session on this transaction: made when it is first asked for, which the quickest ones never do."""
        if self._session is None:
            self._session = Session(self._connection, expire_on_commit=False)
        return self._session

    def at(self, now: datetime) -> Tx:
        """Return the same transaction at another instant: what has happened is told in it."""
        other = Tx(self._connection, now)
        other._session, other.announced, other.moved = self.session, self.announced, self.moved
        return other

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Take back what is written and announced within if it raises, and nothing else."""
        announced = len(self.announced)
        with self.session.begin_nested():
            self.session.connection()  # only with this it begins: hot SQL goes past the session
            try:
                yield
            except BaseException:
                del self.announced[announced:]
                raise

    def flush(self) -> None:
        """Say whatever the session still holds back."""
        if self._session is not None:
            self._session.flush()

    def finish(self) -> None:
        """Say all that is left to be said before the commit."""
        self.flush()
        for pair in to_write(self.announced):
            self.run_at_once(pair)

    def close(self) -> None:
        """Let go of the session; what it had read stays as it is."""
        if self._session is not None:
            self._session.close()

    def run(self, statement: Sql, values: Mapping[str, Value] = NOTHING) -> list[Row]:
        """Run hot SQL in this transaction, behind whatever the session still holds back, and return its rows."""
        if self._ahead:
            found = self._ahead.pop(_asked(statement, values), None)
            if found is not None and self._session is None:
                return found
            self._ahead.clear()  # this may change what the rest stands on
        self.flush()
        return say(self._connection, statement, values)

    def run_at_once(self, queries: Sequence[tuple[Sql, Mapping[str, Value]]]) -> list[list[Row]]:
        """Run several queries, on PostgreSQL in one way there and back, and return the rows of each."""
        if self._connection.dialect.name == "sqlite":
            return [self.run(statement, values) for statement, values in queries]
        self._ahead.clear()
        self.flush()
        return say_at_once(self._connection, queries)

    def ask_ahead(self, *steps: Callable[[Tx], object]) -> None:
        """Find out now, at once, what the first query of each of ``steps`` is going to find.

        On PostgreSQL that is one way there and back instead of one for each. The steps, which only read, are taken
        after that as if nothing had been asked; the first statement that nobody foresaw discards what is left.
        """
        if self._session is not None or self._connection.dialect.name == "sqlite":
            return
        foreseen = _Foreseeing(self._connection, self.now)
        foreseen._steady = self._steady
        wanted: dict[Asked, tuple[Sql, Mapping[str, Value]]] = {}
        for step in steps:
            try:
                step(foreseen)
            except _Foreseen as query:
                wanted[_asked(query.statement, query.values)] = query.statement, query.values
        queries = {asked: query for asked, query in wanted.items() if asked not in self._ahead}
        if queries:
            found = say_at_once(self._connection, list(queries.values()))
            self._ahead.update(zip(queries, found, strict=True))

    def lock(self, statement: Sql, values: Mapping[str, Value]) -> None:
        """Run hot SQL that locks rows until the transaction ends; SQLite has one writer, and nothing to lock."""
        if self._connection.dialect.name != "sqlite":
            self.run(statement, values)

    def run_steady(self, statement: Sql, values: Mapping[str, Value]) -> list[Row]:
        """Do what :meth:`run` does, once for the same values: for rows that no hot SQL writes, only the session.

        Several steps of one booking ask for the same facility. From when there is a session they are read anew.
        """
        if self._session is not None:
            return self.run(statement, values)
        asked = _asked(statement, values)
        if asked not in self._steady:
            self._steady[asked] = self.run(statement, values)
        return self._steady[asked]

    def all(self, rows: Rows[Model], values: Mapping[str, Value] = NOTHING) -> list[Model]:
        """Return the rows that hot SQL finds, as models that are only read."""
        return rows.made_of(self.run(rows.statement, values))

    def first(self, rows: Rows[Model], values: Mapping[str, Value] = NOTHING) -> Model | None:
        """Return the first row that hot SQL finds, as a model that is only read, or None."""
        found = self.run(rows.statement, values)
        return rows.made_of(found[:1])[0] if found else None


class _Foreseen(Exception):
    """A query that is going to be asked."""

    def __init__(self, statement: Sql, values: Mapping[str, Value]) -> None:
        super().__init__()
        self.statement: Final = statement
        self.values: Final = values


class _Foreseeing(Tx):
    """A transaction for steps that are only taken up to their first query."""

    def run(self, statement: Sql, values: Mapping[str, Value] = NOTHING) -> list[Row]:
        raise _Foreseen(statement, values)


class Database:
    """An engine, SQLite or PostgreSQL, behind two doors: :meth:`write` and :meth:`read`."""

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        """Open ``url`` (SQLAlchemy form). ``clock`` gives each transaction its instant."""
        self.url = make_url(url)
        self.clock: Clock = clock or SystemClock()
        self.hub = ChangeHub()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: Engine = sqlite_engine(url) if self.is_sqlite else postgresql_engine(url)
        self._writing, self._reading = options_of(self.engine)
        self._snapshot = snapshot_of(self.engine)
        self._writer = GroupWriter(self._group)
        self._writers = ThreadPoolExecutor(WRITERS_POSTGRESQL, thread_name_prefix="write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in a writing transaction; return its value after the commit.

        Raises what ``work`` raises (rolled back), or :class:`Problem` ``busy_try_again``.
        """
        return await asyncio.wrap_future(self._submit(work))

    async def read(self, work: Callable[[Tx], T], *, snapshot: bool = False) -> T:
        """Run ``work`` in a reading transaction and return its value.

        With ``snapshot`` all its statements see the same: for an answer whose parts have to agree with each other.
        """
        run = partial(self.read_now, work, snapshot=snapshot)
        return await asyncio.get_running_loop().run_in_executor(self._readers, run)

    def write_now(self, work: Callable[[Tx], T]) -> T:
        """Do what :meth:`write` does, on this thread and with a commit of its own."""
        for attempt in range(ATTEMPTS):
            try:
                with self._transaction(self._writing) as tx:
                    value = work(tx)
            except DBAPIError as error:
                if not worth_another_try(error):
                    raise
                if attempt == ATTEMPTS - 1:
                    raise _busy() from error
                _pause(attempt)
                continue
            self.hub.wake(tx.moved)
            return value
        raise AssertionError("unreachable")

    def write_in_turn(self, work: Callable[[Tx], T]) -> T:
        """Do what :meth:`write` does, waiting on this thread, which must not be the event loop's.

        For commands: they may be long, so that nobody shares a commit with one.
        """
        return self._submit(work, is_long=True).result()

    def read_now(self, work: Callable[[Tx], T], *, snapshot: bool = False) -> T:
        """Do what :meth:`read` does, on this thread."""
        with self._transaction(self._snapshot if snapshot else self._reading) as tx:
            return work(tx)

    def close(self) -> None:
        """Wait for running transactions, then let go of every connection."""
        self._writer.close()
        self._writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self.engine.dispose()

    def _submit(self, work: Callable[[Tx], T], *, is_long: bool = False) -> Future[T]:
        if not self.is_sqlite:
            return self._writers.submit(self.write_now, work)
        answer: Future[T] = Future()

        def run(connection: Connection) -> Callable[[], None]:
            with self._on(connection) as tx:
                value = work(tx)

            def tell() -> None:
                self.hub.wake(tx.moved)
                answer.set_result(value)

            return tell

        def run_alone() -> Callable[[], None]:
            value = self.write_now(work)
            return lambda: answer.set_result(value)

        self._writer.add(
            Order(answer.set_running_or_notify_cancel, run, run_alone, answer.set_exception, is_long=is_long)
        )
        return answer

    @contextmanager
    def _group(self) -> Iterator[Connection]:
        """Give a connection on which transactions are savepoints of one that is committed at the end."""
        with self.engine.connect() as connection:
            driver = driver_of(connection)
            for attempt in range(ATTEMPTS):
                try:
                    driver.begin_group()
                    break
                except sqlite3.OperationalError as error:
                    if not worth_another_try(error):
                        raise
                    if attempt == ATTEMPTS - 1:
                        raise _busy() from error
                    _pause(attempt)
            try:
                yield connection
            except BaseException:
                driver.end_group(keep=False)
                raise
            driver.end_group(keep=True)

    @contextmanager
    def _transaction(self, options: Mapping[str, str | bool]) -> Iterator[Tx]:
        with self.engine.connect() as connection:
            connection.execution_options(**options)
            with self._on(connection) as tx:
                yield tx

    @contextmanager
    def _on(self, connection: Connection) -> Iterator[Tx]:
        with connection.begin():
            tx = Tx(connection, self._instant(connection))
            try:
                yield tx
                tx.finish()
            finally:
                tx.close()

    def _instant(self, connection: Connection) -> datetime:
        """Return the instant: the server's clock, or the database's own where several servers share it."""
        if self.is_sqlite or not isinstance(self.clock, SystemClock):
            return self.clock.now()
        return instant_of(connection)


def _asked(statement: Sql, values: Mapping[str, Value]) -> Asked:
    return statement, tuple(values.values())


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0.001, 0.004) * 2**attempt)


def _busy() -> Problem:
    return Problem(
        "busy_try_again",
        503,
        "Many people are booking right now.",
        "Nothing was changed. Try again.",
        retry_after_seconds=1,
    )
