"""Writes on SQLite that wait at the same time share a commit, and nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from backend import group_commit
from backend.changes.service import announce, head_of
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.engines import SqliteConnection
from backend.errors import Problem
from backend.group_commit import LARGEST_GROUP, GroupWriter, Order


class Refused(Exception):
    """What a service raises."""


class FullDisk(Exception):
    """What a commit raises."""


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: a group lasts as long as somebody waits."""
    monkeypatch.setattr(group_commit, "LONGEST_GROUP", 60.0)


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The groups that ended, each with whether it was kept."""
    ended: list[bool] = []
    end = SqliteConnection.end_group

    def note(driver: SqliteConnection, *, keep: bool) -> None:
        end(driver, keep=keep)
        ended.append(keep)

    monkeypatch.setattr(SqliteConnection, "end_group", note)
    return ended


@contextmanager
def busy(db: Database) -> Iterator[None]:
    """Keep the writer busy with something long, so that what is written meanwhile waits and goes together."""
    at_work, may_go_on = threading.Event(), threading.Event()

    def work(_tx: Tx) -> None:
        at_work.set()
        wait_for(may_go_on)

    keeping = threading.Thread(target=db.write_in_turn, args=(work,))
    keeping.start()
    wait_for(at_work)
    yield
    may_go_on.set()
    keeping.join()


def wait_for(event: threading.Event) -> None:
    assert event.wait(30)


def counted(tx: Tx) -> int:
    """Announce a change, and return the number that it is going to have."""
    announce(tx, "account:a", "visit", "v")
    return head_of(tx, "account:a") + 1


def refused(tx: Tx) -> int:
    counted(tx)
    raise Refused


async def together(db: Database, *works: Callable[[Tx], object]) -> list[object]:
    """Return what becomes of ``works``, which all wait before the first of them is begun."""
    with busy(db):
        writing = [asyncio.ensure_future(db.write(work)) for work in works]
        await asyncio.sleep(0)
    return await asyncio.gather(*writing, return_exceptions=True)


async def test_all_that_wait_share_one_commit(db: Database, commits: list[bool]) -> None:
    assert await together(db, *(counted for _ in range(10))) == list(range(1, 11))
    assert commits == [True]


async def test_one_that_is_refused_takes_back_its_own_and_leaves_the_others(db: Database, commits: list[bool]) -> None:
    first, second, third = await together(db, counted, refused, counted)
    assert (first, third) == (1, 2)
    assert isinstance(second, Refused)
    assert db.read_now(lambda tx: head_of(tx, "account:a")) == 2
    assert commits == [True]


async def test_one_that_the_database_refuses_leaves_the_others(db: Database) -> None:
    def forbidden(tx: Tx) -> None:
        counted(tx)
        tx.session.execute(text("INSERT INTO outbox (id) VALUES ('half a row')"))

    first, second, third = await together(db, counted, forbidden, counted)
    assert (first, third) == (1, 2)
    assert isinstance(second, DBAPIError)


async def test_nobody_is_answered_before_the_commit(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    done, may_commit = threading.Event(), threading.Event()
    end = SqliteConnection.end_group

    def wait_for_the_disk(driver: SqliteConnection, *, keep: bool) -> None:
        done.set()
        wait_for(may_commit)
        end(driver, keep=keep)

    monkeypatch.setattr(SqliteConnection, "end_group", wait_for_the_disk)
    with db.hub.listen("account:a") as moved:
        writing = [asyncio.ensure_future(db.write(work)) for work in (counted, refused)]
        await asyncio.to_thread(wait_for, done)
        await asyncio.sleep(0)
        assert not any(task.done() for task in writing)
        assert not moved.is_set()
        assert db.read_now(lambda tx: head_of(tx, "account:a")) == 0
        may_commit.set()
        kept, answered = await asyncio.gather(*writing, return_exceptions=True)
        await moved.wait()
    assert kept == 1
    assert isinstance(answered, Refused)


async def test_a_commit_that_fails_keeps_nothing_and_everybody_is_told(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = SqliteConnection.end_group

    def fail(driver: SqliteConnection, *, keep: bool) -> None:
        end(driver, keep=False)
        if keep:
            raise FullDisk

    monkeypatch.setattr(SqliteConnection, "end_group", fail)
    assert [type(each) for each in await together(db, counted, counted, refused)] == [FullDisk] * 3
    monkeypatch.setattr(SqliteConnection, "end_group", end)
    assert await db.write(counted) == 1


async def test_where_the_engine_takes_back_all_of_it_everybody_is_told(db: Database) -> None:
    db.write_now(
        lambda tx: tx.session.execute(
            text(
                "CREATE TRIGGER full_disk BEFORE INSERT ON change WHEN NEW.kind = 'hold'"
                " BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END"
            )
        )
    )
    told = await together(db, counted, lambda tx: announce(tx, "account:a", "hold", "h"), counted)
    assert isinstance(told[0], DBAPIError)
    assert told[1] is told[0]
    assert told[2] == 1, "it was not begun yet, and goes with the next commit"


async def test_where_nobody_can_write_the_first_is_told_and_the_others_go_on(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, tries = SqliteConnection.begin_group, iter(range(6))

    def locked_at_first(driver: SqliteConnection) -> None:
        if next(tries, None) is not None:
            raise sqlite3.OperationalError("database is locked")
        begin(driver)

    monkeypatch.setattr(SqliteConnection, "begin_group", locked_at_first)
    first, second = await together(db, counted, counted)
    assert isinstance(first, Problem)
    assert first.code == "busy_try_again"
    assert second == 1


async def test_where_all_were_called_off_and_the_end_fails_the_next_ones_are_written(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    end, failed = SqliteConnection.end_group, threading.Event()

    def fail(driver: SqliteConnection, *, keep: bool) -> None:
        end(driver, keep=False)
        failed.set()
        raise FullDisk

    with busy(db):
        writing = asyncio.ensure_future(db.write(counted))
        await asyncio.sleep(0)
        writing.cancel()
        monkeypatch.setattr(SqliteConnection, "end_group", fail)
        await asyncio.sleep(0)
    await asyncio.to_thread(wait_for, failed)
    monkeypatch.setattr(SqliteConnection, "end_group", end)
    assert await asyncio.wait_for(db.write(counted), 30) == 1
    assert "FullDisk" in caplog.text, "nobody waited for it: whoever runs the server can still read it"


async def test_one_that_lost_a_race_is_tried_again_behind_the_others(db: Database) -> None:
    tries: list[int] = []

    def unlucky(tx: Tx) -> int:
        tries.append(counted(tx))
        if len(tries) < 3:
            raise OperationalError("lost", {}, Exception("database is locked"))
        return tries[-1]

    assert await together(db, unlucky, counted) == [2, 1]
    assert tries == [1, 2, 2]


async def test_each_has_its_own_instant(db: Database, clock: SteppedClock) -> None:
    def work(tx: Tx) -> datetime:
        clock.step(timedelta(minutes=1))
        return tx.now

    began = clock.now()
    assert await together(db, work, work, work) == [began + timedelta(minutes=each) for each in range(3)]


def test_nobody_who_is_done_waits_for_something_long(db: Database) -> None:
    said: list[str] = []

    @contextmanager
    def open_group() -> Iterator[Connection]:
        with db.engine.connect() as connection:
            yield connection
        said.append("commit")

    def order(name: str, *, is_long: bool = False) -> Order:
        def run(*_connection: Connection) -> Callable[[], None]:
            said.append(name)
            return lambda: said.append(f"{name} is told")

        return Order(lambda: True, run, run, lambda error: said.append(str(error)), is_long=is_long)

    all_wait = threading.Event()
    writer = GroupWriter(open_group)
    writer.add(replace(order("never begun", is_long=True), begin=lambda: not all_wait.wait(30)))
    for each in (order("short"), order("long", is_long=True), order("next")):
        writer.add(each)
    all_wait.set()
    writer.close()
    assert said == ["short", "commit", "short is told", "long", "long is told", "next", "commit", "next is told"]


def test_who_cannot_be_told_keeps_nobody_else_from_being_told(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []

    def nobody_listens() -> None:
        raise RuntimeError("the event loop is closed")

    def order(name: str, *, is_long: bool = False) -> Order:
        tell = nobody_listens if name == "gone" else lambda: said.append(name)
        return Order(lambda: True, lambda _connection: tell, lambda: tell, lambda _error: None, is_long=is_long)

    writer = GroupWriter(db.engine.connect)
    for each in (order("gone"), order("next"), order("gone", is_long=True), order("last")):
        writer.add(each)
    writer.close()
    assert said == ["next", "last"]
    assert caplog.text.count("the event loop is closed") == 4, "two of them, each with its traceback"


async def test_a_group_has_an_end(db: Database, commits: list[bool]) -> None:
    await together(db, *(lambda _tx: None for _ in range(2 * LARGEST_GROUP + 1)))
    assert len(commits) >= 3


async def test_a_group_that_lasts_takes_nobody_in(
    db: Database, commits: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "LONGEST_GROUP", 0.0)
    await together(db, counted, counted)
    assert commits == [True, True]


async def test_what_was_called_off_before_its_turn_is_not_done(db: Database) -> None:
    with busy(db):
        writing = [asyncio.ensure_future(db.write(counted)) for _ in range(3)]
        await asyncio.sleep(0)
        writing[1].cancel()
        await asyncio.sleep(0)
    told = await asyncio.gather(*writing, return_exceptions=True)
    assert (told[0], told[2]) == (1, 2)
    assert isinstance(told[1], asyncio.CancelledError)


async def test_what_waits_is_done_before_the_database_closes_and_nothing_after(db: Database) -> None:
    with busy(db):
        writing = asyncio.ensure_future(db.write(counted))
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(asyncio.to_thread(db.close))
        await asyncio.sleep(0)
    assert await writing == 1
    await closing
    with pytest.raises(RuntimeError):
        await db.write(counted)
