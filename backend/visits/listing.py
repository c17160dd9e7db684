"""Judging many openings by the one rule set, in a few queries, and with no more work than can change a verdict.

The verdict on each opening is what the whole list of rules says of its facts, rule by rule. What is spared is asking a
rule again whose answer is known: one that lets the whole month, or the whole day, pass (``lets_pass``), one that said
it of the same date (``Looks.DATE``), and one about what is taken (``Looks.TAKEN``) where nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from backend.db import Tx
from backend.errors import Reason
from backend.timetables.derive import Choices, Start
from backend.timetables.models import TimetableRow
from backend.timetables.wall_clock import local_date
from backend.visits.ground import Ground, Kept
from backend.visits.judging import counts_of, opening_facts
from backend.visits.quanta import Limit
from backend.visits.rules import About, Looks, Rule, Stretch, rules_for
from backend.visits.rules.facts import OpeningFacts, QuotaReached
from backend.visits.taken import Taken, taken_by_others

Known = tuple[Rule, Reason | None]
"""A rule, and what it says of every opening of a day; None: each has to be looked at."""


class Judged(NamedTuple):
    """One start (UTC, ``ends_at`` exclusive) and the verdict on it: every rule that it breaks."""

    starts_at: datetime
    ends_at: datetime
    reasons: tuple[Reason, ...]


def judge(
    tx: Tx, ground: Ground, openings: Mapping[date, Sequence[Choices]], own: Sequence[Kept]
) -> dict[date, list[Judged]]:
    """Judge the openings of each day, in order of time, by the rules about openings; in a few queries for all of them.

    What ``own`` have taken does not stand in the way: taking another time lets go of them.
    """
    days = {day: some for day, some in openings.items() if some}
    if not days:
        return {day: [] for day in openings}
    first, last = next(iter(days.values()))[0][0], next(reversed(days.values()))[-1][0]
    limits = _limits(ground, days)
    taken = taken_by_others(
        tx,
        account_id=ground.account_id,
        individual_id=ground.wanted.individual_id,
        facility_id=ground.facility.id,
        limits={limit for each in limits.values() for limit in each},
        quanta=range(first.first_quantum, ground.quanta(last.starts_at).stop),
        own_bookings=[one.id for one in own],
        stations=ground.stations,
    )
    month = _Month(ground, limits, taken, taken.busy, _rules(ground, _stretch(ground, first, last)))
    counts = counts_of(tx, ground, first.starts_at, own)
    return {
        day: _of_day(month, day, some, counts.reached_on(local_date(ground.zone, some[0][0].starts_at))) if some else []
        for day, some in openings.items()
    }


@dataclass(frozen=True, slots=True)
class _Month:
    """What all openings of a listing are held against."""

    ground: Ground
    limits: Mapping[tuple[str, date], tuple[Limit, ...]]
    """Those that count a visit in a row, by its id, on a day."""
    taken: Taken
    busy: frozenset[int]
    """The quanta in which others have anything."""
    rules: Sequence[Rule]
    """Those that may speak, in their order."""


def _of_day(month: _Month, day: date, openings: Sequence[Choices], quota: QuotaReached | None) -> list[Judged]:
    """Judge the openings of one local date, of which there are some."""
    ground, busy = month.ground, month.busy
    length = len(ground.quanta(openings[0][0].starts_at))
    known = _known(month, openings)
    free = [each for each in known if each[0].looks_at is not Looks.TAKEN]
    of_free = tuple(reason for _rule, reason in free if reason is not None)
    alike = all(reason is not None for _rule, reason in free)
    first, last = openings[0][0], openings[-1][0]
    if quota is None and alike and busy.isdisjoint(range(first.first_quantum, last.first_quantum + length)):
        return [Judged(choices[0].starts_at, choices[0].ends_at, of_free) for choices in openings]
    judged = []
    for choices in openings:
        start = choices[0]
        is_free = quota is None and busy.isdisjoint(range(start.first_quantum, start.first_quantum + length))
        if is_free and alike:
            reasons = of_free
        else:
            counted = [(each, month.limits[each.row.id, day]) for each in choices]
            opening, _limits = opening_facts(ground, counted, month.taken, quota)
            reasons = _told(ground, free if is_free else known, opening)
        judged.append(Judged(start.starts_at, start.ends_at, reasons))
    return judged


def _known(month: _Month, openings: Sequence[Choices]) -> list[Known]:
    """Return the rules that may speak on one local date, in their order; those that speak of all of it, with that."""
    ground, first = month.ground, openings[0][0]
    day = _stretch(ground, first, openings[-1][0])
    any_of_it = ground.facts.at(OpeningFacts(first.starts_at, first.ends_at, in_timetable=True))
    known: list[Known] = []
    for rule in month.rules:
        if rule.looks_at is Looks.DATE:
            if (reason := rule.broken(any_of_it)) is not None:
                known.append((rule, reason))
        elif not _lets_pass(rule, ground, day):
            known.append((rule, None))
    return known


def _told(ground: Ground, known: Sequence[Known], opening: OpeningFacts) -> tuple[Reason, ...]:
    facts = ground.facts.at(opening)
    said = (reason or rule.broken(facts) for rule, reason in known)
    return tuple(reason for reason in said if reason is not None)


def _limits(ground: Ground, days: Mapping[date, Sequence[Choices]]) -> dict[tuple[str, date], tuple[Limit, ...]]:
    """Return the limits that count a visit in each row of each day."""
    found: dict[tuple[str, date], tuple[Limit, ...]] = {}
    same: dict[str, tuple[Limit, ...]] = {}
    for day, some in days.items():
        for row in _rows_of(some):
            if ground.policy.later or row.id not in same:
                same[row.id] = ground.limits(row, day)
            found[row.id, day] = same[row.id]
    return found


def _rows_of(openings: Sequence[Choices]) -> Iterator[TimetableRow]:
    """Return every row that gives some of ``openings``, perhaps more than once: never twice in a row."""
    last = None
    for choices in openings:
        for start in choices:
            if start.row is not last:
                last = start.row
                yield last


def _rules(ground: Ground, month: Stretch) -> list[Rule]:
    """Return the rules about openings that may speak, in their order."""
    rules = rules_for(ground.facts, About.OPENING)
    if ground.facts.moving is not None:  # who comes along is known already
        rules += rules_for(ground.facts, About.ANSWERS)
    return [rule for rule in rules if not _lets_pass(rule, ground, month)]


def _lets_pass(rule: Rule, ground: Ground, openings: Stretch) -> bool:
    return rule.lets_pass is not None and rule.lets_pass(ground.facts, openings)


def _stretch(ground: Ground, first: Start, last: Start) -> Stretch:
    return Stretch(
        first_starts_at=first.starts_at,
        last_starts_at=last.starts_at,
        ends_at=last.ends_at,
        first_day=local_date(ground.zone, first.starts_at),
        last_day=local_date(ground.zone, last.ends_at),
    )
