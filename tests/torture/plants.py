"""Faults to plant on purpose, to see that what looks for them finds them. The product knows nothing of this.

A plant changes the running program, for as long as the block of :meth:`Plant.planted` lasts, and the schema of one
database where the fault is that a key is missing. ``python -m tests.torture.planted NAME serve …`` is the server with a
fault in it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from backend.db import Database
from tests.torture import faults

KEYED: Final = ("place_taken", "individual_taken", "account_taken")


@dataclass(frozen=True, slots=True)
class Plant:
    """A fault: its name, what it is, how the program has it, and whether the keys of time are missing too."""

    name: str
    says: str
    code: Callable[[], AbstractContextManager[None]] = nullcontext
    without_keys: bool = False

    def planted(self) -> AbstractContextManager[None]:
        """Have the fault in this process for as long as the block lasts."""
        return self.code()

    def change_schema(self, db: Database) -> None:
        """Take the unique keys of time away where the fault needs that."""
        if not self.without_keys:
            return
        with db.engine.begin() as connection:
            for table in KEYED:
                if db.is_sqlite:
                    connection.execute(text(f"CREATE TABLE keyless AS SELECT * FROM {table}"))
                    connection.execute(text(f"DROP TABLE {table}"))
                    connection.execute(text(f"ALTER TABLE keyless RENAME TO {table}"))
                else:
                    connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey"))


PLANTS: Final = {
    plant.name: plant
    for plant in (
        Plant(
            "check-then-insert",
            "capacity and overlap are checked in one transaction and written in the next, without unique keys",
            faults.check_then_insert,
            without_keys=True,
        ),
        Plant("charge-again", "nobody remembers that a confirmation was sent before", faults.charge_again),
        Plant("two-holds", "a screen does not let go of what another screen of the account held", faults.two_holds),
        Plant("move-loses-first", "a visit whose move is refused loses the time that it had", faults.move_loses_first),
        Plant("hold-ends-late", "a hold that ends now still stands in the way", faults.hold_ends_late),
        Plant(
            "hold-ends-never",
            "a hold that has ended is confirmed without a look at who has its place now",
            faults.hold_ends_never,
        ),
        Plant(
            "keep-blind",
            "a hold is confirmed without a look at how much of its time is gone since the rules saw it",
            faults.keep_blind,
        ),
        Plant("hold-ignores-notice", "a time can be held that the list calls too soon", faults.hold_ignores_notice),
        Plant("late-money-kept", "money that comes through for a lost place is not given back", faults.late_money_kept),
        Plant("nobody-settles", "no task asks what became of a payment", faults.nobody_settles),
        Plant("answer-first", "the answer leaves before the commit", faults.answer_first),
        Plant("no-sync", "SQLite does not wait for the disk (synchronous=OFF)", faults.no_sync),
        Plant("two-steps", "a visit is committed first, and its charge in a second step", faults.two_steps),
    )
}
