"""The whole story of a line: every line of its booking, payments with those that were declined, who, when, receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.disputes.models import Dispute
from backend.errors import Problem
from backend.money import returns, story, transactions
from backend.money.processors.base import ChargeResult
from backend.money.story import Story
from backend.money.transactions import Filter, TransactionView
from backend.security import SERVER
from backend.visits import booking, cancelling, settling
from tests.backend.money.histories import Event, enter, places
from tests.backend.visits.world import APPROVED, DECLINED, World, build


@pytest.fixture
def world(db: Database) -> World:
    return build(db)


def pay(world: World, hold_id: str, *, declined: bool = False) -> None:
    method = DECLINED if declined else APPROVED
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold_id, method=method)))
    assert begun.payment_id is not None
    paid = begun.payment_id
    result = ChargeResult("declined", None, "card_declined") if declined else ChargeResult("succeeded", "ref")
    world.db.write_now(lambda tx: settling.settle(tx, world.visitor, paid, result))


def lines_of(world: World) -> list[TransactionView]:
    found, _ = world.db.read_now(
        lambda tx: transactions.listed(
            tx, world.visitor, Filter(), sort="date_paid", order="asc", cursor=None, limit=50
        )
    )
    return list(found)


def told(world: World, entry_id: str) -> Story:
    return world.db.read_now(lambda tx: story.story(tx, world.visitor, entry_id))


def test_it_tells_attempts_visit_who_did_what_and_what_came_back_when(world: World, clock: SteppedClock) -> None:
    hold = world.hold()
    pay(world, hold.id, declined=True)
    clock.step(timedelta(minutes=1))
    pay(world, hold.id)
    clock.step(timedelta(hours=1))
    world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, SERVER, hold.id, "lockdown"))
    charge, refund = lines_of(world)
    asked = told(world, refund.id)
    clock.step(timedelta(days=1))
    world.db.write_now(lambda tx: returns.arrived(tx, refund.id, "re_1"))

    found = told(world, charge.id)

    assert [(one.status, one.last4, one.sentence) for one in found.payments] == [
        ("declined", "0002", "The card was declined."),
        ("returned", "4242", None),
    ]
    assert [(part.transaction.id, part.by, part.cause, part.arrived) for part in found.parts] == [
        (charge.id, "you", None, "done"),
        (refund.id, "facility", "facility", "returned"),
    ]
    assert (asked.parts[1].arrived, asked.parts[1].arrived_at) == ("returning", None)
    assert found.parts[1].arrived_at == clock.now()
    assert found.parts[0].receipt == charge.id
    assert found.visit is not None
    assert (found.visit.id, found.visit.status) == (hold.id, "cancelled")
    steps = {step.what: (step.by, step.through, step.why) for step in found.steps}
    assert steps["visit confirmed"] == ("you", "terminal", None)
    assert steps["visit cancelled"] == ("server", "server", "lockdown")
    assert found.dispute is None


def test_a_dispute_stands_in_it_with_the_day_of_its_answer(world: World) -> None:
    hold = world.hold()
    pay(world, hold.id)
    (charge,) = lines_of(world)

    def dispute(tx: Tx) -> None:
        tx.session.add(
            Dispute(
                id="D1",
                account_id=world.visitor.account,
                entry_id=charge.id,
                reason="cut_short",
                words="It broke.",
                opened_at=tx.now,
                due_on=date(2026, 12, 7),
                status="open",
            )
        )

    world.db.write_now(dispute)
    found = told(world, charge.id).dispute

    assert found is not None
    assert (found.reason, found.due_on, found.status) == ("cut_short", date(2026, 12, 7), "open")


def test_cash_has_the_number_of_its_paper_receipt(db: Database) -> None:
    actor, facts = enter(db, places(db), [Event("cash", 0, 1, (1999, 0, 0))])

    (part,) = db.read_now(lambda tx: story.story(tx, actor, facts[0].entry_id)).parts

    assert (part.receipt, part.by, part.transaction.details) == ("R-17", "facility", "top_up")
    assert part.transaction.details_sentence == "$20.00 was put on your prepaid balance. Receipt R-17."


def test_nobody_is_told_somebody_elses_story(world: World) -> None:
    hold = world.hold()
    pay(world, hold.id)
    (charge,) = lines_of(world)
    other = replace(world.visitor, account_id=world.another_visitor().account)

    with pytest.raises(Problem, match="not_found"):
        world.db.read_now(lambda tx: story.story(tx, other, charge.id))
