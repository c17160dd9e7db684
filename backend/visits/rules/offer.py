"""What the facility offers: the visit type, and the length."""

from __future__ import annotations

from datetime import date
from typing import Final

from backend.visits.rules.base import About, Broken, Rule
from backend.visits.rules.facts import Facts


def _offered(facts: Facts) -> Broken | None:
    if facts.bookable and facts.policy.offered:
        return None
    return Broken("This facility does not offer this type of visit now.")


def _duration(facts: Facts) -> Broken | None:
    if facts.duration_minutes in facts.policy.durations:
        return None
    offered = ", ".join(str(minutes) for minutes in facts.policy.durations)
    return Broken(
        f"This facility does not offer {facts.duration_minutes} minutes. It offers {offered} minutes.",
        can_be_asked_from=_offered_from(facts),
    )


def _offered_from(facts: Facts) -> date | None:
    """Return the date from which on the length can be asked for; None where that is not known."""
    later = facts.policy.later
    return next((begins for begins, then in later if then.offered and facts.duration_minutes in then.durations), None)


VISIT_TYPE_NOT_OFFERED: Final = Rule("visit_type_not_offered", About.REQUEST, _offered)
DURATION_NOT_OFFERED: Final = Rule("duration_not_offered", About.REQUEST, _duration)
