"""Amounts and payment problems as sentences say them."""

from __future__ import annotations

from typing import Final

SIGNS: Final = {"USD": "$"}
PROBLEMS: Final = {
    "card_declined": "The card was declined.",
    "insufficient_funds": "There is not enough money on the card.",
    "no_answer": "The bank never answered.",
    "not_charged": "The payment was never sent.",
    "unknown_method": "That way to pay is not known any more.",
    "no_processor": "This server has no way to take payments yet.",
}
OTHER_PROBLEM: Final = "The payment did not go through."


def amount_words(minor: int, currency: str) -> str:
    """Return an amount in minor units as a person reads it, such as ``$5.70``; -570 is ``-$5.70``."""
    sign = "-" if minor < 0 else ""
    whole, cents = divmod(abs(minor), 100)
    unit = SIGNS.get(currency)
    return f"{sign}{unit}{whole}.{cents:02d}" if unit else f"{sign}{whole}.{cents:02d} {currency}"


def problem_words(code: str | None) -> str:
    """Return why a payment was declined, for a person."""
    return PROBLEMS.get(code or "", OTHER_PROBLEM)
