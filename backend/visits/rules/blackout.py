"""Blackouts and public holidays: there are no visits then, and nobody overrides that.

A visit that overlaps with a blackout for any moment is refused; both ends are exclusive, so one that begins when the
blackout ends is not. Visitors are told that there are no visits, and what the facility wants them to know: the full
reason is for officers.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from backend.facilities.holidays import holiday_on
from backend.timetables.derive import days_between, holds_on
from backend.timetables.periods import Period
from backend.timetables.wall_clock import DAY_MINUTES, day_words, local_date
from backend.visits.rules.base import About, Broken, Rule, Stretch
from backend.visits.rules.facts import Facts, OpeningFacts

LOOKED_AHEAD: Final = timedelta(days=366)
"""How far after a visit the first day is looked for on which it could be."""


def _blacked_out(facts: Facts) -> Broken | None:
    opening = facts.opening
    if opening is None:
        return None
    day = local_date(facts.zone, opening.starts_at)
    holiday = _holiday(facts, day)
    if holiday is not None:
        return Broken(f"{holiday}: no visits on public holidays.", _first_open_day(facts, opening))
    period = next((one for one in facts.closed if one.touches(facts.zone, opening.starts_at, opening.ends_at)), None)
    return None if period is None else Broken(_sentence(period, day), _first_open_day(facts, opening))


def _nothing_closed(facts: Facts, openings: Stretch) -> bool:
    if any(one.touches(facts.zone, openings.first_starts_at, openings.ends_at) for one in facts.closed):
        return False
    return all(_holiday(facts, day) is None for day in days_between(openings.first_day, openings.last_day))


def _holiday(facts: Facts, day: date) -> str | None:
    return holiday_on(facts.state, day) if facts.policy.of_day(day).holidays_closed else None


def _sentence(period: Period, day: date) -> str:
    hours = "" if period.is_whole_day else f" from {_clock(period.start_minute)} to {_clock(period.end_minute)}"
    said = f"There are no visits on {day_words(day)}{hours}."
    return f"{said} {period.told}" if period.told else said


def _first_open_day(facts: Facts, opening: OpeningFacts) -> date | None:
    """Return the first day of the timetable after the visit on which nothing is closed at the same time of the clock.

    None where the timetable has none within a year.
    """
    day = local_date(facts.zone, opening.starts_at)
    last = day + LOOKED_AHEAD
    starts = _minute(facts, opening.starts_at)
    ends = starts + int((opening.ends_at - opening.starts_at).total_seconds() // 60)
    while day < last:
        day += timedelta(days=1)
        if any(holds_on(row, day) for row in facts.rows):
            closed = [one.last_date for one in facts.closed if one.covers(day, starts, ends)]
            if not closed and _holiday(facts, day) is None:
                return day
            day = max((day, *closed))
    return None


def _minute(facts: Facts, instant: datetime) -> int:
    shown = instant.astimezone(facts.zone)
    return shown.hour * 60 + shown.minute


def _clock(minute: int) -> str:
    return "24:00" if minute == DAY_MINUTES else f"{minute // 60:02d}:{minute % 60:02d}"


BLACKED_OUT: Final = Rule("blacked_out", About.OPENING, _blacked_out, lets_pass=_nothing_closed)
