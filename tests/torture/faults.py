"""How each fault of :mod:`tests.torture.plants` gets into a running program: by replacing a function of it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar
from unittest.mock import patch

from sqlalchemy import Connection, NullPool, create_engine, text

from backend import app, web
from backend.context import Context
from backend.db import Database, Tx
from backend.errors import Problem, Reason
from backend.money import service as money
from backend.money.ledger import Charged
from backend.security import Actor
from backend.visits import booking, holds, judging, moving, quanta, settling
from backend.visits.asked import Asked
from backend.visits.models import Visit
from backend.visits.owned import own
from backend.visits.rules.facts import Facts
from backend.visits.rules.time import TOO_SOON

T = TypeVar("T")
EVERYWHERE: Final = 1_000_000
"""Places of a facility whose capacity nobody looks at."""
A_WHILE: Final = 0.05
"""Seconds between two things that belong together."""


@contextmanager
def check_then_insert() -> Iterator[None]:
    """Let what is taken be looked up in a transaction of its own, before the one that writes."""
    here = threading.local()
    real_write, real_take = Database.write, quanta.take
    real_look: Callable[..., object] = vars(judging)["taken_by_others"]

    async def write(self: Database, work: Callable[[Tx], T]) -> T:
        with _old_view(self) as view:

            def run(tx: Tx) -> T:
                here.before = Tx(view, tx.now)
                try:
                    return work(tx)
                finally:
                    here.before = None

            await asyncio.sleep(4 * A_WHILE)  # so that whoever asks at the same time has looked too
            return await real_write(self, run)

    def look(tx: Tx, **asked: Any) -> object:
        return real_look(getattr(here, "before", None) or tx, **asked)

    def take(tx: Tx, wanted: quanta.Booking, *rest: Any) -> quanta.Conflict | None:
        limits = tuple(replace(limit, capacity=EVERYWHERE) for limit in wanted.limits)
        return real_take(tx, replace(wanted, limits=limits), *rest)

    with ExitStack() as faults:
        faults.enter_context(patch.object(Database, "write", write))
        faults.enter_context(patch.object(judging, "taken_by_others", look))
        faults.enter_context(patch.object(quanta, "take", take))
        yield


@contextmanager
def _old_view(db: Database) -> Iterator[Connection]:
    """Open a transaction that sees nothing newer than this instant, whoever reads in it and when."""
    url = db.engine.url
    engine = (
        create_engine(url, poolclass=NullPool, connect_args={"check_same_thread": False})
        if db.is_sqlite
        else create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ")
    )
    with engine.connect() as connection:
        if db.is_sqlite:
            connection.exec_driver_sql("BEGIN")
        connection.execute(text("SELECT COUNT(*) FROM place_taken"))
        yield connection


@contextmanager
def charge_again() -> Iterator[None]:
    """Forget idempotency keys, and that a booking is being paid for."""

    def run(tx: Tx, scope: str, key: str, fingerprint: str, work: Callable[[], object]) -> object:
        return work()

    with patch.object(web, "run_once", run), patch.object(booking, "_already", lambda *_: None):
        yield


@contextmanager
def two_holds() -> Iterator[None]:
    """Leave the rows of time that the account's former hold has taken."""
    real = holds.take

    def take(tx: Tx, *asked: Any, **more: Any) -> holds.HoldView:
        with patch.object(quanta, "free", lambda *_: None):
            return real(tx, *asked, **more)

    with patch.object(holds, "take", take):
        yield


@contextmanager
def move_loses_first() -> Iterator[None]:
    """Free the time of a visit that was to be moved, whether or not it got the other one."""
    real = moving.move

    def move(tx: Tx, actor: Actor, asked: moving.Move) -> Visit:
        savepoint = tx.session.begin_nested()
        try:
            moved = real(tx, actor, asked)
        except Problem:
            savepoint.rollback()
            quanta.free(tx, asked.visit_id)
            return tx.session.get_one(Visit, asked.visit_id)
        savepoint.commit()
        return moved

    with patch.object(moving, "move", move):
        yield


@contextmanager
def hold_ignores_notice() -> Iterator[None]:
    """Hold without a look at the notice, which the list still knows."""
    real: Callable[..., tuple[Reason, ...]] = vars(holds)["broken_rules"]

    def broken(facts: Facts, *about: Any) -> tuple[Reason, ...]:
        return tuple(reason for reason in real(facts, *about) if reason.code != TOO_SOON.code)

    with patch.object(holds, "broken_rules", broken):
        yield


