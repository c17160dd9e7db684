"""Charges, refunds, faults and clock in any order, over the real services and Stripe's SDK: the books agree at the end.

At the end of every run, once the faults have ended and the reconciler has had its two minutes: ledger and processor
agree to the cent for each account, nobody is charged without a visit or the money back, no balance is below zero, and
``money reconcile`` finds nothing. Whether the machine would notice is tried on planted faults.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.disputes.service import Outcome
from backend.money.sources import Chosen
from tests.backend.money.findings import below_zero, findings, settle
from tests.backend.money.plants import PLANTS, Plant
from tests.backend.money.purse import Purse
from tests.backend.money.purse_stage import PEOPLE, clock_of_the_world, repeatable
from tests.backend.visits.fresh import FreshDatabase, of_engine
from tests.backend.visits.world import TUESDAY_NINE
from tests.standin.faults import FaultKind
from tests.standin.stand_in import Webhook, standing_in
from tests.torture import LONG

WAYS: Final = ("a card", "a card", "an empty card", "a slow bank's card", "a page", "a page", "the reader")
SOURCES: Final[list[list[Chosen]]] = [[], [], ["balance"], ["credit", "balance"], ["free"], ["promo", "credit"]]
FAULTS: Final[tuple[FaultKind, ...]] = ("reset_before", "lost_answer", "lost_answer", "rate_limited", "server_error")
PATHS: Final = ("/v1/payment_intents", "/v1/checkout", "/v1/refunds", "/v1/terminal", "")
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (1, 1, 2, 2, 61, 299, 599, 600, 601, 899, 900, 901, 1800, 86_401)
)
STARTS: Final = tuple(
    TUESDAY_NINE + timedelta(weeks=week, minutes=30 * number) for week in range(3) for number in range(2)
)
who = st.integers(0, PEOPLE - 1)
fault_on_the_way = st.sampled_from([None, None, None, *FAULTS])


class Money(RuleBasedStateMachine):
    """Everything that moves money, in any order."""

    fresh_database: FreshDatabase

    @initialize(
        ways=st.lists(st.sampled_from(WAYS), min_size=PEOPLE, max_size=PEOPLE),
        fault=fault_on_the_way,
    )
    def begin(self, ways: list[str], fault: FaultKind | None) -> None:
        self.open = ExitStack()
        self.open.enter_context(repeatable())
        url, clock = self.open.enter_context(type(self).fresh_database()), clock_of_the_world()
        self.purse = Purse(url, self.open.enter_context(standing_in(clock)), clock)
        self.open.callback(self.purse.close)
        self.held_back: list[Webhook] = []
        self.go_wrong(fault)
        for visitor, way in enumerate(ways):
            self.purse.hold(visitor, STARTS[visitor])
            self.purse.confirm(visitor, way)
        self.a_moment_passes()

    def teardown(self) -> None:
        if not hasattr(self, "purse"):
            return
        with self.open:
            settle(self.purse)
            wrong = findings(self.purse)
            assert not wrong, "; ".join(wrong)

    @rule(
        visitor=who,
        starts_at=st.sampled_from(STARTS),
        way=st.sampled_from(WAYS),
        sources=st.sampled_from(SOURCES),
        fault=fault_on_the_way,
    )
    def book(self, visitor: int, starts_at: datetime, way: str, sources: list[Chosen], fault: FaultKind | None) -> None:
        self.go_wrong(fault)
        self.purse.hold(visitor, starts_at)
        self.purse.confirm(visitor, way, sources, code="WELCOME" if "promo" in sources else None)
        self.a_moment_passes()

    @rule(visitor=who, starts_at=st.sampled_from(STARTS), again=st.booleans())
    def book_and_pay_on_a_page(self, visitor: int, starts_at: datetime, again: bool) -> None:
        self.purse.hold(visitor, starts_at)
        self.purse.confirm(visitor, "a page")
        if again and self.purse.payments:
            self.purse.send_again(self.purse.payments[-1])
        for page in self.purse.stand_in.open_pages[:2]:
            self.purse.stand_in.pay(page.id)
        if not again:
            self.a_moment_passes()

    @precondition(lambda self: self.purse.payments)
    @rule(data=st.data())
    def the_same_request_once_more(self, data: st.DataObject) -> None:
        self.purse.send_again(data.draw(st.sampled_from(self.purse.payments[-3:])))

    @precondition(lambda self: self.purse.people[0].hold_id)
    @rule(way=st.sampled_from(WAYS))
    def confirm_again_another_way(self, way: str) -> None:
        self.purse.confirm(0, way)

    @precondition(lambda self: self.purse.stand_in.open_pages)
    @rule(data=st.data(), card=st.sampled_from(["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined"]))
    def pay_on_a_page(self, data: st.DataObject, card: str) -> None:
        pages = [page.id for page in self.purse.stand_in.open_pages]
        self.purse.stand_in.pay(data.draw(st.sampled_from(pages)), card)

    @precondition(lambda self: self.purse.stand_in.asks_for_card(self.purse.reader))
    @rule(card=st.sampled_from(["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined"]))
    def show_a_card(self, card: str) -> None:
        self.purse.stand_in.show_card(self.purse.reader, card)

    @precondition(lambda self: self.purse.stand_in.open_pages or self.purse.stand_in.asks_for_card(self.purse.reader))
    @rule(data=st.data(), fault=fault_on_the_way)
    def pay_another_way(self, data: st.DataObject, fault: FaultKind | None) -> None:
        self.go_wrong(fault)
        self.purse.pay_another_way(data.draw(st.sampled_from(self.purse.payments[-3:])))

    @rule(visitor=who, way=st.sampled_from(WAYS), fault=fault_on_the_way)
    def top_up(self, visitor: int, way: str, fault: FaultKind | None) -> None:
        self.go_wrong(fault)
        self.purse.top_up(visitor, way, 500)
        self.a_moment_passes()

    @rule(visitor=who, amount=st.sampled_from([100, 600]))
    def give_credit(self, visitor: int, amount: int) -> None:
        self.purse.give_credit(visitor, amount)

    @precondition(lambda self: self.purse.standing())
    @rule(data=st.data(), by_facility=st.booleans(), fault=fault_on_the_way)
    def cancel(self, data: st.DataObject, by_facility: bool, fault: FaultKind | None) -> None:
        self.go_wrong(fault)
        self.purse.cancel(data.draw(st.sampled_from(self.purse.standing())), by_facility=by_facility)

    @precondition(lambda self: self.purse.standing())
    @rule(data=st.data(), minutes=st.sampled_from([None, 0, 1, 17, 30]), fails=st.booleans(), fault=fault_on_the_way)
    def a_visit_comes_to_its_end(
        self, data: st.DataObject, minutes: int | None, fails: bool, fault: FaultKind | None
    ) -> None:
        booking_id = data.draw(st.sampled_from(self.purse.standing()))
        self.go_wrong(fault)
        self.purse.live_to_the_end_of(booking_id)
        if minutes is not None:
            self.purse.use(booking_id, minutes)
        if fails:
            self.purse.fail(booking_id)
        self.purse.reconcile_once()

    @precondition(lambda self: self.purse.bookings)
    @rule(data=st.data(), outcome=st.sampled_from(["refund", "credit", "refuse"]), amount=st.sampled_from([None, 7]))
    def dispute(self, data: st.DataObject, outcome: Outcome, amount: int | None) -> None:
        self.purse.dispute(data.draw(st.sampled_from(self.purse.bookings)), outcome, amount)

    @rule(fault=st.sampled_from(FAULTS), path=st.sampled_from(PATHS))
    def something_goes_wrong(self, fault: FaultKind, path: str) -> None:
        self.go_wrong(fault, path)

    @rule(by=st.sampled_from(WAITS), rounds=st.integers(0, 2))
    def wait(self, by: timedelta, rounds: int) -> None:
        self.purse.clock.step(by)
        for _ in range(rounds):
            self.purse.reconcile_once()

    @rule(data=st.data(), arrive=st.booleans())
    def webhooks_come_late_twice_or_never(self, data: st.DataObject, arrive: bool) -> None:
        if arrive:
            self.purse.stand_in.let_refunds_arrive()
        self.held_back += self.purse.stand_in.take_webhooks()
        if self.held_back:
            places = st.lists(st.integers(0, len(self.held_back) - 1), max_size=4)
            self.purse.hear([self.held_back[place] for place in data.draw(places)])

    def a_moment_passes(self) -> None:
        self.purse.clock.step(timedelta(seconds=2))
        self.purse.reconcile_once()

    def go_wrong(self, fault: FaultKind | None, path: str = "") -> None:
        if fault is not None:
            method = "POST" if fault == "server_error" else ""
            self.purse.stand_in.faults.plan(fault, method=method, path=path)

    @invariant()
    def nobody_has_less_than_nothing(self) -> None:
        if hasattr(self, "purse"):
            assert below_zero(self.purse) == []


def machine(engine: str, request: pytest.FixtureRequest) -> type[Money]:
    return type("Money", (Money,), {"fresh_database": staticmethod(of_engine(engine, request))})


def runs(number: int, steps: int, *phases: Phase) -> settings:
    return settings(
        max_examples=number,
        stateful_step_count=steps,
        derandomize=not LONG,
        deadline=None,
        phases=phases or tuple(Phase),
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_ledger_and_processor_agree_at_the_end_of_every_run(request: pytest.FixtureRequest, engine: str) -> None:
    long_or_short = runs(100, 60) if LONG else runs(5, 40)
    run_state_machine_as_test(machine(engine, request), settings=long_or_short)


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_the_machine_finds_planted_faults(request: pytest.FixtureRequest, plant: Plant) -> None:
    with plant.planted(), pytest.raises((AssertionError, ExceptionGroup), match=plant.seen_as):
        run_state_machine_as_test(machine("sqlite", request), settings=runs(20, 40, Phase.generate))
