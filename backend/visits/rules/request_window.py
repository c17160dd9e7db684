"""Request windows: visits of a week can be asked for on set days before it.

Days are counted back from the first day of the week of the visit, which is a setting, on the facility's calendar. The
opening minute is included, the closing minute is not. On days on which the clock is changed a window lasts as long as
:mod:`backend.timetables.wall_clock` says. While an account's own hold lives, a window that closes after the account
held it closes for others. Whether it has opened is a question of now: a hold may have moved here from another week.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, get_args

from backend.facilities.setting_values import RequestWindow, Weekday
from backend.timetables.wall_clock import day_words, first_shown, last_shown, local_date
from backend.visits.rules.base import About, Broken, Looks, Rule, Stretch
from backend.visits.rules.facts import Facts, clock_words

WEEK: Final = timedelta(days=7)
_WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)


def week_start(day: date, starts_on: Weekday) -> date:
    """Return the first day of the week that ``day`` is in, where weeks begin on ``starts_on``."""
    return day - timedelta(days=(day.weekday() - _WEEKDAYS.index(starts_on)) % 7)


def _outside_window(facts: Facts) -> Broken | None:
    opening, window = facts.opening, facts.policy.request_window
    if opening is None or window is None:
        return None
    asked_at = opening.held_since or facts.now
    week = week_start(local_date(facts.zone, opening.starts_at), facts.policy.week_starts_on)
    opens, closes = _opens(facts, window, week), _closes(facts, window, week)
    if opens <= facts.now and asked_at < closes:
        return None
    of_week, until = f"Visits of the week of {day_words(week)}", clock_words(closes, facts.zone)
    if facts.now < opens:
        opens_on = local_date(facts.zone, opens)
        return Broken(
            f"{of_week} can be asked for from {clock_words(opens, facts.zone)} to {until}, not yet.",
            can_be_asked_from=opens_on,
        )
    return _over(facts, window, week, f"{of_week} could be asked for until {until}.")


def _no_window(facts: Facts, _openings: Stretch) -> bool:
    return facts.policy.request_window is None


def _over(facts: Facts, window: RequestWindow, week: date, said: str) -> Broken:
    """Say when a later week begins that can be asked for now, else from when on the next one can be asked for."""
    while True:
        week += WEEK
        if facts.now < _closes(facts, window, week):
            opens = _opens(facts, window, week)
            if opens <= facts.now:
                return Broken(said, first_passes_on=week)
            said = (
                f"{said} Those of the week of {day_words(week)} can be asked for from {clock_words(opens, facts.zone)}."
            )
            return Broken(said, can_be_asked_from=local_date(facts.zone, opens))


def _opens(facts: Facts, window: RequestWindow, week: date) -> datetime:
    return first_shown(facts.zone, week - timedelta(days=window.opens_days_before), window.opens_minute)


def _closes(facts: Facts, window: RequestWindow, week: date) -> datetime:
    return last_shown(facts.zone, week - timedelta(days=window.closes_days_before), window.closes_minute)


OUTSIDE_REQUEST_WINDOW: Final = Rule(
    "outside_request_window",
    About.OPENING,
    _outside_window,
    overridable=True,
    looks_at=Looks.DATE,
    lets_pass=_no_window,
)
