"""People, a clock, holds, payments, moves, cancellations and blackouts in any order, held against a small model.

The clock lands on the edges: exactly at the end of a hold, of the notice and of a cut-off, and a microsecond to either
side of it. Every rule asks the model first, and then the server, on SQLite and on PostgreSQL. What is drawn is in the
order in which it was made, never in that of its ids, which are others when an example is replayed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from backend.accounts.passwords import Passwords
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.errors import Problem
from backend.keys import ServerKey
from backend.money import service as money
from backend.money.ledger import Fees
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult, Outcome
from backend.money.processors.registry import Processors
from backend.money.service import Way
from backend.security import SHELL, Actor
from backend.visits import blackouts, booking, cancelling, holds, moving, paying, reconciler
from backend.visits.blackouts import NewBlackout, Treatment
from backend.visits.rules import RULES
from tests import factories
from tests.backend.conftest import NOW
from tests.backend.visits.counting import count, most_at_once
from tests.backend.visits.fresh import FreshDatabase, of_engine
from tests.backend.visits.model import MINUTE, PLACES, STARTS, Booked, Kept, Model
from tests.backend.visits.processors import Remembering
from tests.backend.visits.world import APPROVED, World, build
from tests.torture import LONG

T = TypeVar("T")
PEOPLE: Final = 4
TUESDAY: Final = date(2026, 11, 24)
MICROSECOND: Final = timedelta(microseconds=1)
QUANTA: Final = 6
"""Five-minute quanta of a visit."""
BESIDE: Final = st.sampled_from([-MICROSECOND, timedelta(0), MICROSECOND])
CODES: Final = {each.code for each in RULES} | {"visit_has_begun"}
"""Why the machine's moves are refused: the rules, and what cancelling alone refuses."""
who = st.integers(0, PEOPLE - 1)
starts = st.sampled_from(STARTS)


