"""The trace: every entry seals the one before it, and what was written cannot be rewritten unseen, on either engine."""

from __future__ import annotations

import dataclasses
from functools import partial

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from backend.audit.models import AuditEntry
from backend.audit.service import first_broken, record
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.security import SERVER, Actor
from tests.backend.together import together

CHAIN = "facility:f"
APPEND_ONLY = {
    "audit_entry": "why",
    "change": "kind",
    "ledger_entry": "sentence",
    "terms": "title",
    "transfer": "line",
}
"""Each append-only table, and a column of it."""
OFFICER = Actor(role="officer", channel="terminal", sign_in_session_id="s", device="desk 1")


def write_three(db: Database) -> None:
    def write(tx: Tx) -> None:
        record(tx, OFFICER, CHAIN, action="access approved", subject="access:1", what={"status": "approved"})
        record(tx, OFFICER, CHAIN, action="visit cancelled", subject="visit:2", what={"n": 2}, why="Lockdown")
        record(tx, SERVER, CHAIN, action="payment returned", subject="payment:3", what={"name": "Łukasz Nuñez"})

    db.write_now(write)


def broken(db: Database) -> int | None:
    return db.read_now(lambda tx: first_broken(tx, CHAIN))


def tamper(db: Database, *statements: str) -> None:
    """Do what somebody could who owns the database: take the guards away, then rewrite."""
    with db.engine.connect() as connection, connection.begin():
        _unguard(connection, sqlite=db.is_sqlite)
        for statement in statements:
            connection.execute(text(statement))


def _unguard(connection: Connection, *, sqlite: bool) -> None:
    if sqlite:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
    else:
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))


def test_an_untouched_chain_holds(database: Database) -> None:
    write_three(database)
    assert broken(database) is None


def test_an_empty_chain_holds(database: Database) -> None:
    assert broken(database) is None


REWRITTEN = {
    "UPDATE audit_entry SET why = 'Release' WHERE seq = 2": 2,
    "UPDATE audit_entry SET actor_account_id = 'another' WHERE seq = 1": 1,
    "UPDATE audit_entry SET at = at + 1 WHERE seq = 3": 3,
    "UPDATE audit_entry SET device = NULL WHERE seq = 2": 2,
    "DELETE FROM audit_entry WHERE seq = 2": 2,
    "DELETE FROM audit_entry WHERE seq = 3": 3,
    "UPDATE audit_entry SET seq = seq + 10 WHERE seq = 3": 3,
}


@pytest.mark.parametrize("statement", REWRITTEN)
def test_what_is_rewritten_shows_where_it_is(db: Database, statement: str) -> None:
    write_three(db)
    tamper(db, statement)
    assert broken(db) == REWRITTEN[statement]


def test_what_is_rewritten_on_postgresql_shows_as_well(postgres_url: str, clock: SteppedClock) -> None:
    database = Database(postgres_url, clock)
    write_three(database)
    tamper(database, "UPDATE audit_entry SET why = 'Release' WHERE seq = 2")
    assert broken(database) == 2
    database.close()


def test_the_engine_itself_refuses_to_change_or_remove_what_is_append_only(database: Database) -> None:
    fill(database)
    for table, column in APPEND_ONLY.items():
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with database.engine.connect() as connection, pytest.raises(DBAPIError, match=f"{table} is append-only"):
                connection.execute(text(statement))


def test_postgresql_refuses_to_empty_such_a_table(postgres_url: str) -> None:
    database = Database(postgres_url)
    for table in APPEND_ONLY:
        with database.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(f"TRUNCATE {table} CASCADE"))
    database.close()


def test_entries_written_at_the_same_time_form_one_chain_without_gaps(database: Database) -> None:
    def write(number: int) -> None:
        database.write_now(
            lambda tx: record(tx, SERVER, CHAIN, action="counted", subject=f"n:{number}", what={"n": number})
        )

    together([partial(write, number) for number in range(12)])
    assert broken(database) is None
    assert database.read_now(lambda tx: tx.session.get(AuditEntry, (CHAIN, 12))) is not None


def test_a_refused_change_leaves_no_entry(database: Database) -> None:
    class Refused(Exception): ...

    def write(tx: Tx) -> None:
        record(tx, SERVER, CHAIN, action="never happened", subject="n:1", what={})
        raise Refused

    with pytest.raises(Refused):
        database.write_now(write)
    assert database.read_now(lambda tx: tx.session.get(AuditEntry, (CHAIN, 1))) is None


def test_an_entry_says_who_on_whose_behalf_and_from_where(database: Database) -> None:
    agent = dataclasses.replace(OFFICER, role="support", account_id=None, acting_for="customer")
    database.write_now(lambda tx: record(tx, agent, CHAIN, action="looked", subject="x", what={}, why="Called."))
    entry = database.read_now(lambda tx: tx.session.get_one(AuditEntry, (CHAIN, 1)))
    assert (entry.acting_for_account_id, entry.sign_in_session_id, entry.device) == ("customer", "s", "desk 1")
    assert (entry.channel, entry.action, entry.why) == ("terminal", "looked", "Called.")


def fill(database: Database) -> None:
    """Give each append-only table a row: triggers for each row speak only where there is one."""
    from backend.changes.service import announce
    from backend.money.models import LedgerEntry, Transfer
    from tests import factories

    def write(tx: Tx) -> None:
        account = factories.account(tx)
        facility = factories.facility(tx)
        individual = factories.individual(tx, facility.id)
        factories.terms(tx, facility.id)
        announce(tx, "account:a", "visit", "v")
        record(tx, SERVER, CHAIN, action="made", subject="x", what={})
        tx.session.add(
            LedgerEntry(
                id="l",
                account_id=account.id,
                kind="charge",
                fee_source="card",
                fee_source_label="Test card",
                entered_at=tx.now,
                booking_id="b",
                facility_id=facility.id,
                individual_id=individual.id,
                individual_name="Daniel Okafor",
                appointment_at=tx.now,
                zone="America/Chicago",
            )
        )
        tx.session.flush()
        tx.session.add(
            Transfer(
                id="t",
                entry_id="l",
                line="session_fee",
                debit="card:a",
                credit="facility:f",
                amount_minor=570,
                currency="USD",
                moved_at=tx.now,
            )
        )

    database.write_now(write)
