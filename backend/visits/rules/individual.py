"""The individual: on the roster, held at this facility. Worded so that a visitor learns no more than needed."""

from __future__ import annotations

from typing import Final

from backend.visits.rules.base import About, Broken, Rule
from backend.visits.rules.facts import Facts


def _found(facts: Facts) -> Broken | None:
    return None if facts.individual is not None else Broken("This person was not found.")


def _at_facility(facts: Facts) -> Broken | None:
    if facts.individual is None or facts.individual.at_facility:
        return None
    return Broken("This person is not at this facility.")


def _eligible(facts: Facts) -> Broken | None:
    if facts.individual is None or not facts.individual.at_facility or facts.individual.held:
        return None
    return Broken("This person cannot have visits at this facility now.")


INDIVIDUAL_NOT_FOUND: Final = Rule("individual_not_found", About.REQUEST, _found)
INDIVIDUAL_NOT_AT_FACILITY: Final = Rule("individual_not_at_facility", About.REQUEST, _at_facility)
INDIVIDUAL_NOT_ELIGIBLE: Final = Rule("individual_not_eligible", About.REQUEST, _eligible)
