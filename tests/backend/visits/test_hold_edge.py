"""One hold, two instants: to who confirms it still lives, and to who comes a microsecond later it has ended.

On PostgreSQL transactions run side by side, each at the instant at which it began. Here the first is stopped once it
has seen its hold, right before it keeps it, and the second does all that it wants to do meanwhile.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from sqlmodel import select

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult
from backend.security import SERVER, Actor
from backend.visits import booking, holds, kept, quanta, repository, settling
from tests.backend.conftest import NOW
from tests.backend.together import LONG_ENOUGH, first_then, together
from tests.backend.visits.counting import count, most_at_once
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build

MICROSECOND = timedelta(microseconds=1)
KEPT_FOR_PAYMENT = timedelta(minutes=15)
ROUNDS = 10
Work = Callable[[Tx], object]


@pytest.fixture
def postgres(postgres_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(postgres_url, clock)
    yield database
    database.close()


@contextmanager
def stopped_at(module: ModuleType, name: str) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Stop who first calls a function, before it does anything; give when that is, and what lets it go on."""
    there, go = threading.Event(), threading.Event()
    real: Callable[..., object] = vars(module)[name]

    def slow(*about: Any, **more: Any) -> object:
        if not there.is_set():
            there.set()
            assert go.wait(30)
        return real(*about, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, slow)
        yield there, go


def came_to(done: Future[object]) -> str:
    try:
        done.result(30)
    except Problem as problem:
        return problem.code
    return "done"


class Edge:
    """Two who come a microsecond apart: one right before ``end``, one at it."""

    def __init__(self, world: World, clock: SteppedClock, end: datetime) -> None:
        self.world, self.clock, self.end = world, clock, end

    def __call__(
        self, before: Work, at: Work, *, until: tuple[ModuleType, str] = (quanta, "keep"), waits: bool = False
    ) -> tuple[str, str]:
        """Stop ``before`` where it is about to do ``until``, run ``at``, go on; return what they came to."""
        write = self.world.db.write_now
        with stopped_at(*until) as (there, go), ThreadPoolExecutor(2) as pool:
            self.clock.set(self.end - MICROSECOND)
            first = pool.submit(write, before)
            assert there.wait(30)
            self.clock.set(self.end)
            second = pool.submit(write, at)
            try:
                if waits:
                    with pytest.raises(TimeoutError):
                        second.result(LONG_ENOUGH)
                else:
                    came_to(second)
            finally:
                go.set()
            return came_to(first), came_to(second)


def confirming(world: World, hold_id: str, *, fee: int = 0) -> Work:
    return lambda tx: booking.begin(tx, world.visitor, world.confirming(hold_id, expected_total=fee))


def renewing(world: World, hold_id: str) -> Work:
    return lambda tx: holds.renew(tx, world.visitor, hold_id)


def settling_it(payment_id: str) -> Work:
    return lambda tx: settling.settle(tx, SERVER, payment_id, ChargeResult("succeeded", "ref"))


def taking(world: World, actor: Actor, individual_id: str, starts_at: datetime = TUESDAY_NINE) -> Work:
    return lambda tx: holds.take(tx, actor, world.wanted(individual_id=individual_id), starts_at)


def stranger(world: World) -> Work:
    """Somebody who takes the same time with another individual."""
    return taking(world, world.another_visitor(), world.another_individual())


@pytest.mark.parametrize("fee", [0, 570])
def test_a_hold_that_ends_for_somebody_else_while_it_is_confirmed_is_not_confirmed(
    postgres: Database, clock: SteppedClock, fee: int
) -> None:
    world = build(postgres, fee=fee, capacity=1)
    held, other = world.hold(), stranger(world)

    edge = Edge(world, clock, held.held_until)

    assert edge(confirming(world, held.id, fee=fee), other) == ("hold_expired", "done")
    assert (count(postgres, "visit"), count(postgres, "payment")) == (0, 0)
    assert count(postgres, "place_taken", f"booking_id <> '{held.id}'") == count(postgres, "place_taken") > 0


@pytest.mark.parametrize("until", [(kept, "own"), (quanta, "keep")])
def test_a_hold_that_ends_for_somebody_else_while_it_is_renewed_is_not_renewed(
    postgres: Database, clock: SteppedClock, until: tuple[ModuleType, str]
) -> None:
    world = build(postgres, capacity=1)
    held, other = world.hold(), stranger(world)

    edge = Edge(world, clock, held.held_until)

    assert edge(renewing(world, held.id), other, until=until) == ("hold_expired", "done")
    assert count(postgres, "hold", f"id = '{held.id}' AND renewals = 0") == 1


