"""Price and payment: nothing is charged that was not shown, and nothing is due that has no way to pay."""

from __future__ import annotations

from typing import Final

from backend.visits.rules.base import About, Broken, Looks, Rule
from backend.visits.rules.facts import Facts


def _price(facts: Facts) -> Broken | None:
    answers = facts.answers
    if answers is None:
        return None
    if answers.expected_total_minor != answers.total_minor:
        return Broken(f"The price has changed. It is now {answers.total_words}.")
    if answers.expected_due_minor not in (None, answers.due_minor):
        return Broken(f"What is left for the card has changed. It is now {answers.due_words}.")
    return None


def _method(facts: Facts) -> Broken | None:
    answers = facts.answers
    if answers is None or answers.due_minor == 0:
        return None
    if not answers.has_payment_method:
        return Broken(f"{answers.due_words} is due. Choose how to pay.")
    if not answers.method_known:
        return Broken("That way to pay is not known any more. Choose how to pay.")
    return None


PRICE_CHANGED: Final = Rule("price_changed", About.ANSWERS, _price, looks_at=Looks.DATE)
PAYMENT_REQUIRED: Final = Rule("payment_required", About.ANSWERS, _method, looks_at=Looks.DATE)
