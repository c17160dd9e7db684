"""Payment intents: Stripe's name for one attempt to be paid, on a saved card, on its page or at a reader."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ulid import ULID

from backend.money.processors.base import READER, ChargeResult, Method, Order
from backend.money.processors.stripe_problems import NEEDS_PAGE, NOT_CHARGED, PAGE_ENDED, problem_of
from backend.money.processors.stripe_wire import MOST_LISTED, Refusal, StripeWire, ask, kept, with_key

if TYPE_CHECKING:
    from stripe import Charge, PaymentIntent

MINUTE: Final = 60
WITH_CARD: Final = ["latest_charge"]
"""What an intent is asked for together with: the charge that says which card paid."""
BRANDS: Final = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
UNATTENDED: Final = "abandoned"
"""Stripe's word for why an intent was cancelled, when its payer was to speak with the bank and could not."""
AROUND: Final = timedelta(days=1)
"""How far Stripe's clock and ours are trusted to be apart, at the most."""


def about(order: Order) -> dict[str, str]:
    """Return what Stripe keeps beside a payment: our names of it, and nobody's name."""
    return {"payment_id": order.payment_id, "key": order.key}


def made_at(order: Order) -> datetime:
    """Return when a payment was made, in UTC: its id says so."""
    made: datetime = ULID.from_str(order.payment_id).datetime
    return made


def again_at(key: str, now: datetime) -> str:
    """Return the key of a step that may be repeated without harm.

    It is another one each minute: what Stripe answered under a key it answers for a day, its own errors included.
    """
    return f"{key}:{int(now.timestamp()) // MINUTE}"


def card(token: str, brand: str | None, last4: str | None, *, test: bool) -> Method:
    """Return a card as a person knows it."""
    name = BRANDS.get(brand or "", (brand or "card").replace("_", " ").capitalize())
    digits = last4 or ""
    return Method(token=token, label=f"{name} {digits}".rstrip(), brand=name, last4=digits, test=test)


def succeeded(intent: PaymentIntent) -> ChargeResult:
    """Return the success of an intent, with the card that paid where Stripe says which."""
    charge = intent.latest_charge
    paid_with = None if charge is None or isinstance(charge, str) else _card_of(charge)
    return ChargeResult("succeeded", reference=intent.id, paid_with=paid_with)


def _card_of(charge: Charge) -> Method | None:
    details = charge.payment_method_details
    if details is None:
        return None
    token = charge.payment_method or ""
    if details.type == "card" and details.card is not None:
        return card(token, details.card.brand, details.card.last4, test=not charge.livemode)
    if details.type == "card_present" and details.card_present is not None:
        return card(token, details.card_present.brand, details.card_present.last4, test=not charge.livemode)
    return None


def said_no(intent: PaymentIntent) -> ChargeResult | None:
    """Return why the last attempt on an intent was declined, None if there was none, or it is not over."""
    error = intent.last_payment_error
    if intent.status != "requires_payment_method" or error is None:
        return None
    problem = problem_of(kept(error, "decline_code"), kept(error, "code"))
    return ChargeResult("declined", reference=intent.id, problem_code=problem)


async def find(wire: StripeWire, order: Order) -> PaymentIntent | Refusal | None:
    """Return the intent of an order, None if it is sure that there is none.

    Lists, unlike Stripe's search, hold what was made a moment ago. Of a payer whom Stripe knows all are looked through;
    of others, those of the days around the payment.
    """
    first, end = around(order)
    listed = await ask(
        wire.client().v1.payment_intents.list_async(
            {"customer": order.payer.customer, "limit": MOST_LISTED, "expand": ["data.latest_charge"]}
            if order.payer.customer is not None
            else {"created": {"gte": first, "lt": end}, "limit": MOST_LISTED, "expand": ["data.latest_charge"]}
        )
    )
    while not isinstance(listed, Refusal):
        for intent in listed.data:
            if kept(intent.metadata, "payment_id") == order.payment_id:
                return intent
        if not listed.has_more:
            return None
        listed = await ask(listed.next_page_async())
    return listed


def around(order: Order) -> tuple[int, int]:
    """Return from when until when Stripe can have heard of an order, in seconds of Unix time, the end excluded."""
    made = made_at(order)
    return int((made - AROUND).timestamp()), int((made + AROUND).timestamp())


async def give_up(wire: StripeWire, order: Order, intent: PaymentIntent, now: datetime) -> ChargeResult:
    """Cancel an intent that nobody will finish, and return what became of it: it may be paid in this very moment."""
    ended = intent if intent.status == "canceled" else await _cancelled(wire, order, intent, now)
    if isinstance(ended, Refusal):
        return ChargeResult("unknown")
    if ended.status == "succeeded":
        return succeeded(ended)
    if ended.status != "canceled":
        return said_no(ended) or ChargeResult("unknown")
    if order.method_token == READER:
        return ChargeResult("declined", problem_code=PAGE_ENDED)
    return ChargeResult("declined", problem_code=NEEDS_PAGE if ended.cancellation_reason == UNATTENDED else NOT_CHARGED)


async def _cancelled(wire: StripeWire, order: Order, intent: PaymentIntent, now: datetime) -> PaymentIntent | Refusal:
    """Cancel an intent, and return it as it is then, whether that was possible or not."""
    client, key = wire.client().v1, with_key(again_at(f"end:{order.key}", now))
    ended = await ask(
        client.payment_intents.cancel_async(intent.id, {"cancellation_reason": UNATTENDED, "expand": WITH_CARD}, key)
        if intent.status == "requires_action"
        else client.payment_intents.cancel_async(intent.id, {"expand": WITH_CARD}, key)
    )
    if isinstance(ended, Refusal) and ended.sure:  # what cannot be cancelled is over already
        return await ask(client.payment_intents.retrieve_async(intent.id, {"expand": WITH_CARD}))
    return ended
