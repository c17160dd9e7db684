"""Both processors, as the server has them, over the real SDK and a stand-in of Stripe."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from stripe import StripeClient

from backend.clock import SteppedClock
from backend.money.processors.base import PAGE, READER, Order, Payer
from backend.money.processors.reader import ReaderProcessor
from backend.money.processors.stripe import StripeProcessor
from backend.money.processors.stripe_wire import StripeWire
from backend.secret import Secret
from backend.types import new_id
from tests.standin.stand_in import API_KEY, WEBHOOK_SECRET, StandIn, standing_in

PUBLIC = "https://visit.example.org"


@dataclass(frozen=True, slots=True)
class World:
    """A stand-in, who speaks with it, and the clock of both."""

    clock: SteppedClock
    stand_in: StandIn
    wire: StripeWire
    stripe: StripeProcessor
    reader: ReaderProcessor
    sdk: StripeClient

    def order(self, token: str, *, customer: str | None = None, page_reference: str | None = None) -> Order:
        """Return an order made now, of 5.70."""
        made = new_id(self.clock.now())
        payer = Payer("ana", customer)
        return Order(f"charge:{made}:{token}", made, token, 570, "USD", payer, "ABCDEFGHJK", page_reference)

    def customer(self, *tokens: str) -> tuple[str, ...]:
        """Return a customer's id, and those of cards that it keeps."""
        made = self.sdk.v1.customers.create().id
        return (made, *(self.sdk.v1.payment_methods.attach(one, {"customer": made}).id for one in tokens))

    def at_reader(self, *, page_reference: str | None = None, reader: str | None = None) -> Order:
        """Return an order that a reader is to ask for."""
        made = new_id(self.clock.now())
        payer = Payer("ana", None, reader or self.stand_in.add_reader())
        return Order(f"charge:{made}:{READER}", made, READER, 570, "USD", payer, "ABCDEFGHJK", page_reference)

    def on_a_page(self) -> Order:
        """Return an order that is to be paid on a page."""
        return self.order(PAGE)


@pytest.fixture
def stand_in(clock: SteppedClock) -> Iterator[StandIn]:
    with standing_in(clock) as one:
        yield one


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(datetime(2026, 11, 22, 18, 0, tzinfo=UTC))


@pytest.fixture
async def world(clock: SteppedClock, stand_in: StandIn) -> AsyncIterator[World]:
    wire = StripeWire(Secret(API_KEY), stand_in.url)
    sdk = StripeClient(API_KEY, base_addresses={"api": stand_in.url}, max_network_retries=0)
    stripe = StripeProcessor(wire, clock, webhook_secret=Secret(WEBHOOK_SECRET), public_url=PUBLIC)
    yield World(clock, stand_in, wire, stripe, ReaderProcessor(wire, clock), sdk)
    await wire.close()
