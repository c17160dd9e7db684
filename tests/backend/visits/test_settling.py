"""A payment whose outcome comes late never touches what another payment of its booking stands on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money import service as money
from backend.money.ledger import Fees
from backend.money.models import LedgerEntry, Payment
from backend.money.processors.base import ChargeResult, Outcome
from backend.money.service import Way
from backend.security import SERVER
from backend.visits import booking, cancelling, quanta, service, settling
from backend.visits.asked import Asked
from backend.visits.owned import own
from tests.backend.visits.counting import count
from tests.backend.visits.world import APPROVED, LATER, World, build

FEES = Fees(570, 0, "USD")
TOO_LONG = timedelta(minutes=15)
TAKEN = ("place_taken", "individual_taken", "account_taken")


@pytest.fixture
def world(db: Database) -> World:
    return build(db, capacity=1)


def begin(world: World) -> str:
    hold = world.hold()
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))
    assert begun.payment_id is not None
    return begun.payment_id


def another(world: World, payment_id: str) -> str:
    """A second open payment of the same booking, as only an earlier version or another server could have left it."""

    def work(tx: Tx) -> str:
        first = tx.session.get_one(Payment, payment_id)
        asked = first.asked
        assert isinstance(asked, dict)
        return money.start(
            tx,
            account_id=first.account_id,
            booking_id=first.booking_id,
            way=Way("test", LATER),
            fees=FEES,
            asked=asked,
        ).id

    return world.db.write_now(work)


def settle(world: World, payment_id: str, outcome: Outcome) -> None:
    result = ChargeResult(outcome, "ref", None if outcome == "succeeded" else "not_charged")
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment_id, result))


def status(world: World, payment_id: str) -> str:
    return world.db.read_now(lambda tx: tx.session.get_one(Payment, payment_id).status)


def entries(world: World, payment_id: str) -> list[str]:
    def work(tx: Tx) -> list[str]:
        found = tx.session.exec(select(LedgerEntry).where(LedgerEntry.payment_id == payment_id))
        return sorted(entry.kind for entry in found)

    return world.db.read_now(work)


def visit_stands(world: World) -> bool:
    taken = [count(world.db, table, "held_until IS NULL") for table in TAKEN]
    return [count(world.db, "visit", "status = 'confirmed'"), *taken] == [1, 6, 6, 6]


def test_no_second_payment_begins_while_one_has_no_outcome_however_old_it_is(db: Database, clock: SteppedClock) -> None:
    world = build(db, settings={"hold_minutes": 20})
    hold = world.hold()
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))
    for waited in (TOO_LONG, timedelta(days=1)):
        clock.step(waited)
        with pytest.raises(Problem) as refused:
            world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))
        assert (refused.value.code, refused.value.status) == ("payment_checking", 409)
    assert count(db, "payment") == 1


def test_a_payment_that_is_still_young_is_answered_as_it_is(world: World, clock: SteppedClock) -> None:
    hold = world.hold()
    first = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))
    clock.step(TOO_LONG - timedelta(microseconds=1))

    assert world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id))) == first


def test_after_a_decline_a_second_payment_may_begin(world: World) -> None:
    first = begin(world)
    settle(world, first, "declined")

    assert begin(world) != first


def test_a_decline_that_comes_late_leaves_a_standing_visit_alone(world: World) -> None:
    old = begin(world)
    paid = another(world, old)
    settle(world, paid, "succeeded")
    settle(world, old, "declined")

    assert visit_stands(world)
    assert (status(world, old), status(world, paid)) == ("declined", "succeeded")
    with pytest.raises(Problem, match="no_capacity"):
        world.hold(actor=world.another_visitor(), individual_id=world.another_individual())


def test_a_success_that_comes_late_is_given_back_and_leaves_a_standing_visit_alone(world: World) -> None:
    old = begin(world)
    paid = another(world, old)
    settle(world, old, "declined")
    settle(world, paid, "succeeded")
    late = another(world, old)
    settle(world, late, "succeeded")

    assert visit_stands(world)
    assert (status(world, late), status(world, paid)) == ("returning", "succeeded")
    assert (entries(world, late), entries(world, paid)) == (["charge", "refund"], ["charge"])


def test_cancelling_then_gives_back_what_paid_for_the_visit(world: World, clock: SteppedClock) -> None:
    old = begin(world)
    settle(world, old, "succeeded")
    clock.step(timedelta(seconds=1))
    late = another(world, old)
    settle(world, late, "succeeded")
    visit_id = world.db.read_now(lambda tx: tx.session.get_one(Payment, old).booking_id)

    done = world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit_id, 570, None))

    assert done.payment_id == old
    assert entries(world, old) == entries(world, late) == ["charge", "refund"]
    view = world.db.read_now(lambda tx: service.one(tx, world.visitor, visit_id))
    assert (view.status, view.paid_with) == ("cancelled", APPROVED.label)


def test_while_another_payment_is_open_a_decline_leaves_the_time_to_it(world: World) -> None:
    old = begin(world)
    young = another(world, old)
    settle(world, old, "declined")
    assert [count(world.db, table) for table in ("visit", "hold", *TAKEN)] == [0, 1, 6, 6, 6]

    settle(world, young, "succeeded")

    assert visit_stands(world)


def test_of_two_open_payments_the_first_to_succeed_makes_the_visit(world: World) -> None:
    old = begin(world)
    young = another(world, old)
    settle(world, old, "succeeded")
    settle(world, young, "succeeded")

    assert visit_stands(world)
    assert (status(world, old), status(world, young)) == ("succeeded", "returning")


@pytest.mark.parametrize("table", TAKEN)
def test_a_booking_that_has_lost_any_row_has_not_all_of_its_time(world: World, table: str) -> None:
    payment = begin(world)

    def has_all(tx: Tx) -> bool:
        booking = Asked.model_validate(tx.session.get_one(Payment, payment).asked).booking
        return quanta.has_all(tx, own(tx, booking.id), booking)

    assert world.db.read_now(has_all)
    world.db.write_now(
        lambda tx: tx.session.execute(
            text(f"DELETE FROM {table} WHERE quantum = (SELECT MIN(quantum) FROM {table})")  # of TAKEN
        )
    )
    assert not world.db.read_now(has_all)
