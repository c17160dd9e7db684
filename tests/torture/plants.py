"""Faults to plant on purpose, to see that what looks for them finds them. The product knows nothing of this.

A plant changes the running program (:meth:`Plant.planted`, for as long as the block lasts) and, where it needs to, the
schema of one database. ``python -m tests.torture.planted NAME serve …`` is the server with a fault in it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar
from unittest.mock import patch

from sqlalchemy import NullPool, create_engine, event, text
from sqlmodel import Session

from backend import db as database_module
from backend.db import Database, Tx
from backend.visits import booking as booking_module
from backend.visits import ground, quanta, settling
from backend.visits.quanta import Booking

T = TypeVar("T")
KEYED: Final = {
    "place_taken": "place_taken_pkey",
    "individual_taken": "individual_taken_pkey",
    "account_taken": "account_taken_pkey",
}
EVERYWHERE: Final = 1_000_000
"""Places of a facility whose capacity nobody looks at."""


@dataclass(frozen=True, slots=True)
class Plant:
    """A fault: its name, what it is, how the program has it, and what it takes away from the schema."""

    name: str
    says: str
    code: Callable[[], AbstractContextManager[None]] = nullcontext
    without_keys: bool = False

    def planted(self) -> AbstractContextManager[None]:
        """Have the fault in this process for as long as the block lasts."""
        return self.code()

    def change_schema(self, db: Database) -> None:
        """Take the unique keys of time away where the fault is that they are missing."""
        if not self.without_keys:
            return
        with db.engine.begin() as connection:
            for table, key in KEYED.items():
                if db.is_sqlite:
                    connection.execute(text(f"CREATE TABLE keyless AS SELECT * FROM {table}"))
                    connection.execute(text(f"DROP TABLE {table}"))
                    connection.execute(text(f"ALTER TABLE keyless RENAME TO {table}"))
                else:
                    connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {key}"))


@contextmanager
def _check_then_insert() -> Iterator[None]:
    """Capacity is checked in one transaction and written in the next, as the field's systems do."""
    here = threading.local()
    real_write, real_look, real_take = Database.write, quanta.taken_by_others, quanta.take

    async def write(self: Database, work: Callable[[Tx], T]) -> T:
        engine = create_engine(self.engine.url, poolclass=NullPool)
        with engine.connect() as connection, Session(connection) as session:
            session.execute(text("SELECT COUNT(*) FROM place_taken"))  # from here on it sees nothing newer

            def run(tx: Tx) -> T:
                here.before = Tx(session, tx.now)
                try:
                    return work(tx)
                finally:
                    here.before = None

            return await real_write(self, run)

    def look(tx: Tx, **asked: object) -> quanta.Taken:
        return real_look(getattr(here, "before", None) or tx, **asked)  # type: ignore[arg-type]  # handed on as it came

    def take(tx: Tx, booking: Booking, *rest: object) -> quanta.Conflict | None:
        limits = tuple(replace(limit, capacity=EVERYWHERE) for limit in booking.limits)
        return real_take(tx, replace(booking, limits=limits), *rest)  # type: ignore[arg-type]  # handed on as it came

    with ExitStack() as faults:
        faults.enter_context(patch.object(Database, "write", write))
        faults.enter_context(patch.object(ground, "taken_by_others", look))
        faults.enter_context(patch.object(quanta, "take", take))
        yield
