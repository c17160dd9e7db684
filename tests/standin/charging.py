"""Taking the money of an intent with a card: the same on a page, at a reader and with a card that is kept."""

from __future__ import annotations

from typing import Final

from tests.standin.books import Books
from tests.standin.cards import Card, named
from tests.standin.problems import PAYMENT_FAILED, Refusal
from tests.standin.things import Charge, Customer, Intent, Json, Method

LEAST: Final = {"usd": 50}
"""The least that can be charged, in minor units."""


def check_amount(amount: int, currency: str) -> None:
    """Refuse an amount that Stripe does not charge."""
    if amount < LEAST.get(currency, 1):
        raise Refusal("Amount must be at least $0.50 usd", code="amount_too_small", param="amount")
    if amount > 99_999_999:
        raise Refusal("Amount must be no more than $999,999.99", code="amount_too_large", param="amount")


def method_of(books: Books, token: str, customer: str | None) -> Method:
    """Return the payment method of a token; a test token makes a new one. Refuse what is somebody else's."""
    card = named(token)
    if card is not None:
        return books.keep(Method(books.new_id(Method), books.now, card))
    method = books.find(Method, token, "payment_method", status=400)
    if method.customer is not None and method.customer != customer:
        raise Refusal(
            f"The payment method you provided is attached to a customer so for security purposes you must provide "
            f"the customer in the request: {method.customer}."
            if customer is None
            else f"The customer does not have a payment method with the ID {method.id}. The payment method must be "
            "attached to the customer.",
            param="payment_method",
            code=None if customer is None else "resource_missing",
        )
    if method.customer is None and method.used_without_customer:
        raise Refusal(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared "
            "with a connected account without Customer attachment, or was detached from a Customer. It may not be "
            "used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
        )
    return method


def take(books: Books, intent: Intent, method: Method, *, off_session: bool = False, present: bool = False) -> Charge:
    """Charge a method for an intent. Raises the refusal of a decline (402), or that its bank asks for proof."""
    if method.card.asks_for_proof and not off_session:
        intent.status, intent.method = "requires_action", method.id
        books.tell("payment_intent.requires_action", intent)
        raise NeedsProofError
    card = _refusing_off_session(method.card) if method.card.asks_for_proof else method.card
    charge = books.keep(
        Charge(
            books.new_id(Charge), books.now, intent.id, intent.amount, intent.currency, card, method.id,
            intent.customer, dict(intent.metadata), present, captured=not intent.captured_later,
        )
    )  # fmt: skip
    intent.latest_charge = charge.id
    if charge.paid:
        _taken(books, intent, charge, method)
        return charge
    error = _error(charge)
    intent.status, intent.method, intent.last_error = "requires_payment_method", None, error
    books.tell("charge.failed", charge)
    books.tell("payment_intent.payment_failed", intent)
    raise Refusal(
        card.message, status=PAYMENT_FAILED, kind="card_error", code=card.code,
        more={**error, "payment_intent": intent.json(), "payment_method": method.json()},
    )  # fmt: skip


class NeedsProofError(Exception):
    """The bank of a card wants to see the person before it says yes: the intent waits."""


def _taken(books: Books, intent: Intent, charge: Charge, method: Method) -> None:
    intent.status = "requires_capture" if intent.captured_later else "succeeded"
    intent.method, intent.last_error = method.id, None
    if intent.customer is not None and intent.setup_future_usage is not None:
        method.customer = intent.customer
        books.tell("payment_method.attached", method)
    method.used_without_customer = method.customer is None
    books.tell("charge.succeeded", charge)
    books.tell(
        "payment_intent.amount_capturable_updated" if intent.captured_later else "payment_intent.succeeded", intent
    )


def check_customer(books: Books, customer: str | None) -> None:
    """Refuse a customer that there is not."""
    if customer is not None:
        books.find(Customer, customer, "customer", status=400)


def _refusing_off_session(card: Card) -> Card:
    return Card(
        card.last4,
        card.brand,
        "authentication_required",
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    )


def _error(charge: Charge) -> Json:
    card = charge.card
    said = {
        "type": "card_error",
        "code": card.code,
        "decline_code": card.decline_code,
        "message": card.message,
        "charge": charge.id,
    }
    return {name: value for name, value in said.items() if value is not None}
