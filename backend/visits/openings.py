"""What can be scheduled: the days of a month, the times of a day, and the nearest free times to one that was taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from backend.db import Tx
from backend.errors import Reason, invalid
from backend.security import Action, Actor, Subject, authorize
from backend.timetables.derive import days_between
from backend.visits import overrides, repository, standing
from backend.visits.ground import Ground, Kept, Wanted, ask_ahead, lay, starts_of
from backend.visits.judging import kept_opening
from backend.visits.listing import Judged, judge
from backend.visits.models import Hold
from backend.visits.refusals import refusal
from backend.visits.rules import About, broken_rules
from backend.visits.rules.restrictions import KEEP_APART
from backend.visits.rules.time import horizon_ends_on

OpeningState = Literal["open", "taken", "yours", "closed"]
DayState = Literal["open", "full", "closed", "none"]

LONGEST_RANGE: Final = 62
"""Days that one request may ask for."""
FARTHEST: Final = timedelta(days=1000)
"""How far from today a day can be asked for; the longest horizon is 366 days."""
OPEN: Final = frozenset({"open", "yours"})
TAKEN: Final = frozenset({"no_capacity", "no_station", "individual_busy", "keep_apart", "account_busy"})
A_DAY: Final = timedelta(days=1)
NEAREST: Final = 3
NEAREST_WITHIN: Final = timedelta(days=7)
"""How far before and after a time its nearest free ones are looked for."""


@dataclass(frozen=True, slots=True)
class OpeningView:
    """One start (UTC, end exclusive), and why it cannot be had, if so. ``yours``: this account holds it now."""

    starts_at: datetime
    ends_at: datetime
    state: OpeningState
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class OpeningsView:
    """The starts of one facility-local date, in order; ``zone`` is the facility's."""

    zone: str
    date: date
    items: tuple[OpeningView, ...]


@dataclass(frozen=True, slots=True)
class OpeningDayView:
    """One facility-local date: how many of its starts are open (one's own hold counts), and why none is, if so."""

    date: date
    open: int
    total: int
    state: DayState
    first_starts_at: datetime | None
    """First and last start that is open, UTC."""
    last_starts_at: datetime | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class OpeningDaysView:
    """Days in order; ``first_open_on`` is looked for up to the horizon, also beyond the days asked for."""

    zone: str
    items: tuple[OpeningDayView, ...]
    horizon_ends_on: date
    first_open_on: date | None


def days(
    tx: Tx, actor: Actor, wanted: Wanted, first: date, last: date, *, moving: str | None = None
) -> OpeningDaysView:
    """Return the days from ``first`` to ``last`` (facility-local), at most 62 of them, in a few queries for any number.

    ``moving`` names a visit that is to be moved: neither what it takes nor what the account holds is in the way.
    Raises every broken rule about the request itself (403 or 409), or ``invalid`` (422).
    """
    ground, own = _ground(tx, actor, wanted, moving)
    if last < first or (last - first).days >= LONGEST_RANGE:
        raise invalid("to", f"Ask for 1 to {LONGEST_RANGE} days.")
    refuse_far_away("from", first, ground.facts.today)
    today, horizon = ground.facts.today, horizon_ends_on(ground.policy, ground.facts.today)
    before, asked = days_between(today, min(first - A_DAY, horizon)), days_between(first, last)
    by_day = _by_day(tx, ground, own, [*before, *asked])
    after = days_between(max(last + A_DAY, today), horizon)
    return OpeningDaysView(
        zone=ground.zone.key,
        items=tuple(by_day[day] for day in asked),
        horizon_ends_on=horizon,
        first_open_on=_first_open_of(by_day) or _first_open_of(_by_day(tx, ground, own, after)),
    )


def _by_day(tx: Tx, ground: Ground, own: Sequence[Kept], asked: Sequence[date]) -> dict[date, OpeningDayView]:
    judged, kept = judge(tx, ground, starts_of(tx, ground, asked), own), _kept(ground, own)
    return {day: _day(day, _with_kept(some, ground, kept), kept) for day, some in judged.items()}


def _first_open_of(days: Mapping[date, OpeningDayView]) -> date | None:
    return next((day.date for day in days.values() if day.open), None)


def times(tx: Tx, actor: Actor, wanted: Wanted, day: date, *, moving: str | None = None) -> OpeningsView:
    """Return every start of a facility-local date. Raises every broken rule about the request itself.

    ``moving`` names a visit that is to be moved, as for :func:`days`.
    """
    ground, own = _ground(tx, actor, wanted, moving)
    refuse_far_away("date", day, ground.facts.today)
    judged, kept = judge(tx, ground, starts_of(tx, ground, [day]), own)[day], _kept(ground, own)
    found = (OpeningView(*one[:2], _state(one, kept), one.reasons) for one in _with_kept(judged, ground, kept))
    return OpeningsView(ground.zone.key, day, tuple(found))


def nearest(tx: Tx, actor: Actor, wanted: Wanted, starts_at: datetime) -> tuple[datetime, ...]:
    """Return up to three open starts (UTC, in order) nearest to ``starts_at``, at most a week away from it.

    None where the request itself is refused.
    """
    return nearest_on(tx, lay(tx, actor.account, wanted), (), starts_at)


