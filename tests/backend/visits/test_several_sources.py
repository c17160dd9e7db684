"""One visit, several sources: who pays first, what is put aside meanwhile, and what comes back to where."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from backend.clock import SteppedClock
from backend.db import Database
from backend.errors import Problem
from backend.money import returns
from backend.money.ledger import Fees
from backend.money.processors.base import ChargeResult, Method
from backend.money.sources import Chosen
from backend.security import SERVER, Actor
from backend.visits import booking, cancelling, service, settling
from backend.visits.booking import Begun
from tests import factories
from tests.backend.visits.counting import count
from tests.backend.visits.purse import entered, fill, promo, spendable
from tests.backend.visits.world import APPROVED, HALF_HOUR, TUESDAY_NINE, World, arrive, build

PAID = ChargeResult("succeeded", "ref")
EVERYTHING: tuple[Chosen, ...] = ("free", "promo", "credit", "balance")


def begin(
    world: World,
    sources: tuple[Chosen, ...] = (),
    *,
    actor: Actor | None = None,
    code: str | None = None,
    method: Method | None = APPROVED,
    said: int | None = None,
    number: int = 0,
) -> Begun:
    """Hold the ``number``-th half hour and do everything before the card is charged."""
    who = actor or world.visitor
    hold = world.hold(TUESDAY_NINE + number * HALF_HOUR, actor=who, individual_id=world.another_individual())
    asked = world.confirming(hold.id, method=method)
    asked = replace(asked, sources=sources, promo_code=code, expected_card_minor=said)
    return world.db.write_now(lambda tx: booking.begin(tx, who, asked))


def paid(world: World, begun: Begun) -> str:
    """Let the card's part go through; return the visit."""
    payment = begun.payment_id
    if payment is not None:
        world.db.write_now(lambda tx: settling.settle(tx, world.visitor, payment, PAID))
    assert count(world.db, "visit", f"id = '{begun.booking_id}'") == 1
    return begun.booking_id


def test_code_credit_and_balance_pay_before_the_card_and_everything_comes_back_to_each(either_db: Database) -> None:
    world = build(either_db)
    promo(world, most=200)
    fill(world, world.visitor.account, balance=120, credit=100)

    begun = begin(world, EVERYTHING, code=" welcome ", said=150)
    assert spendable(world, world.visitor.account) == (0, 0)
    visit = paid(world, begun)

    assert entered(world, visit) == [
        ("charge", "balance", 120),
        ("charge", "card", 150),
        ("charge", "credit", 100),
        ("charge", "promo", 200),
    ]
    view = either_db.read_now(lambda tx: service.one(tx, world.visitor, visit))
    assert view.paid_with == "Promotional code WELCOME, Account credit, Prepaid balance and Visa 4242"
    shown = either_db.read_now(lambda tx: cancelling.preview(tx, world.visitor, visit))
    assert [(share.label, share.fees.total_minor) for share in shown.places] == [
        ("Visa 4242", 150),
        ("Prepaid balance", 120),
        ("Account credit", 100),
        ("Promotional code WELCOME", 200),
    ]

    done = either_db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit, 570, None))

    by_now = entered(world, visit)
    assert by_now[4:] == [("refund", source, amount) for _, source, amount in by_now[:4]]
    assert spendable(world, world.visitor.account) == (120, 100)
    assert count(either_db, "payment_return", "amount_minor = 150 AND status = 'returning'") == 1
    assert done.payment_id == begun.payment_id


def test_without_a_part_for_the_card_the_visit_stands_at_once_and_no_card_is_asked(either_db: Database) -> None:
    world = build(either_db)
    fill(world, world.visitor.account, balance=1000)

    begun = begin(world, ("balance",), method=None)

    assert begun.payment_id is None
    assert entered(world, paid(world, begun)) == [("charge", "balance", 570)]
    assert spendable(world, world.visitor.account) == (430, 0)


def test_nothing_is_taken_from_what_was_not_chosen_and_a_card_is_due_for_the_rest(world: World) -> None:
    fill(world, world.visitor.account, balance=1000, credit=100)

    with pytest.raises(Problem, match="payment_required"):
        begin(world, ("credit",), method=None)

    assert spendable(world, world.visitor.account) == (1000, 100)


