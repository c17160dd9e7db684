"""One rule set, every path: the list that listing, holding, confirming, moving and check-in run (RULES section 1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from backend.errors import Reason
from backend.visits.rules.access import FACILITY_ACCESS_REQUIRED
from backend.visits.rules.answers import (
    ATTENDEE_LIMIT,
    ATTENDEE_TWICE,
    MINOR_WITHOUT_ADULT,
    TERMS_CHANGED,
    TERMS_NOT_ACCEPTED,
)
from backend.visits.rules.base import About, Looks, Rule, Stretch
from backend.visits.rules.blackout import BLACKED_OUT
from backend.visits.rules.check_in import CHECK_IN_NOT_OPEN, CHECK_IN_OVER
from backend.visits.rules.facts import Facts
from backend.visits.rules.hold import HOLD_EXPIRED
from backend.visits.rules.individual import INDIVIDUAL_NOT_AT_FACILITY, INDIVIDUAL_NOT_ELIGIBLE, INDIVIDUAL_NOT_FOUND
from backend.visits.rules.lead_visitor import LEAD_VISITOR_TOO_YOUNG
from backend.visits.rules.moving import SAME_TIME, TOO_LATE_TO_MOVE
from backend.visits.rules.offer import DURATION_NOT_OFFERED, VISIT_TYPE_NOT_OFFERED
from backend.visits.rules.overlap import ACCOUNT_BUSY, INDIVIDUAL_BUSY, NO_CAPACITY, NO_STATION
from backend.visits.rules.payment import PAYMENT_REQUIRED, PRICE_CHANGED
from backend.visits.rules.quota import QUOTA_REACHED
from backend.visits.rules.request_window import OUTSIDE_REQUEST_WINDOW
from backend.visits.rules.restrictions import (
    ATTENDEE_RESTRICTED,
    INDIVIDUAL_RESTRICTED,
    KEEP_APART,
    VISITOR_RESTRICTED,
)
from backend.visits.rules.time import OUTSIDE_TIMETABLE, TIME_IS_OVER, TOO_FAR_AHEAD, TOO_SOON

__all__ = ["RULES", "About", "Looks", "Rule", "Stretch", "broken_at_approval", "broken_rules", "rules_for", "told"]

RULES: Final[tuple[Rule, ...]] = (
    CHECK_IN_OVER,
    CHECK_IN_NOT_OPEN,
    TOO_LATE_TO_MOVE,
    SAME_TIME,
    FACILITY_ACCESS_REQUIRED,
    VISIT_TYPE_NOT_OFFERED,
    DURATION_NOT_OFFERED,
    INDIVIDUAL_NOT_FOUND,
    INDIVIDUAL_NOT_AT_FACILITY,
    INDIVIDUAL_NOT_ELIGIBLE,
    INDIVIDUAL_RESTRICTED,
    VISITOR_RESTRICTED,
    HOLD_EXPIRED,
    OUTSIDE_TIMETABLE,
    BLACKED_OUT,
    TIME_IS_OVER,
    TOO_SOON,
    TOO_FAR_AHEAD,
    OUTSIDE_REQUEST_WINDOW,
    LEAD_VISITOR_TOO_YOUNG,
    NO_CAPACITY,
    NO_STATION,
    INDIVIDUAL_BUSY,
    KEEP_APART,
    ACCOUNT_BUSY,
    QUOTA_REACHED,
    TERMS_CHANGED,
    TERMS_NOT_ACCEPTED,
    ATTENDEE_LIMIT,
    MINOR_WITHOUT_ADULT,
    ATTENDEE_TWICE,
    ATTENDEE_RESTRICTED,
    PRICE_CHANGED,
    PAYMENT_REQUIRED,
)
"""Every rule, the most telling first: the first broken one names the refusal, all of them are told."""

PROMISED: Final = frozenset(
    {
        VISIT_TYPE_NOT_OFFERED.code,
        DURATION_NOT_OFFERED.code,
        HOLD_EXPIRED.code,
        OUTSIDE_TIMETABLE.code,
        TIME_IS_OVER.code,
        TOO_SOON.code,
        TOO_FAR_AHEAD.code,
        OUTSIDE_REQUEST_WINDOW.code,
        LEAD_VISITOR_TOO_YOUNG.code,
        NO_CAPACITY.code,
        INDIVIDUAL_BUSY.code,
        ACCOUNT_BUSY.code,
        NO_STATION.code,
        QUOTA_REACHED.code,
        TERMS_CHANGED.code,
        TERMS_NOT_ACCEPTED.code,
        ATTENDEE_LIMIT.code,
        MINOR_WITHOUT_ADULT.code,
        ATTENDEE_TWICE.code,
        PRICE_CHANGED.code,
        PAYMENT_REQUIRED.code,
    }
)
"""What the confirmation has settled for good: nobody is turned away at the desk because of it."""

RULES_BY_ABOUT: Final = {about: tuple(rule for rule in RULES if rule.about is about) for about in About}


def broken_rules(facts: Facts, about: About | None = None) -> tuple[Reason, ...]:
    """Return why ``facts`` are refused, all reasons at once; empty if they are not.

    ``about`` keeps to the rules about one group of facts: a listing judges the request once and each opening by itself.
    At check-in what was promised at confirmation (:data:`PROMISED`) is not judged again.
    """
    return told(rules_for(facts, about), facts)


def rules_for(facts: Facts, about: About | None = None) -> tuple[Rule, ...]:
    """Return the rules that ``facts`` are judged by, in their order, as :func:`broken_rules` says."""
    rules = RULES if about is None else RULES_BY_ABOUT[about]
    if facts.check_in is not None:
        rules = tuple(rule for rule in rules if rule.code not in PROMISED)
    if facts.overridden:
        rules = tuple(rule for rule in rules if not (rule.overridable and rule.code in facts.overridden))
    return rules


def told(rules: Iterable[Rule], facts: Facts) -> tuple[Reason, ...]:
    """Return how each of ``rules`` that ``facts`` break is told."""
    verdicts = [(rule, verdict) for rule in rules if (verdict := rule.judge(facts)) is not None]
    return tuple(rule.reason(verdict, facts) for rule, verdict in verdicts) if verdicts else ()


def broken_at_approval(facts: Facts) -> tuple[Reason, ...]:
    """Return why access is not approved, all reasons at once: no visit is asked for yet, so the person is judged."""
    return tuple(reason for rule in RULES if rule.at_approval and (reason := rule.broken(facts)) is not None)