def nearest_on(tx: Tx, ground: Ground, own: Sequence[Kept], starts_at: datetime) -> tuple[datetime, ...]:
    """Do what :func:`nearest` does where the facts are gathered; what ``own`` have taken is not in the way."""
    if broken_rules(ground.facts):
        return ()
    first = (starts_at - NEAREST_WITHIN).astimezone(ground.zone).date()
    last = (starts_at + NEAREST_WITHIN).astimezone(ground.zone).date()
    today = ground.facts.today
    ahead = days_between(max(first, today), min(last, horizon_ends_on(ground.policy, today)))
    judged = judge(tx, ground, starts_of(tx, ground, ahead), own).values()
    free = [one.starts_at for some in judged for one in some if not one.reasons and one.starts_at != starts_at]
    return tuple(sorted(sorted(free, key=lambda instant: abs(instant - starts_at))[:NEAREST]))


def refuse_far_away(field: str, day: date, today: date) -> None:
    """Refuse a day that nobody plans for, before anything is reckoned with it. Raises ``invalid`` (422)."""
    if abs(day - today) > FARTHEST:
        raise invalid(field, "This is too far away from today.")


def _ground(tx: Tx, actor: Actor, wanted: Wanted, moving: str | None) -> tuple[Ground, list[Kept]]:
    """Gather what a listing stands on, and what the account lets go of when it takes one of its times."""
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=wanted.facility_id))
    if moving is None:
        ask_ahead(tx, actor.account, wanted, lambda tx: repository.hold_of(tx, actor.account))
        ground, visit, hold = lay(tx, actor.account, wanted), None, repository.hold_of(tx, actor.account)
    else:
        visit = standing.own(tx, actor, moving)
        ground, hold = standing.lay_move(tx, visit), standing.beside(tx, actor, visit)
        if ground.wanted != wanted:
            raise invalid("moving", "Only the time of a visit can be moved.")
    ground = replace(ground, facts=overrides.allow(actor, wanted.facility_id, ground.facts, None))
    if reasons := broken_rules(ground.facts, About.REQUEST):
        raise refusal(reasons)
    return ground, [one for one in (visit, hold) if one is not None]


def _kept(ground: Ground, own: Sequence[Kept]) -> Hold | None:
    """Return the account's living hold, if what it keeps is one of the openings that are asked for.

    None for a move, which takes every time anew.
    """
    if ground.facts.moving is not None:
        return None
    held = [one for one in own if isinstance(one, Hold) and ground.facts.now < one.held_until]
    return next((one for one in held if is_of(one, ground.wanted, one.starts_at)), None)


def _with_kept(openings: Sequence[Judged], ground: Ground, kept: Hold | None) -> Sequence[Judged]:
    """Return ``openings`` with the verdict on the one that is kept as its confirmation would have it."""
    if kept is None:
        return openings
    return [
        one._replace(reasons=_why_not_kept(one, ground, kept)) if one.starts_at == kept.starts_at else one
        for one in openings
    ]


def _why_not_kept(one: Judged, ground: Ground, kept: Hold) -> tuple[Reason, ...]:
    is_apart = any(reason.code == KEEP_APART.code for reason in one.reasons)
    facts = ground.facts.at(kept_opening(kept, in_timetable=True, kept_apart=is_apart))
    return broken_rules(replace(facts, overridden=overrides.kept_codes(kept)), About.OPENING)


def _state(one: Judged, kept: Hold | None) -> OpeningState:
    if not one.reasons:
        return "yours" if kept is not None and one.starts_at == kept.starts_at else "open"
    return "taken" if {reason.code for reason in one.reasons} <= TAKEN else "closed"


def is_of(hold: Hold, wanted: Wanted, starts_at: datetime) -> bool:
    """Say whether ``hold`` keeps exactly this: place, type, person, length and time."""
    return (
        hold.starts_at == starts_at
        and (hold.facility_id, hold.visit_type) == (wanted.facility_id, wanted.visit_type)
        and (hold.individual_id, hold.duration_minutes) == (wanted.individual_id, wanted.duration_minutes)
    )


def _day(day: date, openings: Sequence[Judged], kept: Hold | None) -> OpeningDayView:
    states = [_state(opening, kept) for opening in openings]
    free = [opening.starts_at for opening, state in zip(openings, states, strict=True) if state in OPEN]
    state: DayState
    if free:
        state = "open"
    elif not openings:
        state = "none"
    else:
        state = "full" if "taken" in states else "closed"
    return OpeningDayView(
        date=day,
        open=len(free),
        total=len(openings),
        state=state,
        first_starts_at=free[0] if free else None,
        last_starts_at=free[-1] if free else None,
        reasons=() if free else _once_each(reason for opening in openings for reason in opening.reasons),
    )


def _once_each(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return of each code the reason that passes first, in the order in which the codes were found.

    One that names no date is only told where no other of its code names one.
    """
    found: dict[str, Reason] = {}
    for reason in reasons:
        known = found.setdefault(reason.code, reason)
        if _passes_on(reason) < _passes_on(known):
            found[reason.code] = reason
    return tuple(found.values())


def _passes_on(reason: Reason) -> tuple[date, date]:
    return reason.first_passes_on or date.max, reason.can_be_asked_from or date.max
