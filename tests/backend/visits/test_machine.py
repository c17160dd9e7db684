"""People, a clock, holds, payments and cancellations in any order: a small model says what must be true.

The clock lands on the edges: exactly at the end of a hold, and a microsecond to either side of it.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

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
from backend.migrations import migrate
from backend.money import service as money
from backend.money.ledger import Fees
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult, Outcome
from backend.security import Actor
from backend.visits import booking, cancelling, holds, paying, reconciler
from backend.visits.rules import RULES
from tests import factories
from tests.backend.conftest import NOW
from tests.backend.visits.counting import count, most_at_once
from tests.backend.visits.processors import Remembering
from tests.backend.visits.world import APPROVED, HALF_HOUR, TUESDAY_NINE, World, build

T = TypeVar("T")
PEOPLE: Final = 4
PLACES: Final = 2
STARTS: Final = tuple(TUESDAY_NINE + HALF_HOUR * number for number in range(3))
MICROSECOND: Final = timedelta(microseconds=1)
MINUTE: Final = timedelta(minutes=1)
who = st.integers(0, PEOPLE - 1)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the model knows of one person's hold."""

    starts_at: datetime
    person: int
    first: datetime
    until: datetime
    hold_id: str
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """What the model knows of one visit that stands."""

    starts_at: datetime
    visitor: int
    person: int