@pytest.mark.parametrize(("capacity", "became"), [(1, "returning"), (2, "succeeded")])
def test_a_place_that_goes_while_its_payment_comes_through_is_taken_again_or_given_back(
    postgres: Database, clock: SteppedClock, capacity: int, became: str
) -> None:
    world = build(postgres, capacity=capacity)
    held, other = world.hold(), stranger(world)
    payment = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)).payment_id)

    edge = Edge(world, clock, NOW + KEPT_FOR_PAYMENT)

    assert edge(settling_it(payment or ""), other) == ("done", "done")
    assert postgres.read_now(lambda tx: tx.session.exec(select(Payment.status)).one()) == became
    visits = count(postgres, "visit")
    assert visits == capacity - 1
    assert count(postgres, "place_taken", f"booking_id = '{held.id}' AND held_until IS NULL") == 6 * visits
    assert most_at_once(postgres, "place_taken", "limit_key") == capacity


def one_a_week(postgres: Database) -> World:
    return build(postgres, fee=0, settings={"quotas": [{"per": "individual", "period": "week", "visits": 1}]})


def later(world: World) -> Work:
    """Somebody else who takes a later time with the same individual."""
    return taking(world, world.another_visitor(), world.individual_id, TUESDAY_NINE + 2 * HALF_HOUR)


def test_a_hold_that_somebody_did_not_count_any_more_is_judged_by_what_they_booked(
    postgres: Database, clock: SteppedClock
) -> None:
    world = one_a_week(postgres)
    held, other = world.hold(), later(world)

    edge = Edge(world, clock, held.held_until)

    counts = repository, "lock_individual"
    assert edge(confirming(world, held.id), other, until=counts) == ("quota_reached", "done")
    assert count(postgres, "visit") == 0


def test_who_counts_visits_waits_for_a_hold_that_is_being_confirmed(postgres: Database, clock: SteppedClock) -> None:
    world = one_a_week(postgres)
    held, other = world.hold(), later(world)

    edge = Edge(world, clock, held.held_until)

    assert edge(confirming(world, held.id), other, waits=True) == ("done", "quota_reached")
    assert (count(postgres, "visit"), count(postgres, "hold")) == (1, 0)


def test_a_hold_that_somebody_did_not_count_any_more_is_not_renewed(postgres: Database, clock: SteppedClock) -> None:
    world = one_a_week(postgres)
    held, other = world.hold(), later(world)

    assert Edge(world, clock, held.held_until)(renewing(world, held.id), other) == ("hold_expired", "done")


class EachItsOwn:
    """A clock that tells each thread its own time; whoever has none, that of another clock."""

    def __init__(self, clock: SteppedClock) -> None:
        self.clock, self.here = clock, threading.local()

    def now(self) -> datetime:
        instant: datetime | None = getattr(self.here, "instant", None)
        return instant or self.clock.now()


def test_nobody_who_confirms_as_the_hold_ends_has_a_visit_without_its_time(
    postgres_url: str, clock: SteppedClock
) -> None:
    clocks = EachItsOwn(clock)
    with closing(Database(postgres_url, clocks)) as db:
        world = build(db, fee=0, capacity=1)
        for number in range(ROUNDS):
            starts_at = TUESDAY_NINE + number * HALF_HOUR
            holder, individual = world.another_visitor(), world.another_individual()
            held = world.hold(starts_at, actor=holder, individual_id=individual)
            other = taking(world, world.another_visitor(), world.another_individual(), starts_at)
            confirm = partial(booking.begin, actor=holder, confirming=world.confirming(held.id, expected_total=0))

            def at(instant: datetime, work: Work) -> None:
                clocks.here.instant = instant
                time.sleep(random.uniform(0, 0.01))
                with suppress(Problem):
                    db.write_now(work)

            together([partial(at, held.held_until - MICROSECOND, confirm), partial(at, held.held_until, other)])

        quanta_of_visits = count(db, "place_taken", "held_until IS NULL")
        assert quanta_of_visits == 6 * count(db, "visit")


@pytest.mark.parametrize("fee", [0, 570])
def test_a_stay_that_ends_while_its_hold_is_confirmed_lets_go_of_nothing(postgres: Database, fee: int) -> None:
    world = build(postgres, fee=fee, capacity=1)
    held = world.hold()
    ended = partial(holds.let_go, actor=world.visitor)

    assert first_then(world, confirming(world, held.id, fee=fee), ended) == ("done", "done")
    assert count(postgres, "place_taken", f"booking_id = '{held.id}'") > 0
