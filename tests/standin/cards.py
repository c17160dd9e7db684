"""The test cards that Stripe documents: what each of them does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

RefundTemper = Literal["succeeded", "pending", "failed"]


@dataclass(frozen=True, slots=True)
class Card:
    """A test card. ``code`` and ``decline_code`` are None for one that is approved."""

    last4: str
    brand: str = "visa"
    code: str | None = None
    decline_code: str | None = None
    message: str = ""
    asks_for_proof: bool = False
    """Its bank wants to see the person (3-D Secure)."""
    refund: RefundTemper = "succeeded"
    """What becomes of a refund to it: at once, later, or not at all although it seemed so."""


def _declined(last4: str, code: str, decline_code: str | None, message: str) -> Card:
    return Card(last4, code=code, decline_code=decline_code, message=message)


CARDS: Final = {
    "pm_card_visa": Card("4242"),
    "pm_card_visa_debit": Card("5556"),
    "pm_card_mastercard": Card("4444", "mastercard"),
    "pm_card_amex": Card("8431", "amex"),
    "pm_card_chargeDeclined": _declined("0002", "card_declined", "generic_decline", "Your card was declined."),
    "pm_card_chargeDeclinedInsufficientFunds": _declined(
        "9995", "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "pm_card_chargeDeclinedLostCard": _declined("9987", "card_declined", "lost_card", "Your card was declined."),
    "pm_card_chargeDeclinedStolenCard": _declined("9979", "card_declined", "stolen_card", "Your card was declined."),
    "pm_card_chargeDeclinedExpiredCard": _declined("0069", "expired_card", None, "Your card has expired."),
    "pm_card_chargeDeclinedIncorrectCvc": _declined(
        "0127", "incorrect_cvc", None, "Your card's security code is incorrect."
    ),
    "pm_card_chargeDeclinedProcessingError": _declined(
        "0119", "processing_error", None, "An error occurred while processing your card. Try again in a little bit."
    ),
    "pm_card_chargeCustomerFail": _declined("0341", "card_declined", "generic_decline", "Your card was declined."),
    "pm_card_authenticationRequired": Card("3184", asks_for_proof=True),
    "pm_card_pendingRefund": Card("7726", refund="pending"),
    "pm_card_refundFail": Card("5126", refund="failed"),
}
"""By the name of the test payment method. Those that are declined are also called ``pm_card_visa_chargeDeclined…``."""


def named(token: str) -> Card | None:
    """Return the card behind a test payment method, None if there is none of that name."""
    return CARDS.get(token) or CARDS.get(token.replace("pm_card_visa_charge", "pm_card_charge"))


def numbered(number: str) -> Card | None:
    """Return the card that a reader is shown, by the last digits of its number."""
    return next((card for card in CARDS.values() if number.endswith(card.last4)), None)
