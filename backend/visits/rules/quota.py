"""Quotas (RULES section 9): how many visits there may be in a period.

Readings, each tested at its boundary:

- a visit counts on its local date at the facility, in the periods of the facility's calendar; those at other facilities
  do not count;
- ``days``: no so many local dates on end hold more than the quota allows, wherever one begins to count;
- what is cancelled, declined or lost does not count, what is pending or unpaid does, and a hold while it lives;
- a booking does not count against itself: moving one within a period does not count it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from backend.facilities.policy import VisitPolicy
from backend.facilities.setting_values import Quota, VisitType, Weekday
from backend.timetables.wall_clock import day_words
from backend.visits.rules.base import About, Broken, Looks, Rule
from backend.visits.rules.facts import CountedVisit, Facts, QuotaReached
from backend.visits.rules.request_window import WEEK, week_start

DAY: Final = timedelta(days=1)
KINDS: Final[dict[VisitType, str]] = {"remote": "remote", "onsite_video": "onsite video", "in_person": "in-person"}


def has_quotas(policy: VisitPolicy) -> bool:
    """Say whether anything is counted at all."""
    return bool(policy.quotas or policy.quotas_all)


def counts_individuals(policy: VisitPolicy) -> bool:
    """Say whether a quota is shared by all accounts that visit one individual."""
    return any(quota.per == "individual" for quota in (*policy.quotas, *policy.quotas_all))


def counted_since(policy: VisitPolicy, first: date) -> date:
    """Return the first local date whose visits matter to what is scheduled on ``first`` or later."""
    return min(
        (_first_day(quota, first, policy.week_starts_on) for quota in (*policy.quotas, *policy.quotas_all)),
        default=first,
    )


def quota_reached(policy: VisitPolicy, visits: Sequence[CountedVisit], day: date) -> QuotaReached | None:
    """Return the first quota that leaves nothing for a visit on the local date ``day``; None if each leaves some.

    ``visits`` are those of the account or of the individual, from :func:`counted_since` on.
    """
    found = _reached(policy, visits, day)
    if found is None:
        return None
    quota, visit_type, used, first_day = found
    return QuotaReached(quota, visit_type, used, first_day, _passes_on(policy, visits, found))


_Reached = tuple[Quota, VisitType | None, int, date]
"""A quota, the type that it counts (None: all), how many of it are used, and the first day of its period."""


def _reached(policy: VisitPolicy, visits: Sequence[CountedVisit], day: date) -> _Reached | None:
    quotas: tuple[tuple[Quota, VisitType | None], ...] = (
        *((quota, policy.visit_type) for quota in policy.quotas),
        *((quota, None) for quota in policy.quotas_all),
    )
    for quota, visit_type in quotas:
        days = [one.day for one in visits if _counts(one, quota, visit_type)]
        used, first_day = _used(quota, days, day, policy.week_starts_on)
        if used >= quota.visits:
            return quota, visit_type, used, first_day
    return None


def _passes_on(policy: VisitPolicy, visits: Sequence[CountedVisit], found: _Reached | None) -> date | None:
    """Return the first later local date on which a visit would be within every quota; None if there is none."""
    day: date | None = None
    while found is not None:
        quota, _, _, first_day = found
        if quota.visits == 0:
            return None
        day = _next_period(quota, first_day)
        found = _reached(policy, visits, day)
    return day


def _counts(visit: CountedVisit, quota: Quota, visit_type: VisitType | None) -> bool:
    if visit_type is not None and visit.visit_type != visit_type:
        return False
    match quota.per:
        case "account":
            return visit.of_account
        case "individual":
            return visit.with_individual
        case "pair":
            return visit.of_account and visit.with_individual


def _used(quota: Quota, days: Sequence[date], day: date, week_starts_on: Weekday) -> tuple[int, date]:
    """Return how many of ``days`` share a period with ``day``, in the fullest one, and that period's first day."""
    if quota.period != "days":
        first_day = _first_day(quota, day, week_starts_on)
        return _within(days, first_day, _next_period(quota, first_day)), first_day
    length = timedelta(days=quota.days)
    # a stretch of days can begin later, at its first visit or at the day itself, without losing a visit
    begins = sorted({day, *(one for one in days if day - length < one < day)})
    counts = [(_within(days, begin, begin + length), begin) for begin in begins]
    return max(counts, key=lambda count: count[0])


def _within(days: Sequence[date], first: date, end: date) -> int:
    return sum(first <= one < end for one in days)


def _first_day(quota: Quota, day: date, week_starts_on: Weekday) -> date:
    """Return the first day of the period that ``day`` is in; of a stretch of days, that of the earliest one."""
    match quota.period:
        case "day":
            return day
        case "week":
            return week_start(day, week_starts_on)
        case "month":
            return day.replace(day=1)
        case "days":
            return day - timedelta(days=quota.days - 1)


def _next_period(quota: Quota, first_day: date) -> date:
    """Return the day after a period; after a full stretch of days that is when its first day leaves it."""
    match quota.period:
        case "day":
            return first_day + DAY
        case "week":
            return first_day + WEEK
        case "month":
            return (first_day + timedelta(days=31)).replace(day=1)
        case "days":
            return first_day + timedelta(days=quota.days)


def _quota(facts: Facts) -> Broken | None:
    reached = facts.opening.quota if facts.opening is not None else None
    if reached is None:
        return None
    kind = "visits" if reached.visit_type is None else f"{KINDS[reached.visit_type]} visits"
    used = f"{reached.used} of {reached.quota.visits} {kind}"
    # how many visits a person has of others is not for a visitor to know
    persons = f"This person has {used}" if facts.may_override else f"This person can have no more {kind}"
    whose = {"pair": f"You have {used} with this person", "individual": persons, "account": f"You have {used}"}
    return Broken(f"{whose[reached.quota.per]} {_period_words(reached)}.", reached.passes_on)


def _period_words(reached: QuotaReached) -> str:
    day = day_words(reached.first_day)
    match reached.quota.period:
        case "day":
            return f"on {day}"
        case "week":
            return f"in the week from {day}"
        case "month":
            return f"in {reached.first_day:%B}"
        case "days":
            return f"in the {reached.quota.days} days from {day}" if reached.quota.days > 1 else f"on {day}"


QUOTA_REACHED: Final = Rule("quota_reached", About.OPENING, _quota, overridable=True, looks_at=Looks.TAKEN)
