"""What looks at the rows sees what is wrong in them: one row is spoilt at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from backend.clock import SteppedClock
from backend.db import Database, Tx
from tests.backend.visits.world import build, confirmed
from tests.torture.audit import findings
from tests.torture.stage import NOW


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Database]:
    """A database with one visit that was paid for, at a facility with one place."""
    database = Database(sqlite_url, SteppedClock(NOW))
    confirmed(build(database, capacity=1))
    yield database
    database.close()


def spoil(db: Database, statement: str) -> set[str]:
    """Run a statement that no server would, and return what is found then."""
    db.write_now(lambda tx: tx.session.execute(text(statement)))
    return {sentence.partition(" (")[0] for sentence in findings(db, 1)}


def test_a_visit_as_the_server_makes_it_is_whole(db: Database) -> None:
    assert findings(db, 1) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM place_taken", "a visit without its place"),
        ("DELETE FROM individual_taken WHERE quantum % 2 = 0", "a visit without its individual"),
        ("UPDATE account_taken SET held_until = 1", "a visit without its account"),
        ("UPDATE place_taken SET booking_id = 'nobody'", "a place taken by nobody"),
        ("UPDATE individual_taken SET booking_id = 'nobody'", "an individual kept for a visit that does not stand"),
        ("UPDATE place_taken SET seat = 2", "a seat that does not exist"),
        ("DELETE FROM outbox WHERE kind = 'visit_confirmed'", "more or fewer notices of confirmation than visits"),
        ("UPDATE payment SET amount_minor = 571", "an entry of the books whose transfers are not its payment's amount"),
    ],
)
def test_a_row_that_is_missing_or_wrong_is_found(db: Database, statement: str, found: str) -> None:
    assert found in spoil(db, statement)


def test_a_second_visit_at_the_same_time_is_found(db: Database) -> None:
    def columns(tx: Tx) -> list[str]:
        return [str(row[1]) for row in tx.session.execute(text("PRAGMA table_info(visit)"))]

    names = db.read_now(columns)
    copied = ", ".join(
        "id || 'x'" if name == "id" else "'VD-XXXXXX'" if name == "reference" else name for name in names
    )

    found = spoil(db, f"INSERT INTO visit ({', '.join(names)}) SELECT {copied} FROM visit")

    assert found >= {
        "more visits than places at the same time",
        "one individual in two visits at once",
        "one account in two visits at once",
        "a visit with a charge too many or too few",
    }


def test_a_trace_that_somebody_changed_is_found(db: Database) -> None:
    assert any(sentence.startswith("the trace") for sentence in spoil(db, "UPDATE audit_head SET seal = 'x'"))
