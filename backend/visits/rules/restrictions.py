"""Restrictions (RULES section 6): neutral to visitors, with no hint of their kind, and in full words to officers.

What holds at any time of the visit stands in its way; the first date on which a visit of the same hours would pass is
told where there is one. Where access is approved no visit is asked for yet: there, what holds today or later counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from backend.restrictions.when import first_free_day
from backend.visits.rules.base import About, Broken, Looks, Rule, Stretch
from backend.visits.rules.facts import Bar, Facts


def _broken(facts: Facts, bars: Sequence[Bar], neutral: str, besides: Sequence[Bar] = ()) -> Broken | None:
    """Return the verdict of ``bars`` on the visit asked for, None if it meets none of them.

    On the date that it names none of those ``besides`` holds either.
    """
    opening = facts.opening
    if opening is None:
        return None
    met = [bar for bar in bars if bar.when.meets(opening.starts_at, opening.ends_at, facts.zone)]
    if not met:
        return None
    passes_on = first_free_day([bar.when for bar in (*bars, *besides)], opening.starts_at, opening.ends_at, facts.zone)
    return Broken(" ".join(bar.officer_words for bar in met) if facts.for_officer else neutral, passes_on)


def _individual(facts: Facts) -> Broken | None:
    if facts.individual is None or not facts.individual.at_facility or not facts.individual.held:
        return None  # said by the rules about the request
    return _broken(facts, facts.individual_bars, "The person you want to visit cannot have visits at that time.")


def _lead_visitor(facts: Facts) -> Broken | None:
    if facts.approving:
        bars = facts.lead_visitor_bars
        return Broken(" ".join(bar.officer_words for bar in bars)) if bars else None
    return _broken(facts, facts.lead_visitor_bars, "This facility cannot schedule this visit for you at that time.")


def _companions(facts: Facts) -> Broken | None:
    everybody = [bar for companion in facts.companions for bar in companion.bars]
    for companion in facts.companions:
        broken = _broken(facts, companion.bars, f"{companion.name} cannot come with you to this visit.", everybody)
        if broken is not None and facts.for_officer:
            return Broken(f"{companion.name}: {broken.sentence}", broken.first_passes_on)
        if broken is not None:
            return broken
    return None


def _kept_apart(facts: Facts) -> Broken | None:
    if facts.opening is None or not facts.opening.kept_apart:
        return None
    if facts.for_officer:
        return Broken("Somebody from whom this individual is kept apart has a visit at that time.")
    return Broken("The person you want to visit cannot have a visit at that time.")


def _none_of(bars: Iterable[Bar], openings: Stretch) -> bool:
    """Say whether none of ``bars`` holds on any day of ``openings``."""
    return not any(
        bar.when.first_date <= openings.last_day
        and (bar.when.last_date is None or openings.first_day <= bar.when.last_date)
        for bar in bars
    )


def _individual_free(facts: Facts, openings: Stretch) -> bool:
    return _none_of(facts.individual_bars, openings)


def _lead_visitor_free(facts: Facts, openings: Stretch) -> bool:
    return not facts.approving and _none_of(facts.lead_visitor_bars, openings)


def _companions_free(facts: Facts, openings: Stretch) -> bool:
    return _none_of((bar for companion in facts.companions for bar in companion.bars), openings)


INDIVIDUAL_RESTRICTED: Final = Rule("individual_not_eligible", About.OPENING, _individual, lets_pass=_individual_free)
"""Of the code that somebody who is not held here has too: a visitor cannot tell why."""
VISITOR_RESTRICTED: Final = Rule(
    "visitor_restricted", About.OPENING, _lead_visitor, at_approval=True, lets_pass=_lead_visitor_free
)
ATTENDEE_RESTRICTED: Final = Rule("attendee_restricted", About.ANSWERS, _companions, lets_pass=_companions_free)
KEEP_APART: Final = Rule("keep_apart", About.OPENING, _kept_apart, looks_at=Looks.TAKEN)
