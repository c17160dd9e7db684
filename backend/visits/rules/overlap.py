"""Capacity and overlap, said before the database would refuse (RULES section 5)."""

from __future__ import annotations

from typing import Final

from backend.visits.rules.base import About, Broken, Looks, Rule
from backend.visits.rules.facts import Facts


def _full(facts: Facts) -> Broken | None:
    if facts.opening is None or not facts.opening.full:
        return None
    if facts.may_override:
        return Broken(f"{facts.opening.taken} of {facts.opening.places} places are taken.")
    return Broken("That time is taken.")


def _no_station(facts: Facts) -> Broken | None:
    if facts.opening is None or not facts.opening.no_station:
        return None
    return Broken("Every station is taken at that time.")


def _individual(facts: Facts) -> Broken | None:
    if facts.opening is None or not facts.opening.individual_busy:
        return None
    return Broken("The person you want to visit has another visit at that time.")


def _account(facts: Facts) -> Broken | None:
    if facts.opening is None or not facts.opening.account_busy:
        return None
    return Broken("You have another visit at that time.")


NO_CAPACITY: Final = Rule("no_capacity", About.OPENING, _full, overridable=True, looks_at=Looks.TAKEN)
NO_STATION: Final = Rule("no_station", About.OPENING, _no_station, looks_at=Looks.TAKEN)
INDIVIDUAL_BUSY: Final = Rule("individual_busy", About.OPENING, _individual, looks_at=Looks.TAKEN)
ACCOUNT_BUSY: Final = Rule("account_busy", About.OPENING, _account, looks_at=Looks.TAKEN)
