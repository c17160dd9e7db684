"""What is announced in a transaction is written right before its commit: in one order for all, and at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from backend.audit.service import record
from backend.changes.announcing import MOST, Announcement, to_write
from backend.changes.service import account_stream, announce, facility_stream, since
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.security import SERVER
from backend.sql import Row, Sql, Value, say, say_at_once
from tests.backend.conftest import NOW

MINE, YOURS, EVERYBODYS = account_stream("a"), account_stream("b"), facility_stream("f")
CHAIN = "facility:f"


@pytest.fixture
def postgres(postgres_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(postgres_url, clock)
    yield database
    database.close()


def told(db: Database, stream: str) -> list[tuple[int, str]]:
    """Return numbers and subjects of what a stream has told."""
    return db.read_now(lambda tx: [(each.seq, each.subject_id) for each in since(tx, stream, 0, limit=1000)])


def test_changes_are_numbered_stream_by_stream_in_the_order_in_which_they_are_announced(database: Database) -> None:
    def work(tx: Tx) -> None:
        announce(tx, MINE, "visit", "first")
        announce(tx, EVERYBODYS, "visit", "second")
        announce(tx, MINE, "hold", "third")

    database.write_now(lambda tx: announce(tx, MINE, "draft", "earlier"))
    database.write_now(work)
    assert told(database, MINE) == [(1, "earlier"), (2, "first"), (3, "third")]
    assert told(database, EVERYBODYS) == [(1, "second")]


def test_however_many_changes_there_are_each_is_told_once_and_in_its_order(database: Database) -> None:
    many = [str(number) for number in range(2 * MOST + 1)]

    def work(tx: Tx) -> None:
        for subject in many:
            announce(tx, MINE, "visit", subject)
            announce(tx, YOURS, "visit", subject)

    database.write_now(work)
    assert told(database, MINE) == told(database, YOURS) == list(enumerate(many, start=1))


def test_whoever_announces_first_and_traces_then_holds_up_nobody_who_does_it_the_other_way(postgres: Database) -> None:
    def trace(tx: Tx) -> None:
        record(tx, SERVER, CHAIN, action="money came back", subject="x", what={})

    def tracing_first(tx: Tx) -> None:
        trace(tx)
        announce(tx, MINE, "hold", "h")

    def announcing_first(tx: Tx) -> None:
        announce(tx, MINE, "payment", "p")
        other.submit(postgres.write_now, tracing_first).result(10)
        trace(tx)

    with ThreadPoolExecutor(1) as other:
        postgres.write_now(announcing_first)
    assert told(postgres, MINE) == [(1, "h"), (2, "p")]


def test_streams_are_locked_by_their_names_in_whatever_order_they_are_announced() -> None:
    announced = [Announcement(stream, "visit", "v", NOW) for stream in (EVERYBODYS, YOURS, MINE, YOURS)]
    (((_numbering, values), _adding),) = to_write(announced)
    assert [values[f"stream{number}"] for number in range(3)] == [MINE, YOURS, EVERYBODYS]


def test_on_postgresql_all_that_is_announced_goes_in_one_way_there_and_back(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: list[int] = []

    def one(connection: Connection, statement: Sql, values: Mapping[str, Value]) -> list[Row]:
        ways.append(1)
        return say(connection, statement, values)

    def several(connection: Connection, asked: Sequence[tuple[Sql, Mapping[str, Value]]]) -> list[list[Row]]:
        ways.append(len(asked))
        return say_at_once(connection, asked)

    def work(tx: Tx) -> None:
        for stream in (MINE, EVERYBODYS, YOURS, MINE):
            announce(tx, stream, "visit", "v")

    monkeypatch.setattr("backend.db.say", one)
    monkeypatch.setattr("backend.db.say_at_once", several)
    postgres.write_now(work)
    assert ways == [2]


class Refused(Exception):
    """What a service raises."""


def test_what_is_announced_in_a_part_that_is_taken_back_is_not_told(database: Database) -> None:
    def refused(tx: Tx) -> None:
        with tx.savepoint():
            announce(tx, MINE, "visit", "refused")
            record(tx, SERVER, CHAIN, action="visit confirmed", subject="x", what={})
            raise Refused

    def work(tx: Tx) -> None:
        announce(tx, MINE, "visit", "before")
        with pytest.raises(Refused):
            refused(tx)
        with tx.savepoint():
            announce(tx.at(NOW), MINE, "visit", "kept")

    database.write_now(work)
    assert told(database, MINE) == [(1, "before"), (2, "kept")]
    assert database.read_now(lambda tx: tx.run(Sql("SELECT seq FROM audit_entry"))) == []
