"""Doing several things at the same time, as several terminals do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol

import pytest

from backend.db import Database, Tx
from backend.errors import Problem
from backend.sql import Sql

LONG_ENOUGH = 0.5
"""Seconds in which a transaction that waits for nothing is through."""
_WAITING: Final = Sql("SELECT count(*) FROM pg_locks WHERE NOT granted")


class WithDatabase(Protocol):
    """A world of a test."""

    @property
    def db(self) -> Database: ...


def together(work: Sequence[Callable[[], object]]) -> None:
    """Run everything at the same time; raises what the first failure raised."""
    failures: list[BaseException] = []
    gate = threading.Barrier(len(work))

    def run(one: Callable[[], object]) -> None:
        gate.wait()
        try:
            one()
        except BaseException as failure:  # noqa: BLE001  # raised again below, on the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def until(is_so: Callable[[], bool]) -> None:
    """Return once it is so; fail after a while."""
    for _time in range(600):
        if is_so():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it never came to that")


def until_waiting(db: Database, number: int) -> None:
    """Return once so many transactions wait for locks on PostgreSQL; fail after a while."""

    def are_waiting() -> bool:
        waiting: int = db.read_now(lambda tx: tx.run(_WAITING))[0][0]
        return waiting == number

    until(are_waiting)


def first_then(world: WithDatabase, first: Callable[[Tx], object], then: Callable[[Tx], object]) -> tuple[str, str]:
    """Run ``first`` and stop it before its commit, run ``then`` beside it, let both end; return what they came to."""
    ready, go = threading.Event(), threading.Event()

    def stopped(tx: Tx) -> None:
        first(tx)
        ready.set()
        assert go.wait(30)

    def outcome(done: Future[None] | Future[object]) -> str:
        try:
            done.result(30)
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(world.db.write_now, stopped)
        assert ready.wait(30)
        other = pool.submit(world.db.write_now, then)
        try:
            with pytest.raises(TimeoutError):
                other.result(LONG_ENOUGH)
        finally:
            go.set()
        return outcome(one), outcome(other)
