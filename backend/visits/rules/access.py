"""Facility access (RULES section 2): checked whenever something is listed, held, confirmed or checked in.

It is judged by now, not by the time of the visit: while it is suspended nothing can be scheduled, for whichever day.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from backend.access.words import suspended, why_not
from backend.visits.rules.base import About, Broken, Rule
from backend.visits.rules.facts import Facts, clock_words


def _access(facts: Facts) -> Broken | None:
    if facts.for_officer and facts.access.status != "approved":
        return _told_to_an_officer(facts)
    told = why_not(facts.access, facts.zone)
    if told is None:
        return None
    return Broken(told.sentence, can_be_asked_from=told.can_be_asked_from, next_step=told.next_step)


def _told_to_an_officer(facts: Facts) -> Broken:
    if facts.access.status != "suspended":
        asked = facts.access.status == "pending"
        return Broken("The visitor's request for access is pending." if asked else "The visitor has no access here.")
    told, until = suspended(facts.access, facts.zone, "The visitor's access"), facts.access.suspended_until
    next_step = _once_it_is_over(facts, until, told.next_step) if until else None
    return Broken(told.sentence, can_be_asked_from=told.can_be_asked_from, next_step=next_step)


def _once_it_is_over(facts: Facts, until: datetime, otherwise: str | None) -> str | None:
    if facts.check_in is None:
        return otherwise
    if until >= facts.check_in.ends_at:
        return None
    return f"Nothing was changed. The visitor can be checked in from {clock_words(until, facts.zone)} on."


FACILITY_ACCESS_REQUIRED: Final = Rule("facility_access_required", About.REQUEST, _access)
