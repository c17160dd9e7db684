"""The same against Stripe itself, in its test mode: whether the stand-in tells the truth.

Needs a key of that mode in ``VISITDESK_STRIPE_TEST_KEY``; in a sandbox of its own, for it leaves payments behind.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import pytest_asyncio
from stripe import StripeClient

from backend.clock import SystemClock
from backend.money.processors.base import PAGE, READER, Order, Payer
from backend.money.processors.reader import ReaderProcessor
from backend.money.processors.stripe import StripeProcessor
from backend.money.processors.stripe_keys import is_live
from backend.money.processors.stripe_wire import StripeWire
from backend.secret import Secret
from backend.types import new_id

KEY = Secret(os.environ.get("VISITDESK_STRIPE_TEST_KEY", ""))
pytestmark = [
    pytest.mark.skipif(not KEY, reason="set VISITDESK_STRIPE_TEST_KEY to try this against Stripe's test mode"),
    pytest.mark.skipif(is_live(KEY), reason="VISITDESK_STRIPE_TEST_KEY is a live key"),
]
CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Real:
    """Stripe's test mode."""

    stripe: StripeProcessor
    reader: ReaderProcessor
    sdk: StripeClient

    def customer(self, *cards: str) -> tuple[str, ...]:
        """Return a new customer, and the cards that it keeps."""
        made = self.sdk.v1.customers.create({"metadata": {"made_by": "tests"}}).id
        return (made, *(self.sdk.v1.payment_methods.attach(card, {"customer": made}).id for card in cards))


def order(token: str, customer: str | None = None, reader: str | None = None) -> Order:
    made = new_id(CLOCK.now())
    return Order(
        f"charge:{made}:{token}", made, token, 570, "USD", Payer(new_id(CLOCK.now()), customer, reader), "ABCDE"
    )


@pytest_asyncio.fixture
async def real() -> AsyncIterator[Real]:
    wire = StripeWire(KEY)
    stripe = StripeProcessor(wire, CLOCK, webhook_secret=Secret(), public_url="https://visit.example.org")
    yield Real(stripe, ReaderProcessor(wire, CLOCK), StripeClient(KEY.reveal()))
    await wire.close()


async def test_a_saved_card_is_charged_once_looked_up_and_given_back_once(real: Real) -> None:
    customer, visa = real.customer("pm_card_visa")
    paying = order(visa, customer)
    assert [one.label for one in await real.stripe.methods(paying.payer)] == ["Visa 4242", "Pay on your phone"]
    assert (await real.stripe.look_up(paying)).outcome == "never_seen"

    charged = [await real.stripe.charge(paying) for _ in range(2)]

    assert charged[0] == charged[1] == await real.stripe.look_up(paying)
    assert (charged[0].outcome, charged[0].paid_with and charged[0].paid_with.last4) == ("succeeded", "4242")
    reference = charged[0].reference or ""
    backs = [await real.stripe.refund(f"refund:{paying.payment_id}", reference, 200, "USD") for _ in range(2)]
    assert backs[0] == backs[1]
    assert backs[0].outcome == "succeeded"
    now = CLOCK.now()
    records = [one async for one in real.stripe.records(now - timedelta(minutes=10), now + timedelta(minutes=1))]
    assert {(one.kind, one.amount_minor) for one in records if one.charge_reference == reference} == {
        ("charge", 570),
        ("refund", 200),
    }


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "card_expired"),
        ("pm_card_authenticationRequired", "needs_page"),
    ],
)
async def test_a_card_that_is_refused_is_declined_for_its_reason(real: Real, card: str, problem: str) -> None:
    [customer] = real.customer()
    paying = order(card, customer)

    for result in (await real.stripe.charge(paying), await real.stripe.look_up(paying)):
        assert (result.outcome, result.problem_code) == ("declined", problem)


async def test_a_page_is_opened_once_found_again_and_ended(real: Real) -> None:
    paying = order(PAGE)
    opened = [await real.stripe.charge(paying) for _ in range(2)]
    assert opened[0] == opened[1]
    page = opened[0].page
    assert page is not None
    assert page.url is not None
    assert page.url.startswith("https://")
    assert (await real.stripe.look_up(paying)).page == page
    known = replace(paying, page_reference=page.reference)

    assert (await real.stripe.end(known)).problem_code == "page_ended"
    assert (await real.stripe.look_up(known)).problem_code == "page_ended"


async def test_a_simulated_reader_asks_is_paid_at_and_is_called_off(real: Real) -> None:
    place = real.sdk.v1.terminal.locations.create(
        {
            "display_name": "Tests",
            "address": {
                "line1": "1 Elm Street",
                "city": "Nashville",
                "state": "TN",
                "postal_code": "37203",
                "country": "US",
            },
        }
    )
    device = real.sdk.v1.terminal.readers.create({"registration_code": "simulated-wpe", "location": place.id})
    first, second = (order(READER, reader=device.id) for _ in range(2))
    asked = await real.reader.charge(first)
    assert asked.page is not None
    assert (await real.reader.look_up(replace(first, page_reference=asked.page.reference))).outcome == "unknown"
    assert await real.reader.present_test_card(device.id)
    assert (await real.reader.look_up(replace(first, page_reference=asked.page.reference))).outcome == "succeeded"

    asked = await real.reader.charge(second)
    assert asked.page is not None
    assert (await real.reader.end(replace(second, page_reference=asked.page.reference))).problem_code == "page_ended"
    real.sdk.v1.terminal.readers.delete(device.id)
    real.sdk.v1.terminal.locations.delete(place.id)
