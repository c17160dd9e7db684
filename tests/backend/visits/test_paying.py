"""Whatever happens between hold, charge and confirmation, money and place end up together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from backend.money import returns
from backend.money.ledger import Fees
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult, Outcome
from backend.money.processors.registry import Processors
from backend.security import SERVER, Actor
from backend.visits import booking, paying, reconciler, returning, service, settling
from tests.backend.visits.conftest import Count
from tests.backend.visits.counting import count
from tests.backend.visits.processors import Remembering
from tests.backend.visits.world import World, build

A_WHILE = timedelta(seconds=2)
TOO_LONG = timedelta(minutes=15)
"""From then on a payment without an outcome keeps its place no longer."""


@pytest.fixture
def processor() -> Remembering:
    return Remembering()


@pytest.fixture
def context(context: Context, processor: Remembering) -> Context:
    return replace(context, processors=Processors(processor))


@pytest.fixture
def world(db: Database) -> World:
    return build(db, capacity=1)


def begin(world: World, actor: Actor | None = None) -> str:
    """Do everything before the charge, and return the payment's id."""
    who = actor or world.visitor
    hold = world.hold(actor=who)
    begun = world.db.write_now(lambda tx: booking.begin(tx, who, world.confirming(hold.id)))
    assert begun.payment_id is not None
    return begun.payment_id


def status(world: World, payment_id: str) -> str:
    return world.db.read_now(lambda tx: tx.session.get_one(Payment, payment_id).status)


def somebody_else_holds_it(world: World) -> None:
    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())


async def test_a_crash_before_the_charge_is_settled_by_charging_under_the_same_key(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, rows: Count
) -> None:
    payment = begin(world)
    clock.step(A_WHILE)

    await reconciler.one_round(context)

    assert status(world, payment) == "succeeded"
    assert list(processor.charged.values()) == [570]
    assert [rows("visit"), rows("ledger_entry")] == [1, 1]


async def test_a_crash_after_the_charge_is_settled_without_charging_again(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, rows: Count
) -> None:
    payment = begin(world)
    processor.loses_answers = True
    await paying.charge(context, world.visitor, payment)
    assert status(world, payment) == "checking"
    clock.step(A_WHILE)

    await reconciler.one_round(context)

    assert status(world, payment) == "succeeded"
    assert list(processor.charged.values()) == [570]
    assert rows("visit") == 1


async def test_request_and_reconciler_at_once_make_one_visit(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, rows: Count
) -> None:
    payment = begin(world)
    clock.step(A_WHILE)

    await paying.charge(context, world.visitor, payment)
    await reconciler.one_round(context)
    await paying.ask_again(context, world.visitor, payment)

    assert len(processor.charged) == 1
    assert [rows("visit"), rows("ledger_entry"), rows("transfer")] == [1, 1, 1]


@pytest.mark.parametrize("again", ["succeeded", "declined"])
def test_an_outcome_counts_once_and_a_later_one_changes_nothing(world: World, rows: Count, again: Outcome) -> None:
    payment = begin(world)
    outcomes: tuple[Outcome, ...] = ("succeeded", again)
    for outcome in outcomes:
        result = ChargeResult(outcome, "ref")
        world.db.write_now(lambda tx, result=result: settling.settle(tx, world.visitor, payment, result))  # type: ignore[misc]

    assert status(world, payment) == "succeeded"
    assert [rows("visit"), rows("ledger_entry"), rows("transfer"), rows("outbox")] == [1, 1, 1, 1]


def test_money_comes_back_once_and_is_noted_once(world: World, db: Database) -> None:
    payment = begin(world)
    world.db.write_now(lambda tx: settling.settle(tx, world.visitor, payment, ChargeResult("succeeded", "ref")))
    fees, booking_id = Fees(570, 0, "USD"), db.read_now(lambda tx: tx.session.get_one(Payment, payment).booking_id)

    (first,) = db.write_now(lambda tx: returns.give_back(tx, booking_id, fees, "Cancelled.", "cancelled"))
    second = db.write_now(lambda tx: returns.give_back(tx, booking_id, fees, "Cancelled.", "cancelled"))
    for _ in range(2):
        db.write_now(lambda tx: returning.came_back(tx, SERVER, first.entry_id))

    assert second == ()
    assert count(db, "ledger_entry", "kind = 'refund'") == 1
    assert count(db, "audit_entry", "action = 'money came back'") == 1


