"""People book while somebody waits to have the facility alone: on PostgreSQL whoever comes later waits behind.

A transaction that has to be tried again was in a circle with another one: each of these is tried once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money.processors.base import ChargeResult
from backend.security import SERVER, Actor
from backend.visits import booking, holds, settling
from tests.backend.together import until_waiting
from tests.backend.visits.counting import count
from tests.backend.visits.test_blackout_races import adding
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build

LATER = TUESDAY_NINE + HALF_HOUR


@pytest.fixture
def there(postgres_url: str, clock: SteppedClock) -> Iterator[World]:
    database = Database(postgres_url, clock)
    yield build(database)
    database.close()


class Queue:
    """Transactions that come one after another while the first of them is not let end."""

    def __init__(self, world: World, pool: ThreadPoolExecutor) -> None:
        self.world, self.pool = world, pool
        self.tries: list[str] = []
        self.came: dict[str, Future[None]] = {}
        self.ready, self.may_end = threading.Event(), threading.Event()

    def first(self, name: str, work: Callable[[Tx], object]) -> None:
        """Begin the first one, and stop it before its commit."""

        def stopped(tx: Tx) -> None:
            work(tx)
            self.ready.set()
            assert self.may_end.wait(60)

        self._begin(name, stopped)
        assert self.ready.wait(30)

    def then(self, name: str, work: Callable[[Tx], object]) -> None:
        """Begin the next one, which has to wait."""
        self._begin(name, work)
        until_waiting(self.world.db, len(self.came) - 1)

    def outcomes(self) -> dict[str, str]:
        """Let the first one end, and return what each came to."""
        self.may_end.set()
        return {name: self._outcome(done) for name, done in self.came.items()}

    def _begin(self, name: str, work: Callable[[Tx], object]) -> None:
        def tried(tx: Tx) -> None:
            self.tries.append(name)
            work(tx)

        self.came[name] = self.pool.submit(self.world.db.write_now, tried)

    def _outcome(self, done: Future[None]) -> str:
        try:
            done.result(30)
        except Problem as problem:
            return problem.code
        return "done"


@pytest.fixture
def queue(there: World) -> Iterator[Queue]:
    with ThreadPoolExecutor(6) as pool:
        queue = Queue(there, pool)
        yield queue
        queue.may_end.set()


def holding(world: World, who: Actor) -> Callable[[Tx], object]:
    wanted = world.wanted(individual_id=world.another_individual())
    return lambda tx: holds.take(tx, who, wanted, LATER)


def paying(world: World) -> Callable[[Tx], object]:
    """Hold nine o'clock and begin to pay for it; return what lets the payment go through."""
    held = world.hold()
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)))
    return lambda tx: settling.settle(tx, SERVER, begun.payment_id or "", ChargeResult("succeeded", "ref"))


def test_a_blackout_that_waits_for_a_hold_comes_before_whoever_holds_later(there: World, queue: Queue) -> None:
    early, late = holding(there, there.another_visitor()), holding(there, there.another_visitor())
    queue.first("early", early)
    queue.then("blackout", adding(there))
    queue.then("late", late)

    assert queue.outcomes() == {"early": "done", "blackout": "done", "late": "blacked_out"}


def test_a_payment_a_blackout_and_a_booking_of_one_account_wait_in_no_circle(there: World, queue: Queue) -> None:
    settle = paying(there)
    queue.first("early", holding(there, there.another_visitor()))
    queue.then("blackout", adding(there))
    queue.then("payment", settle)
    queue.then("booking", holding(there, there.visitor))

    assert queue.outcomes() == {"early": "done", "blackout": "done", "payment": "done", "booking": "blacked_out"}
    assert queue.tries == list(queue.came)
    assert count(there.db, "visit") == 0
