"""Moving a visit: until its cut-off, that instant excluded, as for cancelling without a loss."""

from __future__ import annotations

from typing import Final

from backend.visits.rules.base import About, Broken, Rule, Stretch
from backend.visits.rules.facts import Facts, count_words


def _too_late(facts: Facts) -> Broken | None:
    if facts.moving is None or facts.now < facts.moving.until:
        return None
    if facts.moving.cutoff_hours == 0:
        return Broken("This visit has begun or is over.")
    return Broken(f"Visits here can be moved until {count_words(facts.moving.cutoff_hours, 'hour')} before they start.")


def _same_time(facts: Facts) -> Broken | None:
    if facts.moving is None or facts.opening is None or facts.opening.starts_at != facts.moving.starts_at:
        return None
    return Broken("That is when your visit is now.")


def _another_time(facts: Facts, openings: Stretch) -> bool:
    return facts.moving is None or not openings.first_starts_at <= facts.moving.starts_at <= openings.last_starts_at


TOO_LATE_TO_MOVE: Final = Rule("too_late_to_move", About.REQUEST, _too_late, overridable=True)
SAME_TIME: Final = Rule("same_time", About.OPENING, _same_time, lets_pass=_another_time)
