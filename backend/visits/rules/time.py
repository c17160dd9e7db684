"""Notice, horizon and timetable.

Boundaries, one reading each:

- *notice in hours*: a visit can be held until exactly so many hours before its start, that instant included; the first
  date is that of a visit at the same time of the clock;
- *notice in days*: the visit's local date is at least so many calendar days, or working days (Monday to Friday without
  the public holidays of the facility's state), after the facility's today;
- *horizon*: the visit's local date is at most so many days after the facility's today, that day included;
- *over*: whatever the notice, and whoever overrides it, a time can be held, confirmed and moved to until it starts,
  excluded; what an account keeps already, by its living hold or its visit, until its end, excluded;
- while an account's own hold lives, notice is counted to when the opening was held: ten minutes of paying never turn
  an opening into one that is too soon.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from backend.facilities.policy import VisitPolicy
from backend.facilities.working_days import add_working_days
from backend.timetables.wall_clock import day_words, instant_at, is_shown, local_date
from backend.visits.rules.base import About, Broken, Looks, Rule, Stretch
from backend.visits.rules.facts import Facts, clock_words, count_words

_UNDER_A_MINUTE: Final = timedelta(minutes=1) - timedelta.resolution


def horizon_ends_on(policy: VisitPolicy, today: date) -> date:
    """Return the last facility-local date that can be scheduled on ``today``."""
    return today + timedelta(days=policy.horizon_days)


def earliest_day(policy: VisitPolicy, today: date, state: str) -> date:
    """Return the first facility-local date that notice in days leaves open on ``today`` in ``state`` (two letters)."""
    if policy.notice.unit == "working_days":
        return add_working_days(today, policy.notice.amount, state)
    return today + timedelta(days=policy.notice.amount)


def _too_soon(facts: Facts) -> Broken | None:
    opening = facts.opening
    if opening is None:
        return None
    asked_at = opening.held_since or facts.now
    notice = facts.policy.notice
    if notice.unit == "hours":
        return _too_soon_in_hours(facts, asked_at)
    first_day = earliest_day(facts.policy, asked_at.astimezone(facts.zone).date(), facts.state)
    if opening.starts_at.astimezone(facts.zone).date() >= first_day:
        return None
    ahead = count_words(notice.amount, "working day" if notice.unit == "working_days" else "day")
    return Broken(f"Visits here are scheduled at least {ahead} ahead: from {day_words(first_day)} on.", first_day)


def _none_too_soon(facts: Facts, openings: Stretch) -> bool:
    notice = facts.policy.notice
    if notice.unit == "hours":
        return openings.first_starts_at >= facts.now + timedelta(hours=notice.amount)
    return openings.first_day >= earliest_day(facts.policy, facts.today, facts.state)


def _too_soon_in_hours(facts: Facts, asked_at: datetime) -> Broken | None:
    if facts.opening is None:
        return None
    hours = facts.policy.notice.amount
    earliest = asked_at + timedelta(hours=hours)
    if facts.opening.starts_at >= earliest:
        return None
    said = clock_words(earliest + _UNDER_A_MINUTE, facts.zone)  # the first full minute that passes
    first_day = _first_day_like(facts, facts.opening.starts_at, earliest)
    return Broken(f"Visits here are scheduled at least {count_words(hours, 'hour')} ahead: from {said} on.", first_day)


def _first_day_like(facts: Facts, starts_at: datetime, earliest: datetime) -> date:
    """Return the first local date on which the clock shows the time of ``starts_at``, and not before ``earliest``.

    Instants are UTC. A time that comes twice on a date is the first one, as in a timetable.
    """
    shown = starts_at.astimezone(facts.zone)
    minute = shown.hour * 60 + shown.minute
    day = earliest.astimezone(facts.zone).date()
    while True:
        same = instant_at(facts.zone, day, minute)
        if same >= earliest and is_shown(facts.zone, same, minute):
            return day
        day += timedelta(days=1)


def _over(facts: Facts) -> Broken | None:
    opening = facts.opening
    if opening is None or facts.now < (opening.ends_at if opening.kept else opening.starts_at):
        return None
    return Broken("This time has begun or is over.")


def _none_over(facts: Facts, openings: Stretch) -> bool:
    return facts.now < openings.first_starts_at


def _too_far_ahead(facts: Facts) -> Broken | None:
    if facts.opening is None:
        return None
    day = local_date(facts.zone, facts.opening.starts_at)
    last_day = horizon_ends_on(facts.policy, facts.today)
    if day <= last_day:
        return None
    opens_on = day - timedelta(days=facts.policy.horizon_days)
    return Broken(
        f"You can schedule until {day_words(last_day)}. {day_words(day)} opens on {day_words(opens_on)}.",
        can_be_asked_from=opens_on,
    )


def _none_too_far_ahead(facts: Facts, openings: Stretch) -> bool:
    return openings.last_day <= horizon_ends_on(facts.policy, facts.today)


def _outside_timetable(facts: Facts) -> Broken | None:
    if facts.opening is None or facts.opening.in_timetable:
        return None
    return Broken("This facility has no visits of this type and length at that time.")


TIME_IS_OVER: Final = Rule("time_is_over", About.OPENING, _over, lets_pass=_none_over)
TOO_SOON: Final = Rule("too_soon", About.OPENING, _too_soon, overridable=True, lets_pass=_none_too_soon)
TOO_FAR_AHEAD: Final = Rule(
    "too_far_ahead", About.OPENING, _too_far_ahead, overridable=True, looks_at=Looks.DATE, lets_pass=_none_too_far_ahead
)
OUTSIDE_TIMETABLE: Final = Rule("outside_timetable", About.OPENING, _outside_timetable, looks_at=Looks.TAKEN)