@contextmanager
def hold_ends_late() -> Iterator[None]:
    """Let a hold stand in the way at the very instant at which it ends."""
    names = [name for name in vars(quanta) if name.startswith("_EXPIRED_")]
    with ExitStack() as faults:
        for name in names:
            late = text(str(getattr(quanta, name)).replace("held_until <= :now", "held_until < :now"))
            faults.enter_context(patch.object(quanta, name, late))
        yield


@contextmanager
def hold_ends_never() -> Iterator[None]:
    """Confirm what an account held once, whoever has taken it since."""

    def keep(tx: Tx, asked: Asked, held_until: datetime | None) -> bool:
        quanta.keep(tx, own(tx, asked.booking_id), asked.booking_id, held_until)
        return True

    with (
        patch.object(settling, "has_place", lambda tx, asked: keep(tx, asked, None)),
        patch.object(booking, "_take_again", keep),
        patch.object(booking, "judge_asked", lambda tx, laid, _starts_at, hold: judging.held_facts(tx, laid, hold)),
    ):
        yield


@contextmanager
def keep_blind() -> Iterator[None]:
    """Keep what a hold has taken without a look at how much of that is still there."""
    real = quanta.keep

    def keep(*about: Any) -> bool:
        real(*about)
        return True

    with patch.object(quanta, "keep", keep):
        yield


@contextmanager
def late_money_kept() -> Iterator[None]:
    """Keep what was charged for a place that was gone."""
    with patch.object(settling, "_give_back_lost", lambda *_: None):
        yield


@contextmanager
def nobody_settles() -> Iterator[None]:
    """Run no reconciler beside the requests."""

    async def nothing(_context: Context) -> None:
        return None

    beside = tuple(nothing if work.__name__ == "settle_payments" else work for work in app.BESIDE)
    with patch.object(app, "BESIDE", beside):
        yield


@contextmanager
def answer_first() -> Iterator[None]:
    """Answer as soon as the work is done, and commit a while later; what the same request reads then, it waits for."""
    real, real_read = Database.write, Database.read
    uncommitted: set[asyncio.Future[Any]] = set()

    async def write(self: Database, work: Callable[[Tx], T]) -> T:
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[T] = loop.create_future()

        def tell(value: T) -> None:
            if not answered.done():
                answered.set_result(value)

        def run(tx: Tx) -> T:
            value = work(tx)
            loop.call_soon_threadsafe(tell, value)
            time.sleep(A_WHILE)
            return value

        written = asyncio.ensure_future(real(self, run))
        uncommitted.add(written)
        written.add_done_callback(uncommitted.discard)
        await asyncio.wait({answered, written}, return_when=asyncio.FIRST_COMPLETED)
        return answered.result() if answered.done() else written.result()

    async def read(self: Database, work: Callable[[Tx], T], *, snapshot: bool = False) -> T:
        if uncommitted:
            await asyncio.wait(set(uncommitted))
        return await real_read(self, work, snapshot=snapshot)

    with patch.object(Database, "write", write), patch.object(Database, "read", read):
        yield


@contextmanager
def no_sync() -> Iterator[None]:
    """Open every SQLite file with ``synchronous=OFF``."""
    real = sqlite3.connect

    def connect(*where: Any, factory: type[sqlite3.Connection] = sqlite3.Connection, **how: Any) -> sqlite3.Connection:
        class Careless(factory):  # type: ignore[valid-type,misc]  # whatever the engine wants its connections to be
            """A connection that never waits for the disk."""

            def execute(self, statement: str, *rest: Any) -> sqlite3.Cursor:
                done: sqlite3.Cursor = super().execute(statement.replace("synchronous=FULL", "synchronous=OFF"), *rest)
                return done

        opened: sqlite3.Connection = real(*where, factory=Careless, **how)
        return opened

    with patch.object(sqlite3, "connect", connect), patch.object(sqlite3.dbapi2, "connect", connect):
        yield


@contextmanager
def two_steps() -> Iterator[None]:
    """Commit a visit, and enter what it cost in a transaction of its own a while later."""
    here = threading.local()
    real_write, real_make, real_enter = Database.write, settling.make_visit, money.enter_charge

    async def write(self: Database, work: Callable[[Tx], T]) -> T:
        later: list[Charged] = []

        def run(tx: Tx) -> T:
            later.clear()
            here.later = later
            return work(tx)

        value = await real_write(self, run)
        if later:
            await asyncio.sleep(4 * A_WHILE)
            await real_write(self, lambda tx: [real_enter(tx, charged) for charged in later])
        return value

    def make(*about: Any, **more: Any) -> None:
        with patch.object(money, "enter_charge", lambda _tx, charged: here.later.append(charged)):
            real_make(*about, **more)

    with ExitStack() as faults:
        faults.enter_context(patch.object(Database, "write", write))
        for module in (settling, booking):
            faults.enter_context(patch.object(module, "make_visit", make))
        yield
