"""Stripe: cards that it keeps for an account, and its hosted page for any other card.

A card's number is typed on Stripe's page, on the payer's own phone, and nowhere else. Stripe is told our ids of account
and payment, and nobody's name.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from backend.clock import Clock
from backend.money.processors import stripe_events, stripe_records, stripe_refunds
from backend.money.processors.base import PAGE, ChargeResult, Event, Method, Order, Page, Payer, Record
from backend.money.processors.stripe_intents import (
    WITH_CARD,
    about,
    again_at,
    around,
    card,
    find,
    give_up,
    made_at,
    said_no,
    succeeded,
)
from backend.money.processors.stripe_problems import PAGE_ENDED, REFUSED
from backend.money.processors.stripe_wire import MOST_LISTED, Refusal, StripeWire, ask, with_key
from backend.secret import Secret

if TYPE_CHECKING:
    from stripe import PaymentIntent
    from stripe.checkout import Session

log = logging.getLogger(__name__)

PAGE_LIVES: Final = timedelta(minutes=50)
"""From when a payment was made until its page ends by itself. Stripe takes no less than 30 minutes from when the page
is opened, and it may be opened again, by the same words under the same key, for as long as the payment keeps its place
(15 minutes); the rest is for clocks that differ. We end it with the hold, long before."""
PAGE_LABEL: Final = "Pay on your phone"
TEST_SENTENCE: Final = "This server is in Stripe's test mode: no money moves."
ON_THE_BILL: Final = "Visit Desk"
UNSEEN: Final = ChargeResult("never_seen")
UNKNOWN: Final = ChargeResult("unknown")
ENDED: Final = ChargeResult("declined", problem_code=PAGE_ENDED)


class StripeProcessor:
    """Saved cards and the hosted page."""

    name = "stripe"

    def __init__(self, wire: StripeWire, clock: Clock, *, webhook_secret: Secret, public_url: str) -> None:
        """Speak over ``wire``, by ``clock``, the server's.

        ``public_url``: where Stripe sends whoever has paid on its page; without it no page is offered. Without
        ``webhook_secret`` no webhook is believed.
        """
        self._wire = wire
        self._clock = clock
        self._webhook_secret = webhook_secret
        self._public_url = public_url

    async def methods(self, payer: Payer) -> tuple[Method, ...]:
        """Return the cards that Stripe keeps for the payer, and the page; nothing while Stripe does not answer."""
        sentence = None if self._wire.is_live else TEST_SENTENCE
        page = Method(PAGE, PAGE_LABEL, brand="", last4="", test=not self._wire.is_live, sentence=sentence)
        pages = (page,) if self._public_url else ()
        if payer.customer is None:
            return pages
        kept = await ask(
            self._wire.client().v1.payment_methods.list_async(
                {"customer": payer.customer, "type": "card", "limit": MOST_LISTED}
            )
        )
        if isinstance(kept, Refusal):
            return pages if kept.sure else ()
        cards = [
            replace(card(one.id, one.card.brand, one.card.last4, test=not one.livemode), sentence=sentence)
            for one in kept.data
            if one.card is not None and self._is_good(one.card.exp_year, one.card.exp_month)
        ]
        return (*cards, *pages)

    def _is_good(self, year: int, month: int) -> bool:
        """Say whether a card is not over: it holds to the end of its month."""
        now = self._clock.now()
        return (year, month) >= (now.year, now.month)

    async def charge(self, order: Order) -> ChargeResult:
        """Charge a card that Stripe keeps, or open a page."""
        if order.method_token == PAGE:
            return await self._open_page(order)
        if order.payer.customer is None:
            return ChargeResult("declined", problem_code="unknown_method")
        intent = await ask(
            self._wire.client().v1.payment_intents.create_async(
                {
                    "amount": order.amount_minor,
                    "currency": order.currency.lower(),
                    "customer": order.payer.customer,
                    "payment_method": order.method_token,
                    "allowed_payment_method_types": ["card"],
                    "confirm": True,
                    "off_session": False,
                    "description": ON_THE_BILL,
                    "metadata": about(order),
                    "expand": WITH_CARD,
                },
                with_key(order.key),
            )
        )
        if isinstance(intent, Refusal):
            return ChargeResult("declined", problem_code=intent.problem_code) if intent.sure else UNKNOWN
        return await self._of_card(order, intent)

    async def look_up(self, order: Order) -> ChargeResult:
        """Ask what became of an order: of its page, or of the payment among those of the payer."""
        if order.method_token == PAGE:
            session = await self._session(order)
            if isinstance(session, Refusal):
                return UNKNOWN
            return UNSEEN if session is None else _of_page(session)
        if order.payer.customer is None:
            return UNSEEN  # Stripe keeps no card for nobody: without a customer nothing was ever sent
        intent = await find(self._wire, order)
        if isinstance(intent, Refusal):
            return UNKNOWN
        return UNSEEN if intent is None else await self._of_card(order, intent)

    async def end(self, order: Order) -> ChargeResult:
        """Expire the page of an order."""
        if order.method_token != PAGE:
            return await self.look_up(order)
        session = await self._session(order)
        if isinstance(session, Refusal):
            return UNKNOWN
        if session is None:
            return ENDED
        if session.status != "open":
            return _of_page(session)
        sessions = self._wire.client().v1.checkout.sessions
        key = with_key(again_at(f"end:{order.key}", self._clock.now()))
        ended = await ask(sessions.expire_async(session.id, {"expand": _WITH_INTENT}, key))
        if isinstance(ended, Refusal):
            # somebody pays in this very moment, or it ended by itself
            ended = await ask(sessions.retrieve_async(session.id, {"expand": _WITH_INTENT}))
        return UNKNOWN if isinstance(ended, Refusal) else _of_page(ended)

    async def refund(self, key: str, charge_reference: str, amount_minor: int, currency: str) -> ChargeResult:
        """Give back ``amount_minor`` of a payment."""
        return await stripe_refunds.refund(self._wire, key, charge_reference, amount_minor)

    def records(self, since: datetime, until: datetime) -> AsyncIterator[Record]:
        """Return what Stripe's books say. Raises :class:`backend.money.processors.base.NoAnswerError`."""
        return stripe_records.records(self._wire, since, until)

    def event(self, body: bytes, signature: str) -> Event:
        """Read a webhook. Raises :class:`backend.money.processors.base.BadEventError`."""
        return stripe_events.event(body, signature, self._webhook_secret, self._clock.now())

    async def close(self) -> None:
        """Close the connections of the running event loop: for commands, whose loop ends with them."""
        await self._wire.close()

    async def _of_card(self, order: Order, intent: PaymentIntent) -> ChargeResult:
        """Return what became of a card's payment; one that waits for its payer's bank is ended, for nobody is there."""
        if intent.status == "succeeded":
            return succeeded(intent)
        if intent.status == "processing":
            return UNKNOWN
        return said_no(intent) or await give_up(self._wire, order, intent, self._clock.now())

    async def _open_page(self, order: Order) -> ChargeResult:
        customer = order.payer.customer or await self._new_customer(order.payer)
        if isinstance(customer, Refusal):
            return _not_opened(customer)
        new = customer if order.payer.customer is None else None
        # without an address for who gives up, Stripe's page has no way back to ours, which would only lead on to it
        back = f"{self._public_url}/p/{order.page_code}?paid=1"
        session = await ask(
            self._wire.client().v1.checkout.sessions.create_async(
                {
                    "mode": "payment",
                    "customer": customer,
                    "client_reference_id": order.payment_id,
                    "allowed_payment_method_types": ["card"],
                    "adaptive_pricing": {"enabled": False},
                    "saved_payment_method_options": {"payment_method_save": "enabled"},
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": order.currency.lower(),
                                "unit_amount": order.amount_minor,
                                "product_data": {"name": ON_THE_BILL},
                            },
                        }
                    ],
                    "metadata": about(order),
                    "payment_intent_data": {"metadata": about(order), "description": ON_THE_BILL},
                    "expires_at": int((made_at(order) + PAGE_LIVES).timestamp()),
                    "success_url": back,
                },
                with_key(order.key),
            )
        )
        if isinstance(session, Refusal):
            return _not_opened(session, new)
        return ChargeResult("unknown", page=Page(session.id, session.url), customer=new)

    async def _new_customer(self, payer: Payer) -> str | Refusal:
        """Return the name that Stripe gives an account, the same one however often it is asked for within a day."""
        made = await ask(
            self._wire.client().v1.customers.create_async(
                {"metadata": {"account_id": payer.account_id}}, with_key(f"customer:{payer.account_id}")
            )
        )
        return made if isinstance(made, Refusal) else made.id

    async def _session(self, order: Order) -> Session | Refusal | None:
        """Return the page of an order as it is now, None if it is sure that none was opened."""
        sessions = self._wire.client().v1.checkout.sessions
        if order.page_reference is not None:
            return await ask(sessions.retrieve_async(order.page_reference, {"expand": _WITH_INTENT}))
        first, end = around(order)
        listed = await ask(
            sessions.list_async(
                {"customer": order.payer.customer, "limit": MOST_LISTED}
                if order.payer.customer is not None
                else {"created": {"gte": first, "lt": end}, "limit": MOST_LISTED}
            )
        )
        while not isinstance(listed, Refusal):
            for one in listed.data:
                if one.client_reference_id == order.payment_id:
                    return await ask(sessions.retrieve_async(one.id, {"expand": _WITH_INTENT}))
            if not listed.has_more:
                return None
            listed = await ask(listed.next_page_async())
        return listed


_WITH_INTENT: Final = ["payment_intent.latest_charge"]


def _of_page(session: Session) -> ChargeResult:
    """Return what became of a page. One that is complete, and not paid yet, waits for a bank."""
    intent = session.payment_intent
    if intent is not None and not isinstance(intent, str) and intent.status == "succeeded":
        return succeeded(intent)
    if session.status == "open":
        return ChargeResult("unknown", page=Page(session.id, session.url))
    return ENDED if session.status == "expired" else UNKNOWN


def _not_opened(refusal: Refusal, customer: str | None = None) -> ChargeResult:
    """Return what it means that a page could not be opened."""
    if not refusal.sure:
        return ChargeResult("unknown", customer=customer)
    problem = refusal.problem_code if refusal.problem_code == "amount_too_small" else REFUSED
    return ChargeResult("declined", problem_code=problem, customer=customer)
