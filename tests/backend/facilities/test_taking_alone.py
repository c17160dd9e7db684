"""Whoever needs a facility alone gets it, however many people book there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.facilities.service import share, take_alone
from backend.roster.models import Individual
from tests import factories
from tests.backend.together import LONG_ENOUGH, until, until_waiting


@pytest.fixture
def postgres(postgres_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(postgres_url, clock)
    yield database
    database.close()


class Crowd:
    """Transactions beside each other, each of which is let end by its name, and what came in which order."""

    def __init__(self, db: Database, pool: ThreadPoolExecutor) -> None:
        self.db, self.pool = db, pool
        self.came: list[str] = []
        self.may_end: dict[str, threading.Event] = {}

    def begin(self, name: str, lock: Callable[[Tx], object]) -> Future[None]:
        """Begin a transaction that locks, and then stays until it may end."""
        may_end = self.may_end[name] = threading.Event()

        def work(tx: Tx) -> None:
            lock(tx)
            self.came.append(name)
            assert may_end.wait(30)

        return self.pool.submit(self.db.write_now, work)


def test_who_asks_for_a_share_while_another_waits_to_have_the_facility_alone_comes_behind(postgres: Database) -> None:
    facility = postgres.write_now(factories.facility)
    sharing, alone = partial(share, facility_id=facility.id), partial(take_alone, facility_id=facility.id)
    with ThreadPoolExecutor(4) as pool:
        crowd = Crowd(postgres, pool)
        try:
            crowd.begin("first", sharing)
            crowd.begin("second", sharing)
            until(lambda: sorted(crowd.came) == ["first", "second"])
            crowd.begin("alone", alone)
            until_waiting(postgres, 1)
            crowd.begin("later", sharing)
            until_waiting(postgres, 2)
            for name in ("first", "second", "alone"):
                crowd.may_end[name].set()
            until(lambda: len(crowd.came) == 4)
            assert crowd.came[2:] == ["alone", "later"]
        finally:
            for event in crowd.may_end.values():
                event.set()


def test_who_has_the_facility_alone_keeps_out_whatever_points_at_its_row(postgres: Database) -> None:
    facility = postgres.write_now(factories.facility)
    with ThreadPoolExecutor(1) as pool:

        def work(tx: Tx) -> Future[Individual]:
            take_alone(tx, facility.id)
            adding = pool.submit(postgres.write_now, lambda beside: factories.individual(beside, facility.id))
            with pytest.raises(TimeoutError):
                adding.result(LONG_ENOUGH)
            return adding

        postgres.write_now(work).result(30)


def test_another_facility_is_locked_by_nobody_here(postgres: Database) -> None:
    here, there = postgres.write_now(factories.facility), postgres.write_now(factories.facility)
    with ThreadPoolExecutor(1) as pool:

        def work(tx: Tx) -> None:
            take_alone(tx, here.id)
            pool.submit(postgres.write_now, partial(take_alone, facility_id=there.id)).result(30)

        postgres.write_now(work)
