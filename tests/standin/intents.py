"""Payment intents: made, confirmed, captured, cancelled."""

from __future__ import annotations

from typing import Final

from tests.standin.books import Books
from tests.standin.charging import NeedsProofError, check_amount, check_customer, method_of, take
from tests.standin.form import Asked
from tests.standin.problems import Refusal
from tests.standin.things import Charge, Intent

CAN_BE_CONFIRMED: Final = ("requires_payment_method", "requires_confirmation", "requires_action")
CAN_BE_CANCELLED: Final = (*CAN_BE_CONFIRMED, "requires_capture")


def create(books: Books, asked: Asked) -> Intent:
    """Make an intent, and confirm it if that is asked for."""
    amount, currency, customer = asked.whole("amount") or 0, asked.needed("currency").lower(), asked.text("customer")
    check_amount(amount, currency)
    check_customer(books, customer)
    automatic = asked.inner("automatic_payment_methods")
    intent = Intent(
        books.new_id(Intent), books.now, amount, currency, asked.metadata(), customer,
        method_types=asked.texts("allowed_payment_method_types") or ["card"],
        may_redirect=not asked.has(("allowed_payment_method_types",)) and automatic.text("allow_redirects") != "never",
        captured_later=asked.text("capture_method") == "manual",
        setup_future_usage=asked.text("setup_future_usage"), description=asked.text("description"),
    )  # fmt: skip
    token = asked.text("payment_method")
    method = None if token is None else method_of(books, token, customer)
    _check_confirming(intent, asked)
    if method is not None:
        intent.method, intent.status = method.id, "requires_confirmation"
    books.keep(intent)
    books.tell("payment_intent.created", intent)
    return _confirmed(books, intent, asked) if asked.flag("confirm") else intent


def confirm(books: Books, asked: Asked, intent_id: str) -> Intent:
    """Confirm an intent, with a method named now or before."""
    intent = books.find(Intent, intent_id, "intent")
    if intent.status not in CAN_BE_CONFIRMED:
        raise _unexpected(intent, "confirm")
    if (token := asked.text("payment_method")) is not None:
        intent.method = method_of(books, token, intent.customer).id
    _check_return(intent, asked)
    return _confirmed(books, intent, asked)


def capture(books: Books, asked: Asked, intent_id: str) -> Intent:
    """Take what was only authorised."""
    intent = books.find(Intent, intent_id, "intent")
    if intent.status != "requires_capture" or intent.latest_charge is None:
        raise _unexpected(intent, "capture")
    books.find(Charge, intent.latest_charge).captured = True
    intent.status = "succeeded"
    books.tell("payment_intent.succeeded", intent)
    return intent


def cancel(books: Books, asked: Asked, intent_id: str) -> Intent:
    """End an intent, so that it cannot be paid any more."""
    intent = books.find(Intent, intent_id, "intent")
    if intent.session is not None:
        raise Refusal(
            "You cannot cancel this PaymentIntent because it was created by a Checkout Session. Expire the Checkout "
            "Session instead.",
            code="payment_intent_unexpected_state",
        )
    if intent.status not in CAN_BE_CANCELLED:
        raise _unexpected(intent, "cancel")
    intent.status, intent.canceled_at = "canceled", books.now
    intent.cancellation_reason = asked.text("cancellation_reason")
    books.tell("payment_intent.canceled", intent)
    return intent


def _check_confirming(intent: Intent, asked: Asked) -> None:
    if asked.flag("confirm"):
        _check_return(intent, asked)
    if asked.flag("off_session") and asked.text("setup_future_usage") is not None:
        raise Refusal("You cannot use `setup_future_usage` with `off_session`.", param="setup_future_usage")


def _check_return(intent: Intent, asked: Asked) -> None:
    if intent.may_redirect and asked.text("return_url") is None:
        raise Refusal(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`.",
            param="return_url",
        )


def _confirmed(books: Books, intent: Intent, asked: Asked) -> Intent:
    if intent.method is None:
        raise Refusal(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    method = method_of(books, intent.method, intent.customer)
    try:
        take(books, intent, method, off_session=asked.flag("off_session"))
    except NeedsProofError:
        if asked.flag("error_on_requires_action"):
            raise Refusal(
                "This payment required an authentication action to complete.",
                status=402,
                kind="card_error",
                code="authentication_required",
            ) from None
    return intent


def _unexpected(intent: Intent, what: str) -> Refusal:
    return Refusal(
        f"You cannot {what} this PaymentIntent because it has a status of {intent.status}.",
        code="payment_intent_unexpected_state",
        more={"payment_intent": intent.json()},
    )