def test_the_card_is_charged_what_was_said_or_not_at_all(world: World) -> None:
    fill(world, world.visitor.account, balance=100)

    with pytest.raises(Problem, match="price_changed"):
        begin(world, ("balance",), said=370)


def test_after_a_decline_what_was_put_aside_can_be_spent_again(world: World) -> None:
    fill(world, world.visitor.account, balance=100)
    begun = begin(world, ("balance",))
    payment = begun.payment_id
    assert payment is not None

    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, ChargeResult("declined")))

    assert spendable(world, world.visitor.account) == (100, 0)
    assert entered(world, begun.booking_id) == []


def test_a_late_success_for_a_lost_place_gives_the_card_its_part_back_and_nothing_else_was_spent(
    world: World, clock: SteppedClock
) -> None:
    fill(world, world.visitor.account, balance=100)
    begun = begin(world, ("balance",))
    payment = begun.payment_id
    assert payment is not None
    clock.set(TUESDAY_NINE)

    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, PAID))

    assert entered(world, begun.booking_id) == [("charge", "card", 470), ("refund", "card", 470)]
    assert spendable(world, world.visitor.account) == (100, 0)


def test_free_visits_are_counted_by_week_with_those_being_paid_for_and_come_back(db: Database) -> None:
    world = build(db, settings={"free_visits_per_week": 1})

    first = begin(world, ("free",), method=None)
    assert entered(world, first.booking_id) == [("charge", "free", 570)]
    with pytest.raises(Problem, match="payment_required"):
        begin(world, ("free",), method=None, number=1)
    next_week = begin(world, ("free",), method=None, number=7 * 48)
    assert next_week.payment_id is None

    db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, first.booking_id, 570, None))

    assert begin(world, ("free",), method=None, number=2).payment_id is None


def test_where_the_facility_pays_nobody_else_does(db: Database) -> None:
    world = build(db, settings={"facility_pays": True})
    fill(world, world.visitor.account, balance=1000)

    begun = begin(world, ("balance",), method=None)

    assert entered(world, begun.booking_id) == [("charge", "facility", 570)]
    assert spendable(world, world.visitor.account) == (1000, 0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("code = 'OTHER'", "This facility has no such code."),
        (
            "facility_id = (SELECT f.id FROM facility f WHERE f.id <> promo_code.facility_id)",
            "This facility has no such code.",
        ),
        ("ended_at = made_at", "This code is over."),
        ("last_day = '2026-11-21'", "This code is over."),
        ("first_day = '2026-11-23'", "This code cannot be used yet."),
    ],
)
def test_a_code_that_does_not_hold_is_refused_and_says_why(world: World, change: str, sentence: str) -> None:
    world.db.write_now(factories.facility)
    promo(world)
    world.db.write_now(lambda tx: tx.session.execute(text(f"UPDATE promo_code SET {change}")))

    with pytest.raises(Problem, match="promo_refused") as caught:
        begin(world, ("promo",), code="WELCOME")

    assert caught.value.reasons[0].sentence == sentence


def test_a_code_is_used_as_often_as_it_says_and_by_each_as_often_as_it_says(either_db: Database) -> None:
    world = build(either_db)
    promo(world, uses=2, each=1)
    first = begin(world, code="WELCOME")
    paid(world, first)
    with pytest.raises(Problem, match="promo_refused") as by_you:
        begin(world, code="WELCOME", number=1)
    begin(world, code="WELCOME", actor=world.another_visitor(), number=2)

    with pytest.raises(Problem, match="promo_refused") as used_up:
        begin(world, code="WELCOME", actor=world.another_visitor(), number=3)

    assert by_you.value.reasons[0].sentence == "You have used this code as often as you can."
    assert used_up.value.reasons[0].sentence == "This code has been used as often as it can be."
    either_db.write_now(lambda tx: cancelling.cancel_for_facility(tx, SERVER, first.booking_id, "lockdown"))
    assert begin(world, code="WELCOME", actor=world.another_visitor(), number=3).payment_id is not None