class Bookings(RuleBasedStateMachine):
    """The server on one side, dictionaries on the other."""

    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.mkdtemp()
        shutil.copyfile(self.template, f"{self.folder}/machine.sqlite3")
        self.clock = SteppedClock(NOW)
        self.db = Database(f"sqlite:///{self.folder}/machine.sqlite3", self.clock)
        self.world: World = build(self.db, capacity=PLACES)
        self.visitors: list[Actor] = [self.world.another_visitor() for _ in range(PEOPLE)]
        self.persons: list[str] = [self.world.another_individual() for _ in range(PEOPLE)]
        self.processor = Remembering()
        self.context = Context(
            db=self.db,
            key=ServerKey(b"a key for tests only: 32 bytes.."),
            processor=self.processor,
            passwords=Passwords(factories.QUICK_HASHER),
        )
        self.kept: dict[int, Kept] = {}
        self.booked: dict[str, Booked] = {}

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()
            shutil.rmtree(self.folder)

    def living(self) -> dict[int, Kept]:
        return {visitor: kept for visitor, kept in self.kept.items() if self.clock.now() < kept.until}

    def attempt(self, work: Callable[[Tx], T]) -> T | Problem:
        """Return what ``work`` gives, or why it is refused."""
        try:
            return self.db.write_now(work)
        except Problem as refused:
            return refused

    def in_the_way(self, visitor: int, person: int, starts_at: datetime) -> bool:
        """Say what the model thinks of holding: is there a reason against it?"""
        others = [(other, kept.person) for other, kept in self.living().items() if kept.starts_at == starts_at]
        taken = [pair for pair in others if pair[0] != visitor]
        taken += [(one.visitor, one.person) for one in self.booked.values() if one.starts_at == starts_at]
        return len(taken) >= PLACES or any(visitor == other or person == whom for other, whom in taken)

    @rule(visitor=who, person=who, starts_at=st.sampled_from(STARTS))
    def hold(self, visitor: int, person: int, starts_at: datetime) -> None:
        expected = not self.in_the_way(visitor, person, starts_at)
        before = self.living().get(visitor)
        wanted = self.world.wanted(individual_id=self.persons[person])
        got = self.attempt(lambda tx: holds.take(tx, self.visitors[visitor], wanted, starts_at))
        assert isinstance(got, Problem) is not expected, got
        if isinstance(got, Problem):
            assert {reason.code for reason in got.reasons} <= {each.code for each in RULES}
            return
        now = self.clock.now()
        if before is not None and (before.starts_at, before.person) == (starts_at, person):
            assert got.held_until == before.until
            return
        first = before.first if before else now
        until = min(now + 10 * MINUTE, first + 20 * MINUTE)
        assert got.held_until == until
        self.kept[visitor] = Kept(starts_at, person, first, until, got.id, renewed=bool(before and before.renewed))

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        visitor = data.draw(st.sampled_from(sorted(self.kept)))
        kept = self.kept[visitor]
        longer = min(kept.until + 10 * MINUTE, kept.first + 20 * MINUTE)
        expected = visitor in self.living() and not kept.renewed and longer > kept.until
        got = self.attempt(lambda tx: holds.renew(tx, self.visitors[visitor], kept.hold_id))
        assert isinstance(got, Problem) is not expected, got
        if isinstance(got, Problem):
            return
        assert got.held_until == longer
        self.kept[visitor] = replace(kept, until=longer, renewed=True)

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        visitor = data.draw(st.sampled_from(sorted(self.kept)))
        kept = self.kept.pop(visitor)
        self.db.write_now(lambda tx: holds.release(tx, self.visitors[visitor], kept.hold_id))

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), crash=st.sampled_from(["no", "before the charge", "after the charge"]))
    def confirm(self, data: st.DataObject, crash: str) -> None:
        visitor = data.draw(st.sampled_from(sorted(self.kept)))
        kept, actor = self.kept[visitor], self.visitors[visitor]
        free = visitor in self.living() or not self.in_the_way(visitor, kept.person, kept.starts_at)
        begun = self.attempt(lambda tx: booking.begin(tx, actor, self.world.confirming(kept.hold_id)))
        assert isinstance(begun, Problem) is not free, begun
        if isinstance(begun, Problem):
            assert begun.code == "hold_expired"
            return
        assert begun.payment_id is not None
        self.processor.loses_answers = crash == "after the charge"
        if crash != "before the charge":
            asyncio.run(paying.charge(self.context, actor, begun.payment_id))
        self.processor.loses_answers = False
        self.clock.step(2 * timedelta(seconds=1))
        asyncio.run(reconciler.one_round(self.context))
        del self.kept[visitor]
        self.booked[kept.hold_id] = Booked(kept.starts_at, visitor, kept.person)

    @precondition(lambda self: self.booked)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        visit_id = data.draw(st.sampled_from(sorted(self.booked)))
        gone = self.booked.pop(visit_id)
        done = self.db.write_now(lambda tx: cancelling.cancel(tx, self.visitors[gone.visitor], visit_id, 570, None))
        assert done.payment_id is not None
        asyncio.run(paying.send_back(self.context, self.visitors[gone.visitor], done.payment_id))

    @precondition(lambda self: self.booked)
    @rule(data=st.data(), outcome=st.sampled_from(["succeeded", "declined"]))
    def another_payment_of_a_visit_has_its_outcome_late(self, data: st.DataObject, outcome: Outcome) -> None:
        visit_id = data.draw(st.sampled_from(sorted(self.booked)))
        visitor = self.visitors[self.booked[visit_id].visitor]

        def work(tx: Tx) -> str:
            asked = tx.session.exec(select(Payment).where(Payment.booking_id == visit_id)).all()[0].asked
            assert isinstance(asked, dict)
            return money.start(
                tx,
                account_id=visitor.account,
                booking_id=visit_id,
                processor="test",
                method=APPROVED,
                fees=Fees(570, 0, "USD"),
                asked=asked,
            ).id

        self.processor.outcome = ChargeResult(outcome, "ref")
        asyncio.run(paying.charge(self.context, visitor, self.db.write_now(work)))
        self.processor.outcome = ChargeResult("succeeded", "ref")

    @rule(minutes=st.sampled_from([1, 5, 9]))
    def wait(self, minutes: int) -> None:
        self.clock.step(minutes * MINUTE)

    @precondition(lambda self: self.living())
    @rule(data=st.data(), beside=st.sampled_from([-MICROSECOND, timedelta(0), MICROSECOND]))
    def wait_for_the_edge_of_a_hold(self, data: st.DataObject, beside: timedelta) -> None:
        until = data.draw(st.sampled_from(sorted({kept.until for kept in self.living().values()})))
        self.clock.set(max(self.clock.now(), until + beside))

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
        assert count(self.db, "visit", "status = 'confirmed'") == len(self.booked)
        assert count(self.db, "place_taken", "held_until IS NULL") == 6 * len(self.booked)

    @invariant()
    def the_books_and_the_processor_agree(self) -> None:
        if not hasattr(self, "db"):
            return
        charged, refunded = sum(self.processor.charged.values()), sum(self.processor.refunded.values())
        assert charged == 570 * count(self.db, "ledger_entry", "kind = 'charge'")
        assert refunded == 570 * count(self.db, "ledger_entry", "kind = 'refund'")
        assert charged - refunded == 570 * len(self.booked)


def test_no_order_of_things_breaks_a_promise(tmp_path: Path) -> None:
    path = tmp_path / "template.sqlite3"
    database = Database(f"sqlite:///{path}", SteppedClock(NOW))
    migrate(database)
    database.close()
    Bookings.template = path
    run_state_machine_as_test(
        Bookings,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
