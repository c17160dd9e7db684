"""Amounts and payment problems as sentences say them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

SIGNS: Final = {"USD": "$"}
PROBLEMS: Final = {
    "card_declined": "The card was declined.",
    "insufficient_funds": "There is not enough money on the card.",
    "no_answer": "The bank never answered.",
    "not_charged": "The payment was never sent.",
    "unknown_method": "That way to pay is not known any more.",
    "page_ended": "The page was closed before anything was paid.",
    "card_expired": "The card has expired.",
    "card_details_wrong": "The card's details were not right.",
    "card_limit": "The card's limit has been reached for now.",
    "card_not_supported": "This kind of card is not taken here.",
    "bank_unavailable": "The card's bank did not answer.",
    "pin_wrong": "The card's PIN was not accepted.",
    "needs_page": "The card's bank wants to be sure that it is you: choose to pay on your phone, where it can ask you.",
    "test_card": "Test cards and real ones cannot be mixed.",
    "amount_too_small": "The amount is too small for a card.",
    "no_reader": "No card reader is here.",
    "reader_busy": "The card reader is busy with another payment.",
    "reader_offline": "The card reader does not answer.",
    "reader_cancelled": "The payment was cancelled at the card reader.",
    "reader_not_used": "The card reader could not read a card.",
    "processor_refused": "Our payment service did not take the payment.",
    "no_processor": "This server has no way to take payments yet.",
}
OTHER_PROBLEM: Final = "The payment did not go through."


def amount_words(minor: int, currency: str) -> str:
    """Return an amount in minor units as a person reads it, such as ``$5.70``; -570 is ``-$5.70``."""
    sign = "-" if minor < 0 else ""
    whole, cents = divmod(abs(minor), 100)
    unit = SIGNS.get(currency)
    return f"{sign}{unit}{whole}.{cents:02d}" if unit else f"{sign}{whole}.{cents:02d} {currency}"


def and_words(names: Sequence[str]) -> str:
    """Return names as a person reads them: ``Prepaid balance and Visa 4242``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def problem_words(code: str | None) -> str:
    """Return why a payment was declined, for a person."""
    return PROBLEMS.get(code or "", OTHER_PROBLEM)
