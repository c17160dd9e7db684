"""Checking in: from some minutes before the start, that instant included, until the end, which is excluded."""

from __future__ import annotations

from typing import Final

from backend.visits.rules.base import About, Broken, Rule
from backend.visits.rules.facts import Facts


def _not_open(facts: Facts) -> Broken | None:
    if facts.check_in is None or facts.now >= facts.check_in.opens_at:
        return None
    return Broken(
        f"Check-in for this visit opens on {facts.check_in.opens_words}.",
        can_be_asked_from=facts.check_in.opens_at.astimezone(facts.zone).date(),
    )


def _over(facts: Facts) -> Broken | None:
    if facts.check_in is None or facts.now < facts.check_in.ends_at:
        return None
    return Broken("This visit is over.")


CHECK_IN_NOT_OPEN: Final = Rule("check_in_not_open", About.REQUEST, _not_open)
CHECK_IN_OVER: Final = Rule("visit_is_over", About.REQUEST, _over)