async def test_a_payment_that_was_just_begun_is_left_to_its_request(
    world: World, context: Context, processor: Remembering
) -> None:
    begin(world)

    assert await reconciler.one_round(context) == 0
    assert processor.asked == []


async def test_an_outcome_that_stays_unknown_is_asked_about_again_and_again(
    world: World, context: Context, processor: Remembering, clock: SteppedClock
) -> None:
    payment = begin(world)
    processor.loses_answers = True
    await paying.charge(context, world.visitor, payment)
    processor.knows = False
    for _ in range(5):
        clock.step(A_WHILE)
        await reconciler.one_round(context)
    assert status(world, payment) == "checking"

    processor.knows = True
    await reconciler.one_round(context)

    assert status(world, payment) == "succeeded"
    assert len(processor.asked) == 6


async def test_old_payments_are_asked_about_less_often(
    world: World, context: Context, processor: Remembering, clock: SteppedClock
) -> None:
    payment = begin(world)
    processor.loses_answers, processor.knows = True, False
    await paying.charge(context, world.visitor, payment)
    clock.step(timedelta(minutes=2))

    assert await reconciler.one_round(context, with_old=False) == 0
    assert await reconciler.one_round(context, with_old=True) == 1


async def test_a_charge_that_never_arrived_is_given_up_once_its_place_is_not_kept_any_more(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, rows: Count
) -> None:
    payment = begin(world)
    clock.step(TOO_LONG)

    await reconciler.one_round(context)

    assert status(world, payment) == "declined"
    assert (processor.charged, rows("visit")) == ({}, 0)
    somebody_else_holds_it(world)


