"""Disputes: opened once for a charge, within 90 days; decided once, and never for more than is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import select

from backend.clock import SteppedClock
from backend.db import Database
from backend.disputes import service
from backend.disputes.service import Decision, DisputeView, Outcome
from backend.errors import Problem
from backend.money import returns, spending, story
from backend.money.ledger import Fees
from backend.money.models import LedgerEntry, PaymentReturn
from backend.notices.models import Notice
from backend.security import SERVER, Actor
from backend.visits import cancelling
from backend.visits.models import Connection
from tests import factories
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed


@pytest.fixture
def world(engine_url: str, clock: SteppedClock) -> Iterator[World]:
    database = Database(engine_url, clock)
    yield build(database)
    database.close()


@pytest.fixture
def agent(world: World) -> Actor:
    account = world.db.write_now(lambda tx: factories.account(tx, role="support").id)
    return Actor(role="support", account_id=account, channel="terminal")


def charge_of(world: World, visit_id: str) -> str:
    query = select(LedgerEntry.id).where(LedgerEntry.booking_id == visit_id)
    return world.db.read_now(lambda tx: tx.session.exec(query).one())


def disputed(world: World, entry_id: str, *, actor: Actor | None = None) -> DisputeView:
    who = actor or world.visitor
    return world.db.write_now(lambda tx: service.open_dispute(tx, who, entry_id, "cut_short", "It froze."))


def decided(
    world: World, agent: Actor, dispute_id: str, outcome: Outcome = "refund", amount: int | None = None
) -> DisputeView:
    decision = Decision(outcome, "It froze, as the times show.", amount)
    return world.db.write_now(lambda tx: service.decide(tx, agent, dispute_id, decision))


def refused(code: str) -> pytest.RaisesExc[Problem]:
    return pytest.RaisesExc(Problem, check=lambda problem: problem.code == code)


def test_an_answer_is_due_after_ten_working_days_and_the_visitor_is_told_so(world: World) -> None:
    dispute = disputed(world, charge_of(world, confirmed(world)))
    assert dispute.due_on == date(2026, 12, 7)  # from a Sunday on, with Thanksgiving in between
    assert (dispute.status, dispute.left_minor, dispute.evidence) == ("open", 570, None)
    kinds = world.db.read_now(lambda tx: tx.session.exec(select(Notice.kind)).all())
    assert "dispute_opened" in kinds


def test_a_charge_is_disputed_once(world: World, agent: Actor) -> None:
    entry = charge_of(world, confirmed(world))
    dispute = disputed(world, entry)
    with refused("dispute_open"):
        disputed(world, entry)
    decided(world, agent, dispute.id, "refuse")
    with refused("dispute_decided"):
        disputed(world, entry)


@pytest.mark.parametrize(("late", "is_taken"), [(timedelta(microseconds=-1), True), (timedelta(0), False)])
def test_a_charge_can_be_disputed_for_90_days_after_its_visit(
    world: World, clock: SteppedClock, late: timedelta, *, is_taken: bool
) -> None:
    entry = charge_of(world, confirmed(world))
    clock.set(TUESDAY_NINE + timedelta(days=90) + late)
    if is_taken:
        assert disputed(world, entry).status == "open"
    else:
        with refused("dispute_too_late"):
            disputed(world, entry)


def test_what_cost_nothing_has_nothing_to_dispute(world: World) -> None:
    free = build(world.db, fee=0)
    with refused("nothing_to_dispute"):
        disputed(free, charge_of(free, confirmed(free, total=0)))


def test_a_charge_of_somebody_else_is_not_found(world: World) -> None:
    entry = charge_of(world, confirmed(world))
    with refused("not_found"):
        disputed(world, entry, actor=world.another_visitor())


def test_support_gives_back_a_part_and_it_is_on_its_way_to_the_card(world: World, agent: Actor) -> None:
    entry = charge_of(world, confirmed(world))
    dispute = decided(world, agent, disputed(world, entry).id, "refund", 380)
    assert (dispute.status, dispute.left_minor, dispute.decision) == ("refunded", 190, "It froze, as the times show.")
    sent = world.db.read_now(lambda tx: tx.session.exec(select(PaymentReturn)).one())
    assert (sent.amount_minor, sent.status) == (380, "returning")


def test_support_gives_credit_instead_and_the_charge_stays(world: World, agent: Actor) -> None:
    entry = charge_of(world, confirmed(world))
    dispute = decided(world, agent, disputed(world, entry).id, "credit")
    assert (dispute.status, dispute.left_minor) == ("credited", 0)
    assert world.db.read_now(lambda tx: spending.credit(tx, world.visitor.account)) == 570


@pytest.mark.parametrize(("credit", "comes_back"), [(100, 470), (None, 0)])
def test_what_was_given_as_credit_does_not_come_back_once_more(
    world: World, agent: Actor, credit: int | None, comes_back: int
) -> None:
    visit_id = confirmed(world)
    decided(world, agent, disputed(world, charge_of(world, visit_id)).id, "credit", credit)
    offer = world.db.read_now(lambda tx: cancelling.preview(tx, world.visitor, visit_id))
    assert offer.back.total_minor == comes_back
    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit_id, comes_back, None))
    sent = world.db.read_now(lambda tx: tx.session.exec(select(PaymentReturn.amount_minor)).all())
    assert sum(sent) == comes_back
    assert world.db.read_now(lambda tx: returns.left(tx, visit_id)) == ()


def test_credit_stands_for_the_session_fee_before_the_transaction_fee(world: World, agent: Actor) -> None:
    two_fees = build(world.db, fee=380, transaction_fee=190)
    visit_id = confirmed(two_fees)
    decided(two_fees, agent, disputed(two_fees, charge_of(two_fees, visit_id)).id, "credit", 400)
    (share,) = world.db.read_now(lambda tx: returns.left(tx, visit_id))
    assert share.fees == Fees(0, 170, "USD")
    world.db.write_now(lambda tx: returns.give_back(tx, visit_id, Fees(380, 100, "USD"), "Late.", "cancelled"))
    (share,) = world.db.read_now(lambda tx: returns.left(tx, visit_id))
    assert share.fees == Fees(0, 70, "USD")


@pytest.mark.parametrize(
    ("credit", "said"),
    [
        (100, "$4.70 is on its way back to Visa 4242. $1.00 was given as account credit instead."),
        (None, "$5.70 was given as account credit instead."),
    ],
)
def test_the_line_of_a_charge_says_what_was_given_as_credit_for_it(
    world: World, agent: Actor, credit: int | None, said: str
) -> None:
    visit_id = confirmed(world)
    entry_id = charge_of(world, visit_id)
    decided(world, agent, disputed(world, entry_id).id, "credit", credit)
    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit_id, 570 - (credit or 570), None))
    told = world.db.read_now(lambda tx: story.story(tx, world.visitor, entry_id)).transaction.details_sentence
    assert told == f"You cancelled on Nov 22. {said}"


def test_what_the_facility_causes_brings_back_what_was_not_given_as_credit(world: World, agent: Actor) -> None:
    visit_id = confirmed(world)
    decided(world, agent, disputed(world, charge_of(world, visit_id)).id, "credit", 400)
    world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, SERVER, visit_id, "Lockdown."))
    sent = world.db.read_now(lambda tx: tx.session.exec(select(PaymentReturn.amount_minor)).all())
    assert sent == [170]


@pytest.mark.parametrize("amount", [571, 0, -1])
def test_no_more_than_is_left_and_no_less_than_something_comes_back(world: World, agent: Actor, amount: int) -> None:
    dispute = disputed(world, charge_of(world, confirmed(world)))
    with refused("more_than_was_charged"):
        decided(world, agent, dispute.id, "refund", amount)


def test_a_dispute_is_decided_once(world: World, agent: Actor) -> None:
    dispute = disputed(world, charge_of(world, confirmed(world)))
    decided(world, agent, dispute.id)
    with refused("dispute_decided"):
        decided(world, agent, dispute.id)


def test_only_support_decides_and_sees_what_waits(world: World) -> None:
    dispute = disputed(world, charge_of(world, confirmed(world)))
    with refused("not_allowed"):
        decided(world, world.visitor, dispute.id)
    with refused("not_allowed"):
        world.db.read_now(lambda tx: service.waiting(tx, world.visitor, None, 10))


def test_what_waits_comes_with_its_evidence_a_page_at_a_time(world: World, agent: Actor, clock: SteppedClock) -> None:
    visit = confirmed(world)
    later = confirmed(world, TUESDAY_NINE + timedelta(hours=1))
    for one in (visit, later):
        disputed(world, charge_of(world, one))
        clock.step(timedelta(seconds=1))
    until = TUESDAY_NINE + timedelta(minutes=10)
    row = Connection(
        visit_id=visit, side="visitor", connected_at=TUESDAY_NINE, disconnected_at=until, imported_at=until
    )
    world.db.write_now(lambda tx: tx.session.add(row))
    page, cursor = world.db.read_now(lambda tx: service.waiting(tx, agent, None, 1))
    (first,) = page
    assert first.evidence is not None
    assert [(one.side, one.until) for one in first.evidence.connected] == [("visitor", until)]
    rest, none = world.db.read_now(lambda tx: service.waiting(tx, agent, cursor, 1))
    assert ([one.visit_id for one in rest], none) == ([later], None)
    own = world.db.read_now(lambda tx: service.own(tx, world.visitor))
    assert {(one.visit_id, one.evidence) for one in own} == {(visit, None), (later, None)}
