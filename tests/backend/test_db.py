"""The two doors of the database: whole transactions or nothing, one instant each, tried again where it helps."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import select

from backend.accounts.models import Account
from backend.changes.service import announce, head_of
from backend.clock import SteppedClock, SystemClock
from backend.db import ATTEMPTS, Database, Tx
from backend.errors import Problem
from backend.sql import Row, Sql, Value, say
from tests import factories


class Refused(Exception):
    """What a service raises."""


def test_what_is_refused_leaves_nothing(database: Database) -> None:
    def work(tx: Tx) -> None:
        factories.account(tx)
        raise Refused

    with pytest.raises(Refused):
        database.write_now(work)
    assert database.read_now(lambda tx: tx.session.exec(select(Account)).all()) == []


def test_what_is_steady_is_read_once_until_the_session_may_have_changed_it(db: Database) -> None:
    account = db.write_now(factories.account)
    name = Sql("SELECT first_name FROM account WHERE id = :id")

    def work(tx: Tx) -> list[str]:
        asked: dict[str, Value] = {"id": account.id}
        read = [tx.run_steady(name, asked)[0][0]]
        tx.run(Sql("UPDATE account SET first_name = 'Ana' WHERE id = :id"), asked)
        read.append(tx.run_steady(name, asked)[0][0])
        tx.session.get_one(Account, account.id).first_name = "Eva"
        return [*read, tx.run_steady(name, asked)[0][0]]

    assert db.write_now(work) == ["Maria", "Maria", "Eva"]


NAME = Sql("SELECT first_name FROM account WHERE id = :id")
RENAME = Sql("UPDATE account SET first_name = 'Ana' WHERE id = :id")


def name_of(tx: Tx, account_id: str) -> str:
    name: str = tx.run(NAME, {"id": account_id})[0][0]
    return name


def test_what_was_asked_ahead_is_what_the_steps_would_find(database: Database) -> None:
    one, other = database.write_now(factories.account), database.write_now(factories.account)

    def work(tx: Tx) -> list[str]:
        tx.run(RENAME, {"id": other.id})
        tx.ask_ahead(lambda tx: name_of(tx, one.id), lambda tx: name_of(tx, other.id), lambda tx: tx.now)
        return [name_of(tx, other.id), name_of(tx, one.id), name_of(tx, other.id)]

    assert database.write_now(work) == ["Ana", "Maria", "Ana"]


def test_what_was_asked_ahead_is_found_without_asking_again(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    db = Database(postgres_url, SystemClock())
    account = db.write_now(factories.account)
    said: list[Sql] = []

    def counted(connection: Connection, statement: Sql, values: Mapping[str, Value]) -> list[Row]:
        said.append(statement)
        return say(connection, statement, values)

    def work(tx: Tx) -> list[str]:
        tx.ask_ahead(lambda tx: name_of(tx, account.id))
        return [name_of(tx, account.id), name_of(tx, account.id)]

    monkeypatch.setattr("backend.db.say", counted)
    assert db.read_now(work) == ["Maria", "Maria"]
    assert said == [NAME], "the second time it is asked"
    db.close()


def test_what_was_asked_ahead_is_forgotten_as_soon_as_something_else_is_said(database: Database) -> None:
    account = database.write_now(factories.account)

    def by_a_statement(tx: Tx) -> str:
        tx.ask_ahead(lambda tx: name_of(tx, account.id))
        tx.run(RENAME, {"id": account.id})
        return name_of(tx, account.id)

    def by_several(tx: Tx) -> str:
        tx.ask_ahead(lambda tx: name_of(tx, account.id))
        tx.run_at_once([(Sql("UPDATE account SET first_name = 'Eva' WHERE id = :id RETURNING id"), {"id": account.id})])
        return name_of(tx, account.id)

    def by_the_session(tx: Tx) -> str:
        tx.ask_ahead(lambda tx: name_of(tx, account.id))
        tx.session.get_one(Account, account.id).first_name = "Ida"
        return name_of(tx, account.id)

    assert [database.write_now(work) for work in (by_a_statement, by_several, by_the_session)] == ["Ana", "Eva", "Ida"]


def test_an_error_of_queries_asked_at_once_is_the_engines(database: Database) -> None:
    no_number = Sql("SELECT no_such_column FROM account")
    with pytest.raises(DBAPIError, match="no_such_column"):
        database.read_now(lambda tx: tx.run_at_once([(NAME, {"id": "a"}), (no_number, {})]))
    assert database.read_now(lambda tx: tx.run_at_once([(NAME, {"id": "a"})])) == [[]], "and the next one is none"


def test_the_same_transaction_can_be_told_at_another_instant(db: Database) -> None:
    def work(tx: Tx) -> tuple[datetime, datetime, str]:
        before = tx.at(tx.now - timedelta(days=1))
        made = factories.account(before)
        announce(before, "account:a", "account", made.id)
        (stream,) = tx.moved
        return tx.now, tx.session.get_one(Account, made.id).created_at, stream

    now, made_at, stream = db.write_now(work)
    assert (now - made_at, stream) == (timedelta(days=1), "account:a")


def test_one_transaction_has_one_instant(db: Database, clock: SteppedClock) -> None:
    def work(tx: Tx) -> bool:
        before = tx.now
        clock.step(timedelta(minutes=1))
        return before == tx.now

    assert db.write_now(work)


class AnotherClock(SystemClock):
    """The clock of a server that is a year late."""

    def now(self) -> datetime:
        return super().now() - timedelta(days=365)


def test_on_postgresql_the_instant_is_the_databases_own(postgres_url: str) -> None:
    database = Database(postgres_url, AnotherClock())
    mine, theirs = database.write_now(lambda tx: (tx.now, tx.session.execute(text("SELECT now()")).scalar_one()))
    assert theirs - timedelta(minutes=1) < mine <= theirs
    assert mine.utcoffset() == timedelta(0)
    database.close()


def test_when_postgresql_was_started_anew_nobody_meets_the_connections_of_before(postgres_url: str) -> None:
    db, other = Database(postgres_url, SystemClock()), Database(postgres_url, SystemClock())
    others = Sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :pid")
    own = Sql("SELECT pg_backend_pid()")
    for through in (db.read_now, db.write_now):
        before = db.read_now(lambda tx: tx.run(own))[0][0]
        other.write_now(partial(Tx.run, statement=others, values={"pid": before}))
        assert through(lambda tx: tx.run(own))[0][0] != before
    db.close()
    other.close()


def test_an_instant_comes_back_as_it_was_on_both_engines(database: Database, clock: SteppedClock) -> None:
    clock.step(timedelta(microseconds=123_457))
    made = database.write_now(factories.account)
    found = database.read_now(lambda tx: tx.session.get_one(Account, made.id).created_at)
    assert found == clock.now()
    assert found.utcoffset() == timedelta(0)


def test_a_foreign_key_holds_on_both_engines(database: Database) -> None:
    with pytest.raises(DBAPIError):
        database.write_now(lambda tx: factories.access(tx, "nobody", "nowhere"))


def test_a_value_that_a_check_forbids_is_refused_on_both_engines(database: Database) -> None:
    with pytest.raises(DBAPIError):
        database.write_now(lambda tx: factories.account(tx, role="inspector"))


def test_a_transaction_that_lost_a_race_is_tried_again(database: Database) -> None:
    tries: list[int] = []

    def work(tx: Tx) -> int:
        tries.append(1)
        announce(tx, "account:a", "visit", "v")
        if len(tries) < 3:
            raise OperationalError("lost", {}, Exception("database is locked"))
        return len(tries)

    assert database.write_now(work) == 3
    assert database.read_now(lambda tx: head_of(tx, "account:a")) == 1, "what the other tries announced is gone"


def test_a_transaction_that_loses_every_race_is_refused_in_plain_words(db: Database) -> None:
    tries: list[int] = []

    def work(_tx: Tx) -> None:
        tries.append(1)
        raise OperationalError("lost", {}, Exception("database is locked"))

    with pytest.raises(Problem) as refused:
        db.write_now(work)
    assert (refused.value.code, refused.value.status, len(tries)) == ("busy_try_again", 503, ATTEMPTS)


def test_an_error_that_another_try_does_not_help_is_raised_at_once(db: Database) -> None:
    tries: list[int] = []

    def work(tx: Tx) -> None:
        tries.append(1)
        tx.session.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(OperationalError):
        db.write_now(work)
    assert len(tries) == 1


async def test_writers_at_the_same_time_wait_for_each_other(database: Database) -> None:
    count = Sql(
        "INSERT INTO stream_head (stream, seq) VALUES ('account:a', 1)"
        " ON CONFLICT (stream) DO UPDATE SET seq = stream_head.seq + 1 RETURNING seq"
    )

    def work(tx: Tx) -> int:
        number: int = tx.run(count)[0][0]
        return number

    assert sorted(await asyncio.gather(*(database.write(work) for _ in range(20)))) == list(range(1, 21))


def test_a_sqlite_file_is_set_up_to_lose_nothing(db: Database) -> None:
    with db.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
    }


def test_a_closed_database_leaves_one_file(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    db.write_now(lambda tx: tx.session.execute(text("CREATE TABLE t (x)")))
    db.close()
    assert [path.name for path in tmp_path.iterdir()] == ["x.sqlite3"]
