"""Holds: one that has ended is taken again if the opening is still free, and only otherwise refused."""

from __future__ import annotations

from typing import Final

from backend.visits.rules.base import About, Broken, Rule
from backend.visits.rules.facts import Facts


def _ended(facts: Facts) -> Broken | None:
    if facts.answers is None or not facts.answers.hold_ended or facts.opening is None:
        return None
    if not (facts.opening.full or facts.opening.individual_busy or facts.opening.account_busy):
        return None
    return Broken("The time was kept for you until its end, and then somebody else took it.")


HOLD_EXPIRED: Final = Rule("hold_expired", About.ANSWERS, _ended)