async def test_one_payment_that_cannot_be_settled_does_not_keep_others_from_it(
    world: World, context: Context, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    broken = begin(world)
    fine = begin(build(world.db, capacity=1))
    world.db.write_now(
        lambda tx: tx.session.execute(text("UPDATE payment SET asked = '{}' WHERE id = :id"), {"id": broken})
    )
    clock.step(A_WHILE)

    await reconciler.one_round(context)

    assert (status(world, broken), status(world, fine)) == ("checking", "succeeded")
    assert broken in caplog.text


async def test_a_server_that_nobody_listens_to_leaves_the_payment_open(
    world: World, context: Context, processor: Remembering
) -> None:
    payment = begin(world)
    processor.hears_nothing = True

    await paying.charge(context, world.visitor, payment)

    assert status(world, payment) == "checking"


async def test_the_place_is_kept_while_it_is_checked_and_free_afterwards(world: World, clock: SteppedClock) -> None:
    begin(world)
    clock.step(TOO_LONG - timedelta(microseconds=1))
    with pytest.raises(Exception, match="no_capacity"):
        somebody_else_holds_it(world)

    clock.step(timedelta(microseconds=1))

    somebody_else_holds_it(world)


async def test_a_success_after_that_confirms_if_the_place_is_still_free(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, rows: Count
) -> None:
    payment = begin(world)
    processor.loses_answers = True
    await paying.charge(context, world.visitor, payment)
    clock.step(TOO_LONG)

    await reconciler.one_round(context)

    assert (status(world, payment), rows("visit")) == ("succeeded", 1)
    assert count(world.db, "place_taken", "held_until IS NULL") == 6


async def test_a_success_for_a_lost_place_comes_back_by_itself_and_both_lines_show(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, rows: Count
) -> None:
    payment = begin(world)
    processor.loses_answers = True
    await paying.charge(context, world.visitor, payment)
    clock.step(TOO_LONG)
    somebody_else_holds_it(world)

    await reconciler.one_round(context)

    assert status(world, payment) == "returned"
    assert (list(processor.charged.values()), list(processor.refunded.values())) == ([570], [570])
    assert [rows("visit"), rows("ledger_entry"), rows("transfer")] == [0, 2, 2]
    assert count(world.db, "hold") == 1
    view = world.db.read_now(lambda tx: service.of_payment(tx, world.visitor, payment))
    assert view.payment is not None
    assert view.payment.status == "returned"
    assert (
        view.payment.sentence
        == "The time was gone when the payment came through. What you paid came back to Visa 4242."
    )


@pytest.mark.parametrize("answer", ["unknown", "declined"])
async def test_money_on_its_way_back_is_sent_again_until_it_is_through(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, answer: str
) -> None:
    payment = begin(world)
    processor.loses_answers = True
    await paying.charge(context, world.visitor, payment)
    clock.step(TOO_LONG)
    somebody_else_holds_it(world)
    processor.refund_answers = [answer]
    await reconciler.one_round(context)
    assert status(world, payment) == "returning"

    await reconciler.one_round(context)
    await reconciler.one_round(context)

    assert status(world, payment) == "returned"
    assert list(processor.refunded.values()) == [570]


async def test_a_refund_that_is_refused_waits_for_a_person_and_says_so_once(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    payment = begin(world)
    processor.loses_answers = True
    await paying.charge(context, world.visitor, payment)
    clock.step(TOO_LONG)
    somebody_else_holds_it(world)
    processor.refund_answers = ["declined"] * 3
    for _ in range(3):
        await reconciler.one_round(context)

    assert count(world.db, "audit_entry", "action = 'refund refused'") == 1
    assert caplog.text.count("a person has to see to it") == 1
    assert count(world.db, "payment", "status = 'returning' AND problem_code = 'refund_refused'") == 1
    view = world.db.read_now(lambda tx: service.of_payment(tx, world.visitor, payment))
    assert view.payment is not None
    assert "could not be sent back to Visa 4242 yet" in (view.payment.sentence or "")

    await reconciler.one_round(context)

    assert count(world.db, "payment", "status = 'returned' AND problem_code IS NULL") == 1


async def test_stuck_payments_do_not_keep_a_later_one_from_being_asked_about(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "AT_ONCE", 2)
    payments = [begin(build(world.db, capacity=1)) for _ in range(5)]
    processor.knows = False
    clock.step(A_WHILE)
    place = reconciler.Place()

    rounds = [await reconciler.one_round(context, place=place) for _ in range(4)]

    assert rounds == [2, 2, 1, 2]
    assert {key.split(":")[1] for key in processor.asked[:5]} == set(payments)
    assert set(processor.asked[5:]) == set(processor.asked[:2])


async def test_after_a_decline_that_comes_late_the_time_is_free(
    world: World, context: Context, processor: Remembering, clock: SteppedClock
) -> None:
    payment = begin(world)
    processor.outcome, processor.loses_answers = ChargeResult("declined", problem_code="card_declined"), True
    await paying.charge(context, world.visitor, payment)
    clock.step(timedelta(minutes=11))

    await reconciler.one_round(context)

    assert status(world, payment) == "declined"
    somebody_else_holds_it(world)


async def test_who_waits_too_long_for_an_outcome_may_hold_another_time(
    world: World, context: Context, processor: Remembering, clock: SteppedClock, rows: Count
) -> None:
    payment = begin(world)
    processor.loses_answers = True
    await paying.charge(context, world.visitor, payment)
    clock.step(TOO_LONG)
    first = world.db.read_now(lambda tx: tx.session.get_one(Payment, payment).booking_id)

    again = world.hold()
    await reconciler.one_round(context)

    assert again.id != first
    assert (status(world, payment), rows("visit"), rows("hold")) == ("returned", 0, 1)


async def test_confirming_on_both_engines_leaves_the_same_rows(
    either_db: Database, context: Context, processor: Remembering
) -> None:
    world = build(either_db, capacity=1)
    here = replace(context, db=either_db)
    payment = begin(world)

    await paying.charge(here, world.visitor, payment)

    assert status(world, payment) == "succeeded"
    tables = ("visit", "hold", "ledger_entry", "transfer", "place_taken", "individual_taken", "account_taken")
    assert [count(either_db, table) for table in tables] == [1, 0, 1, 1, 6, 6, 6]


async def test_a_lost_place_is_given_back_on_both_engines(
    either_db: Database, context: Context, processor: Remembering, clock: SteppedClock
) -> None:
    world = build(either_db, capacity=1)
    here = replace(context, db=either_db)
    payment = begin(world)
    processor.loses_answers = True
    await paying.charge(here, world.visitor, payment)
    clock.step(TOO_LONG)
    somebody_else_holds_it(world)

    await reconciler.one_round(here)

    assert (status(world, payment), count(either_db, "ledger_entry"), count(either_db, "hold")) == ("returned", 2, 1)
