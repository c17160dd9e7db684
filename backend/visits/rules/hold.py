"""Holds: one that has ended is taken again if the opening is still free, and only otherwise refused."""

from __future__ import annotations

from typing import Final

from backend.visits.rules.base import About, Broken, Looks, Rule
from backend.visits.rules.facts import Facts
from backend.visits.rules.overlap import NO_CAPACITY


def _ended(facts: Facts) -> Broken | None:
    opening = facts.opening
    if facts.answers is None or not facts.answers.hold_ended or opening is None:
        return None
    full = opening.full and NO_CAPACITY.code not in facts.overridden
    if not (full or opening.no_station or opening.individual_busy or opening.account_busy):
        return None
    if opening.account_busy:  # by a visit of its own: another rule says so
        return Broken("The time was kept for you until its end, and is not kept any more.")
    return Broken("The time was kept for you until its end, and then somebody else took it.")


HOLD_EXPIRED: Final = Rule("hold_expired", About.ANSWERS, _ended, looks_at=Looks.TAKEN)