class Bookings(RuleBasedStateMachine):
    """The server on one side, the model on the other."""

    fresh_database: FreshDatabase

    @initialize()
    def begin(self) -> None:
        self.opened = type(self).fresh_database()
        self.clock = SteppedClock(NOW)
        self.db = Database(self.opened.__enter__(), self.clock)
        self.world: World = build(self.db, capacity=PLACES)
        self.visitors: list[Actor] = [self.world.another_visitor() for _ in range(PEOPLE)]
        self.persons: list[str] = [self.world.another_individual() for _ in range(PEOPLE)]
        self.processor = Remembering()
        self.context = Context(
            db=self.db,
            key=ServerKey(b"a key for tests only: 32 bytes.."),
            processors=Processors(self.processor),
            passwords=Passwords(factories.QUICK_HASHER),
        )
        self.model = Model()

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()
            self.opened.__exit__(None, None, None)

    def attempt(self, expected: bool, work: Callable[[Tx], T]) -> T | None:
        """Return what ``work`` gives, None if it is refused; the model has said which it is to be."""
        got = self.outcome(work)
        assert isinstance(got, Problem) is not expected, got.reasons if isinstance(got, Problem) else got
        if not isinstance(got, Problem):
            return got
        assert {reason.code for reason in got.reasons} <= CODES
        return None

    def outcome(self, work: Callable[[Tx], T]) -> T | Problem:
        """Return what ``work`` gives, or why it is refused."""
        try:
            return self.db.write_now(work)
        except Problem as refused:
            return refused

    @rule(visitor=who, person=who, starts_at=starts)
    def hold(self, visitor: int, person: int, starts_at: datetime) -> None:
        now = self.clock.now()
        first, until, renewed = self.model.held(visitor, person, starts_at, now)
        wanted = self.world.wanted(individual_id=self.persons[person])
        got = self.attempt(
            self.model.may_hold(visitor, person, starts_at, now),
            lambda tx: holds.take(tx, self.visitors[visitor], wanted, starts_at),
        )
        if got is not None:
            assert got.held_until == until
            self.model.kept[visitor] = Kept(starts_at, person, first, until, got.id, renewed)

    @precondition(lambda self: self.model.kept)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        visitor = data.draw(st.sampled_from(sorted(self.model.kept)))
        longer, hold_id = self.model.renewed(visitor, self.clock.now()), self.model.kept[visitor].hold_id
        got = self.attempt(longer is not None, lambda tx: holds.renew(tx, self.visitors[visitor], hold_id))
        if got is not None and longer is not None:
            assert got.held_until == longer.until
            self.model.kept[visitor] = longer

    @precondition(lambda self: self.model.kept)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        visitor = data.draw(st.sampled_from(sorted(self.model.kept)))
        kept = self.model.kept.pop(visitor)
        self.db.write_now(lambda tx: holds.release(tx, self.visitors[visitor], kept.hold_id))

    @precondition(lambda self: self.model.kept)
    @rule(data=st.data(), crash=st.sampled_from(["no", "before the charge", "after the charge"]))
    def confirm(self, data: st.DataObject, crash: str) -> None:
        visitor = data.draw(st.sampled_from(sorted(self.model.kept)))
        kept, actor = self.model.kept[visitor], self.visitors[visitor]
        begun = self.attempt(
            self.model.may_confirm(visitor, self.clock.now()),
            lambda tx: booking.begin(tx, actor, self.world.confirming(kept.hold_id)),
        )
        if begun is None:
            return
        assert begun.payment_id is not None
        self.processor.loses_answers = crash == "after the charge"
        if crash != "before the charge":
            asyncio.run(paying.charge(self.context, actor, begun.payment_id))
        self.processor.loses_answers = False
        self.clock.step(timedelta(seconds=2))
        asyncio.run(reconciler.one_round(self.context))
        del self.model.kept[visitor]
        self.model.booked[kept.hold_id] = Booked(kept.starts_at, visitor, kept.person)

    @precondition(lambda self: self.model.booked)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        visit_id = data.draw(st.sampled_from(list(self.model.booked)))
        back, actor = self.model.comes_back(visit_id, self.clock.now()), self.actor_of(visit_id)
        done = self.attempt(back is not None, lambda tx: cancelling.cancel(tx, actor, visit_id, back or 0, None))
        if done is None:
            return
        assert (done.payment_id is not None) is (back == 570)
        if done.payment_id is not None:
            asyncio.run(paying.send_back(self.context, actor, done.payment_id))
        self.model.paid_for_nothing += back == 0
        del self.model.booked[visit_id]

    @precondition(lambda self: self.model.booked)
    @rule(data=st.data(), to=starts)
    def move(self, data: st.DataObject, to: datetime) -> None:
        visit_id = data.draw(st.sampled_from(list(self.model.booked)))
        visit, actor, now = self.model.booked[visit_id], self.actor_of(visit_id), self.clock.now()
        got = self.attempt(
            self.model.may_move(visit_id, to, now),
            lambda tx: moving.move(tx, actor, moving.Move(visit_id, to, visit.starts_at)),
        )
        if got is not None:
            self.model.moved(visit_id, to, now)

    @precondition(lambda self: self.clock.now() < STARTS[0] and len(self.model.closed) < PLACES)
    @rule(starts_at=starts, treatment=st.sampled_from(["flag", "cancel"]))
    def black_out(self, starts_at: datetime, treatment: Treatment) -> None:
        minute = 9 * 60 + 30 * STARTS.index(starts_at)
        new = NewBlackout(TUESDAY, TUESDAY, "Painting.", start_minute=minute, end_minute=minute + 30)
        touched = self.model.touched(starts_at, self.clock.now())
        added = self.db.write_now(
            lambda tx: blackouts.add(
                tx, SHELL, self.world.facility_id, new, expected_visits=len(touched), treatment=treatment
            )
        )
        self.model.closed[added.blackout.id] = starts_at
        for visit_id in touched:
            visit = self.model.booked[visit_id]
            if treatment == "cancel":
                del self.model.booked[visit_id]
            else:
                self.model.booked[visit_id] = replace(visit, flags=visit.flags | {added.blackout.id})
        for payment_id in added.payment_ids:
            asyncio.run(paying.send_back(self.context, SHELL, payment_id))

    @precondition(lambda self: self.model.closed)
    @rule(data=st.data())
    def open_again(self, data: st.DataObject) -> None:
        gone = data.draw(st.sampled_from(list(self.model.closed)))
        del self.model.closed[gone]
        self.db.write_now(lambda tx: blackouts.remove(tx, SHELL, gone))
        for visit_id, visit in self.model.booked.items():
            self.model.booked[visit_id] = replace(visit, flags=visit.flags - {gone})

    @precondition(lambda self: self.model.booked)
    @rule(data=st.data(), outcome=st.sampled_from(["succeeded", "declined"]))
    def another_payment_of_a_visit_has_its_outcome_late(self, data: st.DataObject, outcome: Outcome) -> None:
        visit_id = data.draw(st.sampled_from(list(self.model.booked)))
        visitor = self.actor_of(visit_id)

        def work(tx: Tx) -> str:
            asked = tx.session.exec(select(Payment).where(Payment.booking_id == visit_id)).all()[0].asked
            assert isinstance(asked, dict)
            return money.start(
                tx,
                account_id=visitor.account,
                booking_id=visit_id,
                way=Way("test", APPROVED),
                fees=Fees(570, 0, "USD"),
                asked=asked,
            ).id

        self.processor.outcome = ChargeResult(outcome, "ref")
        asyncio.run(paying.charge(self.context, visitor, self.db.write_now(work)))
        self.processor.outcome = ChargeResult("succeeded", "ref")

    @rule(minutes=st.sampled_from([1, 5, 9]))
    def wait(self, minutes: int) -> None:
        self.clock.step(minutes * MINUTE)

    @precondition(lambda self: self.model.living(self.clock.now()))
    @rule(data=st.data(), beside=BESIDE)
    def wait_for_the_edge_of_a_hold(self, data: st.DataObject, beside: timedelta) -> None:
        living = self.model.living(self.clock.now()).values()
        until = data.draw(st.sampled_from(sorted({kept.until for kept in living})))
        self.clock.set(max(self.clock.now(), until + beside))

    @precondition(lambda self: self.model.booked and self.model.edges(self.clock.now()))
    @rule(beside=BESIDE)
    def wait_for_the_next_edge_of_anything(self, beside: timedelta) -> None:
        self.clock.set(max(self.clock.now(), self.model.edges(self.clock.now())[0] + beside))

    def actor_of(self, visit_id: str) -> Actor:
        return self.visitors[self.model.booked[visit_id].visitor]

    @invariant()
    def nobody_is_in_two_places_and_no_place_has_two(self) -> None:
        if not hasattr(self, "db"):
            return
        assert most_at_once(self.db, "individual_taken", "individual_id") <= 1
        assert most_at_once(self.db, "account_taken", "account_id") <= 1
        assert most_at_once(self.db, "place_taken", "limit_key") <= PLACES

    @invariant()
    def what_stands_is_what_the_model_knows(self) -> None:
        if not hasattr(self, "db"):
            return
        standing, flags = len(self.model.booked), sum(len(one.flags) for one in self.model.booked.values())
        assert count(self.db, "visit", "status = 'confirmed'") == standing
        assert count(self.db, "place_taken", "held_until IS NULL") == QUANTA * standing
        here = "visit_id IN (SELECT id FROM visit WHERE status = 'confirmed')"
        assert count(self.db, "visit_flag", here) == flags

    @invariant()
    def the_books_and_the_processor_agree(self) -> None:
        if not hasattr(self, "db"):
            return
        charged, refunded = sum(self.processor.charged.values()), sum(self.processor.refunded.values())
        assert charged == 570 * count(self.db, "ledger_entry", "kind = 'charge'")
        assert refunded == 570 * count(self.db, "ledger_entry", "kind = 'refund'")
        assert charged - refunded == 570 * (len(self.model.booked) + self.model.paid_for_nothing)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_no_order_of_things_breaks_a_promise(request: pytest.FixtureRequest, engine: str) -> None:
    machine = type("Bookings", (Bookings,), {"fresh_database": staticmethod(of_engine(engine, request))})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60 if LONG else 6,
            stateful_step_count=50 if LONG else 30,
            derandomize=not LONG,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
