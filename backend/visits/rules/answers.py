"""Terms and attendees: what a confirmation brings besides the opening."""

from __future__ import annotations

from typing import Final

from backend.roster.names import same_name
from backend.visits.rules.base import About, Broken, Looks, Rule
from backend.visits.rules.facts import Facts, count_words


def _terms_changed(facts: Facts) -> Broken | None:
    if facts.answers is None or facts.answers.terms_current:
        return None
    return Broken("The Terms and Conditions have changed since you read them.")


def _terms_accepted(facts: Facts) -> Broken | None:
    if facts.answers is None or not facts.answers.terms_current or facts.answers.terms_accepted:
        return None
    return Broken("The Terms and Conditions have to be accepted first.")


def _attendees(facts: Facts) -> Broken | None:
    if facts.answers is None:
        return None
    policy, adults, minors = facts.policy, facts.answers.adults, facts.answers.minors
    if adults + minors > policy.attendees_max:
        if policy.attendees_max == 0:
            return Broken("Nobody can come with you to this visit.")
        return Broken(f"At most {policy.attendees_max} can come with you.")
    if adults > policy.attendees_adults:
        return _at_most(policy.attendees_adults, "adult")
    if minors > policy.attendees_minors:
        return _at_most(policy.attendees_minors, "minor")
    return None


def _at_most(most: int, who: str) -> Broken:
    if most == 0:
        return Broken(f"No {who}s can come with you to this visit.")
    return Broken(f"At most {count_words(most, who)} can come with you.")


def _minors_alone(facts: Facts) -> Broken | None:
    """The lead visitor is an adult by another rule; where their age is not known, an adult has to come along."""
    if facts.answers is None or facts.answers.minors == 0 or facts.answers.adults > 0:
        return None
    return None if facts.lead_visitor_born is not None else Broken("Who is under age comes with an adult.")


def _twice(facts: Facts) -> Broken | None:
    if facts.answers is None:
        return None
    for position, companion in enumerate(facts.companions):
        if facts.lead_visitor_name is not None and same_name(companion.name, facts.lead_visitor_name):
            return Broken("You are counted already. Name only who comes with you.")
        if any(same_name(companion.name, other.name) for other in facts.companions[:position]):
            return Broken(f"{companion.name} is named twice.")
    return None


TERMS_CHANGED: Final = Rule("terms_changed", About.ANSWERS, _terms_changed, looks_at=Looks.DATE)
TERMS_NOT_ACCEPTED: Final = Rule("terms_not_accepted", About.ANSWERS, _terms_accepted, looks_at=Looks.DATE)
ATTENDEE_LIMIT: Final = Rule("attendee_limit", About.ANSWERS, _attendees, looks_at=Looks.DATE)
MINOR_WITHOUT_ADULT: Final = Rule("minor_without_adult", About.ANSWERS, _minors_alone, looks_at=Looks.DATE)
ATTENDEE_TWICE: Final = Rule("attendee_twice", About.ANSWERS, _twice, looks_at=Looks.DATE)
