"""The lead visitor is an adult (RULES section 6), by the facility's setting, on the day of the visit."""

from __future__ import annotations

from datetime import date
from typing import Final

from backend.accounts.profile import full_years
from backend.timetables.wall_clock import local_date
from backend.visits.rules.base import About, Broken, Looks, Rule, Stretch
from backend.visits.rules.facts import Facts


def _adult(facts: Facts) -> Broken | None:
    born, needed = facts.lead_visitor_born, facts.policy.adult_age
    if facts.opening is None or born is None:
        return None
    if full_years(born, local_date(facts.zone, facts.opening.starts_at)) >= needed:
        return None
    return Broken(f"Who schedules a visit here has to be {needed} on the day of the visit.", _birthday(born, needed))


def _old_enough(facts: Facts, openings: Stretch) -> bool:
    born = facts.lead_visitor_born
    return born is None or full_years(born, openings.first_day) >= facts.policy.adult_age


def _birthday(born: date, years: int) -> date:
    """Return the first date on which somebody is so many years old; without a Feb 29 that is Mar 1."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


LEAD_VISITOR_TOO_YOUNG: Final = Rule(
    "lead_visitor_too_young", About.OPENING, _adult, looks_at=Looks.DATE, lets_pass=_old_enough
)
