"""On PostgreSQL the program itself has no right to change the ledger, and works nevertheless."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.clock import SteppedClock
from backend.db import Database
from backend.migrations import migrate
from backend.visits import cancelling
from benchmarks.postgres import PostgresServer
from tests.backend.visits.counting import count
from tests.backend.visits.world import build, confirmed

OWNER = "keeper"


@pytest.fixture
def owned(postgres_server: PostgresServer, clock: SteppedClock) -> Iterator[Database]:
    """A database that belongs to an ordinary role, and was migrated by it: as it is installed."""
    name, role = f"owned_{next(postgres_server.numbers)}", sql.Identifier(OWNER)
    postgres_server.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(role))
    postgres_server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), role))
    database = Database(f"postgresql+psycopg://{OWNER}@/{name}?host={quote(str(postgres_server.directory))}", clock)
    migrate(database)
    yield database
    database.close()
    postgres_server.drop(name)
    postgres_server.execute(sql.SQL("DROP ROLE {}").format(role))


def test_the_owner_of_the_database_enters_and_gives_back_and_can_change_nothing(owned: Database) -> None:
    world = build(owned)
    visit = confirmed(world)
    owned.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit, 570, None))
    assert (count(owned, "ledger_entry"), count(owned, "transfer"), count(owned, "payment_return")) == (2, 2, 1)

    for table in ("ledger_entry", "transfer", "connection"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            assert "permission denied" in refused(owned, statement), statement
    for statement in ("UPDATE ledger_entry SET fee_source_label = 'x'", "UPDATE transfer SET amount_minor = 1"):
        assert "permission denied" in refused(owned, statement), statement
    assert "append-only" in refused(owned, "UPDATE ledger_entry SET id = 'x'")


def refused(db: Database, statement: str) -> str:
    """Return why the database refuses a statement."""
    with pytest.raises(DBAPIError) as caught:
        db.write_now(lambda tx: tx.session.execute(text(statement)))
    return str(caught.value)
