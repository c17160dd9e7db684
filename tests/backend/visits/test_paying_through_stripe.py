"""Visits paid through Stripe, from the hold to the refund, over the real SDK and a stand-in of Stripe."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Tx
from backend.money.models import Payment
from backend.money.processors.base import PAGE, READER, Method, Payer
from backend.money.processors.reader import ReaderProcessor
from backend.money.processors.registry import Processors
from backend.money.processors.stripe import StripeProcessor
from backend.money.processors.stripe_wire import StripeWire
from backend.money.source_models import ProcessorCustomer
from backend.secret import Secret
from backend.visits import booking, cancelling, paying, reconciler
from tests.backend.visits.conftest import Count
from tests.backend.visits.world import TUESDAY_NINE, World
from tests.standin.stand_in import API_KEY, WEBHOOK_SECRET, StandIn, standing_in

A_WHILE = timedelta(seconds=2)
HELD_FOR = timedelta(minutes=10)


@pytest.fixture
def stand_in(clock: SteppedClock) -> Iterator[StandIn]:
    with standing_in(clock) as one:
        yield one


@pytest_asyncio.fixture
async def wire(stand_in: StandIn) -> AsyncIterator[StripeWire]:
    wire = StripeWire(Secret(API_KEY), stand_in.url)
    yield wire
    await wire.close()


@pytest.fixture
def context(context: Context, clock: SteppedClock, wire: StripeWire) -> Context:
    stripe = StripeProcessor(wire, clock, webhook_secret=Secret(WEBHOOK_SECRET), public_url="https://visit.example.org")
    return replace(context, processors=Processors(stripe, ReaderProcessor(wire, clock)))


async def begin(
    world: World, context: Context, method: Method, reader: str | None = None, *, hours: int = 0
) -> Payment:
    """Confirm what is held, to be paid with ``method``, and send the charge; return the payment as it is then."""
    hold = world.hold(TUESDAY_NINE + timedelta(hours=hours))
    processor = context.processors.taking(method.token).name
    asked = replace(world.confirming(hold.id, method=method), reader=reader, processor=processor)
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))
    assert begun.payment_id is not None
    await paying.charge(context, world.visitor, begun.payment_id)
    return row(world, begun.payment_id)


def row(world: World, payment_id: str) -> Payment:
    return world.db.read_now(lambda tx: tx.session.get_one(Payment, payment_id))


def payer(world: World) -> Payer:
    def look(tx: Tx) -> Payer:
        known = tx.session.get(ProcessorCustomer, (world.visitor.account, "stripe"))
        return Payer(world.visitor.account, None if known is None else known.reference)

    return world.db.read_now(look)


async def test_a_card_that_is_kept_on_the_page_pays_the_next_visit_and_gets_its_money_back(
    world: World, context: Context, stand_in: StandIn, clock: SteppedClock, rows: Count
) -> None:
    [page] = await context.processors.methods(payer(world))
    first = await begin(world, context, page)
    assert stand_in.pay(first.page_reference or "", save=True)
    clock.step(A_WHILE)
    await reconciler.one_round(context)
    assert (rows("visit"), row(world, first.id).label) == (1, "Visa 4242")

    card, _ = await context.processors.methods(payer(world))
    second = await begin(world, context, card, hours=1)
    assert (rows("visit"), second.status) == (2, "succeeded")

    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, second.booking_id, 570, None))
    clock.step(A_WHILE)
    await reconciler.one_round(context)
    assert row(world, second.id).status == "returned"
    assert [one.amount for one in stand_in.refunded] == [570]
    assert len(stand_in.charged) == 2


async def test_the_short_address_leads_to_stripes_page_and_whoever_has_paid_there_waits_for_the_news(
    world: World, context: Context, stand_in: StandIn, http: httpx.AsyncClient, clock: SteppedClock
) -> None:
    payment = await begin(world, context, Method(PAGE, "Pay on your phone", "", ""))
    address = f"/p/{payment.page_code}"
    led = await http.get(address)
    assert (led.status_code, led.headers["location"]) == (
        303,
        f"https://checkout.stripe.com/c/pay/{payment.page_reference}",
    )

    stand_in.pay(payment.page_reference or "")
    waits = await http.get(f"{address}?paid=1")
    assert (waits.status_code, "One moment, please" in waits.text, 'http-equiv="refresh"' in waits.text) == (
        200,
        True,
        True,
    )
    clock.step(A_WHILE)
    await reconciler.one_round(context)
    assert "<h1>Paid</h1>" in (await http.get(f"{address}?paid=1")).text


async def test_a_page_ends_with_its_hold_and_nobody_can_pay_on_it_any_more(
    world: World, context: Context, stand_in: StandIn, clock: SteppedClock, rows: Count
) -> None:
    payment = await begin(world, context, Method(PAGE, "Pay on your phone", "", ""))
    clock.step(HELD_FOR)

    await reconciler.one_round(context)

    assert (row(world, payment.id).status, row(world, payment.id).problem_code) == ("declined", "page_ended")
    assert not stand_in.pay(payment.page_reference or "")
    assert (rows("visit"), stand_in.charged) == (0, [])


async def test_a_card_held_against_the_reader_beside_a_kiosk_pays_the_visit(
    world: World, context: Context, stand_in: StandIn, clock: SteppedClock, rows: Count
) -> None:
    reader = stand_in.add_reader()
    payment = await begin(world, context, Method(READER, "Card reader", "", ""), reader)
    assert payment.status == "checking"
    assert stand_in.show_card(reader)
    clock.step(A_WHILE)

    await reconciler.one_round(context)

    paid = row(world, payment.id)
    assert (rows("visit"), paid.status, paid.label) == (1, "succeeded", "Visa 4242")


async def test_whoever_pays_at_the_reader_after_the_server_was_away_pays_once(
    world: World, context: Context, stand_in: StandIn, clock: SteppedClock, rows: Count
) -> None:
    reader = stand_in.add_reader()
    stand_in.faults.plan("lost_answer", method="POST", path="/v1/payment_intents")
    payment = await begin(world, context, Method(READER, "Card reader", "", ""), reader)
    assert payment.page_reference is None
    for _ in range(3):
        clock.step(A_WHILE)
        await reconciler.one_round(context)

    assert stand_in.show_card(reader)
    clock.step(A_WHILE)
    await reconciler.one_round(context)
    assert (rows("visit"), len(stand_in.charged)) == (1, 1)
