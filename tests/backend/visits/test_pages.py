"""A person pays on a phone or at a reader: the page ends with the hold, and money that comes late goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from backend.money import top_ups
from backend.money.models import Payment
from backend.money.processors.base import PAGE, READER, ChargeResult, Method, Order, Page
from backend.money.processors.registry import Processors
from backend.money.service import Way
from backend.visits import booking, paying, reconciler, service
from backend.visits.service import ConfirmationView
from tests.backend.visits.conftest import Count
from tests.backend.visits.counting import count
from tests.backend.visits.processors import Remembering
from tests.backend.visits.purse import spendable
from tests.backend.visits.world import World, build

ON_A_PAGE = Method(PAGE, "Pay on your phone", "", "")
AT_A_READER = Method(READER, "Card reader", "", "")
CARD = Method("pm_1", "Visa 1881", "Visa", "1881")
HELD_FOR = timedelta(minutes=10)
A_WHILE = timedelta(seconds=2)
PAID = ChargeResult("succeeded", "ref", paid_with=CARD, customer="cus_1")


class Hosting(Remembering):
    """Opens a page for every charge, on which somebody may pay at any time."""

    paid_late = False
    """Somebody has paid just before the page was ended."""

    async def charge(self, order: Order) -> ChargeResult:
        return ChargeResult("unknown", page=Page(f"page-{order.payment_id}", "https://pay.example.org/1"))

    async def look_up(self, order: Order) -> ChargeResult:
        return PAID if order.key in self.charged else ChargeResult("unknown")

    async def end(self, order: Order) -> ChargeResult:
        self.asked.append(f"end {order.page_reference}")
        if self.paid_late:
            self.charged[order.key] = order.amount_minor
        return PAID if order.key in self.charged else ChargeResult("declined", problem_code="page_ended")

    def pay(self, payment_id: str) -> None:
        """Pay on the page."""
        self.charged[f"charge:{payment_id}:page"] = 570


@pytest.fixture
def processor() -> Hosting:
    return Hosting()


@pytest.fixture
def context(context: Context, processor: Hosting) -> Context:
    return replace(context, processors=Processors(processor))


@pytest.fixture
def world(db: Database) -> World:
    return build(db, capacity=1)


async def begin(world: World, context: Context, method: Method = ON_A_PAGE, reader: str | None = None) -> str:
    """Confirm what is held, to be paid on a page; return the payment."""
    hold = world.hold()
    asked = replace(world.confirming(hold.id, method=method), reader=reader)
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))
    assert begun.payment_id is not None
    await paying.charge(context, world.visitor, begun.payment_id)
    return begun.payment_id


def seen(world: World, payment_id: str) -> ConfirmationView:
    return world.db.read_now(lambda tx: service.of_payment(tx, world.visitor, payment_id))


def row(world: World, payment_id: str) -> Payment:
    return world.db.read_now(lambda tx: tx.session.get_one(Payment, payment_id))


async def test_a_page_has_a_short_code_and_ends_with_the_hold(
    world: World, context: Context, clock: SteppedClock
) -> None:
    payment = await begin(world, context)

    view = seen(world, payment).payment
    assert view is not None
    assert (view.status, view.waits_for, view.sentence) == ("checking", "phone", "Pay $5.70 on your phone.")
    assert view.page is not None
    assert (view.page.remaining_seconds, view.page.ends_at) == (600, clock.now() + HELD_FOR)
    kept = row(world, payment)
    assert (len(view.page.code), kept.page_reference, kept.page_url) == (
        10,
        f"page-{payment}",
        "https://pay.example.org/1",
    )


async def test_who_pays_on_the_page_has_the_visit_and_the_card_is_named(
    world: World, context: Context, processor: Hosting, clock: SteppedClock, rows: Count
) -> None:
    payment = await begin(world, context)
    processor.pay(payment)
    clock.step(A_WHILE)

    await reconciler.one_round(context)

    assert (rows("visit"), row(world, payment).label, row(world, payment).last4) == (1, "Visa 1881", "1881")
    assert count(world.db, "processor_customer", "reference = 'cus_1'") == 1


async def test_at_the_end_of_the_hold_the_reconciler_ends_the_page_and_nothing_was_charged(
    world: World, context: Context, processor: Hosting, clock: SteppedClock
) -> None:
    payment = await begin(world, context)
    clock.step(HELD_FOR - timedelta(microseconds=1))
    await reconciler.one_round(context, with_old=True)
    assert (row(world, payment).status, processor.asked) == ("checking", [])

    clock.step(timedelta(microseconds=1))
    await reconciler.one_round(context, with_old=False)

    assert (row(world, payment).status, row(world, payment).problem_code) == ("declined", "page_ended")
    assert processor.asked == [f"end page-{payment}"]
    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())


async def test_a_success_in_the_last_moment_counts_and_one_after_it_comes_back_by_itself(
    world: World, context: Context, processor: Hosting, clock: SteppedClock, rows: Count
) -> None:
    payment = await begin(world, context)
    clock.step(HELD_FOR)
    await reconciler.one_round(context)
    processor.pay(payment)

    await paying.hear(context, world.visitor, payment)

    assert (rows("visit"), row(world, payment).status) == (0, "returned")
    assert list(processor.refunded.values()) == [570]
    assert [rows("ledger_entry"), count(world.db, "ledger_entry", "cause = 'lost'")] == [2, 1]
    view = seen(world, payment).payment
    assert view is not None
    assert view.sentence == "The payment came through after it had been given up. What you paid came back to Visa 1881."

    again = await begin(world, context)
    processor.paid_late = True
    await paying.end(context, world.visitor, again)

    assert (rows("visit"), row(world, again).status) == (1, "succeeded")


async def test_who_pays_another_way_keeps_the_time_and_the_first_page_is_ended(
    world: World, context: Context, processor: Hosting, rows: Count
) -> None:
    payment = await begin(world, context)

    await paying.end(context, world.visitor, payment)
    second = await begin(world, context)
    processor.pay(second)
    await paying.ask_again(context, world.visitor, second)

    assert (row(world, payment).status, row(world, second).status, rows("visit")) == ("declined", "succeeded", 1)
    assert row(world, payment).page_code != row(world, second).page_code


async def test_both_pages_that_are_paid_charge_once_and_the_other_comes_back(
    world: World, context: Context, processor: Hosting, rows: Count
) -> None:
    payment = await begin(world, context)
    await paying.end(context, world.visitor, payment)
    second = await begin(world, context)
    processor.pay(payment)
    processor.pay(second)

    for one in (payment, second):
        await paying.hear(context, world.visitor, one)

    assert (rows("visit"), row(world, payment).status, row(world, second).status) == (1, "returned", "succeeded")
    assert list(processor.refunded.values()) == [570]


async def test_a_reader_is_asked_by_its_name_and_ends_like_a_page(
    world: World, context: Context, processor: Hosting, clock: SteppedClock
) -> None:
    payment = await begin(world, context, AT_A_READER, "tmr_1")

    view = seen(world, payment).payment
    assert view is not None
    assert (view.waits_for, view.page, row(world, payment).reader) == ("reader", None, "tmr_1")
    clock.step(HELD_FOR)
    await reconciler.one_round(context)
    assert row(world, payment).status == "declined"


async def test_a_top_up_on_a_page_ends_by_itself_and_late_money_goes_back(
    world: World, context: Context, processor: Hosting, clock: SteppedClock
) -> None:
    way = Way("test", ON_A_PAGE, None, clock.now() + top_ups.PAGE_LASTS)
    payment = world.db.write_now(lambda tx: top_ups.begin(tx, world.visitor, 2000, way))
    await paying.charge(context, world.visitor, payment)
    clock.step(top_ups.PAGE_LASTS)
    await reconciler.one_round(context)
    assert row(world, payment).problem_code == "page_ended"
    processor.pay(payment)

    await paying.hear(context, world.visitor, payment)

    assert row(world, payment).status == "returned"
    assert spendable(world, world.visitor.account) == (0, 0)
    assert [count(world.db, "ledger_entry", f"kind = '{kind}'") for kind in ("top_up", "refund")] == [1, 1]