def test_what_comes_back_in_part_goes_to_the_card_first_and_then_the_rest_to_all(db: Database) -> None:
    world = build(db)
    fill(world, world.visitor.account, balance=300)
    begun = begin(world, ("balance",))
    visit, payment = paid(world, begun), begun.payment_id
    assert payment is not None

    first = db.write_now(
        lambda tx: returns.give_back(tx, visit, Fees(300, 0, "USD"), "Ten minutes were not used.", "unused_minutes")
    )
    assert [(share.fee_source, share.fees.total_minor) for share in first] == [("card", 270), ("balance", 30)]
    assert count(db, "payment", "status = 'returning'") == 1

    db.write_now(lambda tx: arrive(tx, payment))
    assert count(db, "payment", "status = 'returned'") == 1
    second = db.write_now(lambda tx: returns.give_back(tx, visit, Fees(570, 0, "USD"), "A fault.", "facility"))

    assert [(share.fee_source, share.fees.total_minor) for share in second] == [("balance", 270)]
    assert spendable(world, world.visitor.account) == (300, 0)


def test_a_card_gets_several_refunds_one_after_the_other(db: Database) -> None:
    world = build(db)
    begun = begin(world)
    visit, payment = paid(world, begun), begun.payment_id
    assert payment is not None

    for amount in (100, 200):
        back = Fees(amount, 0, "USD")
        db.write_now(partial(returns.give_back, booking_id=visit, back=back, sentence="Part.", cause="dispute"))
        db.write_now(lambda tx: arrive(tx, payment))
    assert count(db, "payment", "status = 'succeeded'") == 1

    db.write_now(lambda tx: cancelling.cancel_for_facility(tx, SERVER, visit, "lockdown"))

    assert [back.amount_minor for back in db.read_now(lambda tx: returns.of_payment(tx, payment))] == [270]
    assert count(db, "payment", "status = 'returning'") == 1
    db.write_now(lambda tx: arrive(tx, payment))
    assert count(db, "payment", "status = 'returned'") == 1


def test_a_late_cancellation_brings_the_session_fee_and_its_tax_back_line_by_line(
    db: Database, clock: SteppedClock
) -> None:
    world = build(db, fee=500, transaction_fee=100, settings={"late_refund": "session_fee"})
    db.write_now(lambda tx: tx.session.execute(text("UPDATE price SET tax_basis_points = 1000")))
    fill(world, world.visitor.account, balance=300)
    hold = world.hold()
    asked = replace(world.confirming(hold.id, expected_total=660), sources=("balance",))
    begun = db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))
    visit = paid(world, begun)
    clock.set(TUESDAY_NINE - timedelta(hours=1))

    view = db.read_now(lambda tx: cancelling.preview(tx, world.visitor, visit))

    assert (view.back, view.keeps_minor) == (Fees(500, 0, "USD", 50), 110)
    assert [(share.fee_source, share.fees) for share in view.places] == [
        ("card", Fees(200, 0, "USD", 50)),
        ("balance", Fees(300, 0, "USD")),
    ]

    some = Fees(150, 40, "USD", 15)
    db.write_now(lambda tx: returns.give_back(tx, visit, some, "It was too loud.", "dispute"))
    after = db.read_now(lambda tx: cancelling.preview(tx, world.visitor, visit))

    assert (after.back, after.keeps_minor) == (Fees(350, 0, "USD", 45), 60)


def test_of_two_who_use_the_last_of_a_code_at_once_one_does(either_db: Database) -> None:
    world = build(either_db)
    promo(world, most=570, uses=1)
    people = [world.another_visitor(), world.another_visitor()]
    asked = []
    for number, actor in enumerate(people):
        hold = world.hold(TUESDAY_NINE + number * HALF_HOUR, actor=actor, individual_id=world.another_individual())
        asked.append(replace(world.confirming(hold.id, method=None), promo_code="WELCOME"))
    outcomes: list[str] = []

    def run(actor: Actor, confirming: booking.Confirming) -> None:
        try:
            either_db.write_now(lambda tx: booking.begin(tx, actor, confirming))
            outcomes.append("stands")
        except Problem as problem:
            outcomes.append(problem.code)

    threads = [threading.Thread(target=run, args=both) for both in zip(people, asked, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["promo_refused", "stands"]
    assert count(either_db, "ledger_entry", "fee_source = 'promo'") == 1
