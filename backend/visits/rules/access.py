"""Facility access (RULES section 2): checked whenever something is listed, held, confirmed or checked in.

It is judged by now, not by the time of the visit: while it is suspended nothing can be scheduled, for whichever day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from backend.timetables.wall_clock import local_date
from backend.visits.rules.base import About, Broken, Rule
from backend.visits.rules.facts import Facts, clock_words, day_words


def _access(facts: Facts) -> Broken | None:
    status = facts.access.status
    if status == "approved":
        return None
    if status == "suspended":
        return _suspended(facts, facts.access.suspended_until)
    if facts.for_officer:
        asked = status == "pending"
        return Broken("The visitor's request for access is pending." if asked else "The visitor has no access here.")
    if status == "pending":
        step = "Wait for the answer: My Facilities shows when it is due."
        return Broken("Your request for access to this facility is pending.", next_step=step)
    return Broken("You have no access to this facility.")


def _suspended(facts: Facts, until: datetime | None) -> Broken:
    """Return the verdict on a suspension that is over at ``until`` (UTC, exclusive), or has no end."""
    whose = "The visitor's access" if facts.for_officer else "Your access to this facility"
    said = f"{whose} is suspended"
    if until is None:
        return Broken(f"{said}.", next_step=None if facts.for_officer else "Ask the facility when it ends.")
    last_day = local_date(facts.zone, until - timedelta.resolution)
    return Broken(
        f"{said} until {day_words(last_day)}, that day included.",
        can_be_asked_from=local_date(facts.zone, until),
        next_step=_once_it_is_over(facts, until),
    )


def _once_it_is_over(facts: Facts, until: datetime) -> str | None:
    if facts.check_in is None:
        return "Come back then, or choose another facility."
    if until >= facts.check_in.ends_at:
        return None
    return f"Nothing was changed. The visitor can be checked in from {clock_words(until, facts.zone)} on."


FACILITY_ACCESS_REQUIRED: Final = Rule("facility_access_required", About.REQUEST, _access)
