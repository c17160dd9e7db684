"""What is known of one opening before the rules judge it: of one that somebody asks for, and of one that is kept.

:mod:`backend.visits.listing` judges many at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from backend.db import Tx
from backend.timetables.derive import CHANNELS, Choices, Start
from backend.visits import apart
from backend.visits.ground import Ground, Kept, starts_of
from backend.visits.models import Hold
from backend.visits.overrides import kept_codes
from backend.visits.owned import Own, own
from backend.visits.quanta import Limit
from backend.visits.quotas import Asking, Counts
from backend.visits.rules.facts import AnswerFacts, Facts, OpeningFacts, QuotaReached
from backend.visits.rules.overlap import NO_CAPACITY
from backend.visits.taken import Taken, taken_by_others

Counted = Sequence[tuple[Start, tuple[Limit, ...]]]
"""The rows that give one start, not none of them, each with every limit that counts a visit in it."""


def judge_asked(tx: Tx, ground: Ground, starts_at: datetime, own: Kept | None) -> tuple[Facts, tuple[Limit, ...]]:
    """Return the facts of one time that somebody asks for, and the limits that would count it.

    A time that the timetable does not have is outside it, whatever else it may be.
    """
    day = starts_at.astimezone(ground.zone).date()
    found = _choices_at(starts_of(tx, ground, [day])[day], starts_at)
    if not found:
        return replace(ground.facts, opening=_outside(ground, starts_at)), ()
    choices = [(start, ground.limits(start.row, day)) for start in found]
    taken = taken_by_others(
        tx,
        account_id=ground.account_id,
        individual_id=ground.wanted.individual_id,
        facility_id=ground.facility.id,
        limits=[limit for _start, some in choices for limit in some],
        quanta=ground.quanta(starts_at),
        own_bookings=[own.id] if own else [],
        stations=ground.stations,
    )
    quota = counts_of(tx, ground, starts_at, [own] if own else []).reached_on(day)
    opening, chosen = opening_facts(ground, choices, taken, quota)
    facts = ground.facts.at(opening)
    if NO_CAPACITY.code not in ground.facts.overridden:
        return facts, chosen
    return facts, tuple(_one_more(limit, taken, ground.quanta(starts_at)) for limit in chosen)


def held_facts(tx: Tx, ground: Ground, hold: Kept, has: Own | None = None) -> tuple[Facts, tuple[Limit, ...]]:
    """Return the facts of a time that the account's own living hold, or visit, keeps: nobody else can have taken it.

    That is what the unique keys say, so nothing needs to be counted. Notice is counted to when it was first held. A
    time that staff have given out stays in the timetable for whoever confirms it. ``has`` is what it has taken, where
    that was read already.
    """
    has = has or own(tx, hold.id)
    day = hold.starts_at.astimezone(ground.zone).date()
    found = _choices_at(starts_of(tx, ground, [day], CHANNELS)[day], hold.starts_at)
    busy = has.span or ground.quanta(hold.starts_at)
    by_row = {f"row:{start.row.id}": ground.limits(start.row, day) for start in found}
    # a pair may be kept apart since the time was taken
    kept_apart = bool(apart.taken(tx, hold.individual_id, busy, hold.id))
    opening = kept_opening(hold, in_timetable=bool(found), kept_apart=kept_apart)
    return replace(ground.facts, opening=opening), _own_limits(hold, has.seats, by_row)


def kept_opening(hold: Kept, *, in_timetable: bool, kept_apart: bool) -> OpeningFacts:
    """Return the facts of what ``hold`` keeps: only these two can have changed since it was taken."""
    return OpeningFacts(
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        in_timetable=in_timetable,
        kept=True,
        held_since=hold.first_held_at if isinstance(hold, Hold) else hold.confirmed_at,
        kept_apart=kept_apart,
    )


def _choices_at(openings: Sequence[Choices], starts_at: datetime) -> Choices:
    """Return the rows that give the start at ``starts_at``, none if no row does."""
    return next((choices for choices in openings if choices[0].starts_at == starts_at), ())


def _own_limits(kept: Kept, seats: Mapping[str, int], by_row: Mapping[str, tuple[Limit, ...]]) -> tuple[Limit, ...]:
    """Return the limits in which ``kept`` has its places: which of several rows it is in only the places say.

    Where it was let in above the capacity, it counts with the seat that it has. Those of its row in which it has no
    place any more are among them.
    """
    capacities = {limit.key: limit.capacity for some in by_row.values() for limit in some}
    without = {limit.key: 0 for key in seats for limit in by_row.get(key, ()) if limit.key not in seats}
    limits = []
    for key, seat in {**seats, **without}.items():
        capacity = capacities.get(key, seat)
        over = isinstance(kept, Hold) and NO_CAPACITY.code in kept_codes(kept)
        limits.append(Limit(key, max(capacity, seat) if over and capacity is not None else capacity))
    return tuple(limits)


def with_companions(ground: Ground, facts: Facts, names: Sequence[str]) -> Facts:
    """Return ``facts`` with who comes along, by their names, and what restrictions mean them."""
    return replace(facts, companions=ground.barring.companions(names))


def with_answers(facts: Facts, answers: AnswerFacts) -> Facts:
    """Return ``facts`` with what a confirmation adds."""
    return replace(facts, answers=answers)


def counts_of(tx: Tx, ground: Ground, first: datetime, own: Sequence[Kept]) -> Counts:
    """Return what quotas count of visits from the local date of ``first`` (UTC) on."""
    asking = Asking(
        ground.account_id,
        ground.wanted.individual_id,
        ground.facility.id,
        ground.zone,
        own_bookings=[one.id for one in own],
    )
    return Counts(tx, ground.policy, asking, first.astimezone(ground.zone).date())


def _one_more(limit: Limit, taken: Taken, quanta: range) -> Limit:
    """Return a limit with one place more than are taken, if it is full: the keys still let only one booking have it."""
    return Limit(limit.key, taken.most(limit, quanta) + 1) if taken.is_full_at(limit, quanta) else limit


def opening_facts(
    ground: Ground, choices: Counted, taken: Taken, quota: QuotaReached | None
) -> tuple[OpeningFacts, tuple[Limit, ...]]:
    """Return the facts of one start that one or several rows give, and the limits of its row.

    A row with a place left goes first. ``quota`` is what leaves nothing on its local date, if anything does.
    """
    start, first = choices[0]
    quanta = ground.quanta(start.starts_at)
    free = next((limits for _start, limits in choices if not taken.is_full(limits, quanta)), None)
    full = next((limit for limit in first if taken.is_full_at(limit, quanta)), None) if free is None else None
    opening = OpeningFacts(
        starts_at=start.starts_at,
        ends_at=start.ends_at,
        in_timetable=True,
        full=free is None,
        taken=taken.most(full, quanta) if full else 0,
        places=(full.capacity or 0) if full else 0,
        no_station=not taken.has_station(ground.stations, quanta),
        quota=quota,
        individual_busy=not taken.individual.isdisjoint(quanta),
        account_busy=not taken.account.isdisjoint(quanta),
        kept_apart=not taken.apart.isdisjoint(quanta),
    )
    return opening, free or first


def _outside(ground: Ground, starts_at: datetime) -> OpeningFacts:
    return OpeningFacts(starts_at=starts_at, ends_at=starts_at + ground.length, in_timetable=False)
