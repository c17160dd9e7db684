"""Gathering facts: what one request is about, read once, and each of its openings judged by the one rule set.

Settings and prices are those in force on the facility's today, whatever the date of the visit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from backend.access import service as access
from backend.accounts import service as accounts
from backend.db import Tx
from backend.errors import Reason
from backend.facilities import service as facilities
from backend.facilities.models import Facility
from backend.facilities.policy import VisitPolicy, policy_on
from backend.facilities.setting_values import VisitType
from backend.roster import service as roster
from backend.roster.models import Individual
from backend.timetables import service as timetables
from backend.timetables.derive import CHANNELS, PUBLIC, Start, days_between, starts_on
from backend.timetables.models import TimetableRow
from backend.types import quanta_between
from backend.visits import apart, barring, quanta, stations
from backend.visits.barring import Barring
from backend.visits.models import Hold, Visit
from backend.visits.overrides import kept_codes
from backend.visits.quanta import Booking, Limit
from backend.visits.quotas import Asking, Counts
from backend.visits.rules import About, broken_rules
from backend.visits.rules.facts import AnswerFacts, Facts, IndividualFacts, OpeningFacts
from backend.visits.rules.overlap import NO_CAPACITY
from backend.visits.taken import Taken, taken_by_others

Kept = Hold | Visit
"""What an account lets go of when it takes another time: its hold, or the visit that it moves."""

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to schedule, but for the time."""

    facility_id: str
    visit_type: VisitType
    individual_id: str
    duration_minutes: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What all openings of one request stand on."""

    account_id: str
    wanted: Wanted
    facility: Facility
    zone: ZoneInfo
    policy: VisitPolicy
    individual: Individual | None
    stations: tuple[str, ...]
    """Ids of the stations in service for it, of which it takes one; empty: it needs none."""
    barring: Barring
    """Restrictions that may touch it; who comes along is held against them once that is known."""
    facts: Facts
    """Without an opening and without answers."""

    @property
    def length(self) -> timedelta:
        """How long the visit lasts."""
        return timedelta(minutes=self.wanted.duration_minutes)

    def quanta(self, starts_at: datetime) -> range:
        """Return the quanta that a visit from ``starts_at`` keeps busy, the buffer after it included."""
        buffer = timedelta(minutes=self.policy.buffer_minutes)
        return quanta_between(starts_at, starts_at + self.length + buffer)

    def limits(self, row: TimetableRow) -> tuple[Limit, ...]:
        """Return every limit that counts a visit in ``row``: its places, and those of its type, its unit and of all.

        One that was ever set, or will be, counts even while it bounds nothing: so it is right from its first day on.
        """
        policy, unit = self.policy, self.individual.housing_unit if self.individual else None
        limits = [Limit(f"row:{row.id}", row.capacity)]
        if policy.counts_type:
            limits.append(Limit(f"type:{policy.visit_type}", policy.capacity_type))
        if unit in policy.counts_units:
            limits.append(Limit(f"unit:{unit}", policy.unit_places.get(unit)))
        if policy.counts_all:
            limits.append(Limit("all", policy.capacity_all))
        return tuple(limits)

    def booking(self, booking_id: str, starts_at: datetime, limits: tuple[Limit, ...]) -> Booking:
        """Return what a booking from ``starts_at`` (UTC) takes of time."""
        return Booking(
            id=booking_id,
            account_id=self.account_id,
            facility_id=self.wanted.facility_id,
            individual_id=self.wanted.individual_id,
            quanta=self.quanta(starts_at),
            limits=limits,
            stations=self.stations,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """One start and the verdict on it; ``limits`` are those of the first row that has a place, or of the first row."""

    starts_at: datetime
    ends_at: datetime
    reasons: tuple[Reason, ...]
    limits: tuple[Limit, ...]


def lay(tx: Tx, account_id: str, wanted: Wanted) -> Ground:
    """Gather what ``account_id`` stands on when it wants ``wanted``. Raises ``not_found`` (404) for the facility."""
    facility = facilities.get(tx, wanted.facility_id)
    zone = ZoneInfo(facility.zone) if facility.zone else UTC_ZONE
    today = tx.now.astimezone(zone).date()
    policy = policy_on(tx, facility.id, wanted.visit_type, today)
    individual = roster.individual(tx, wanted.individual_id)
    unit = individual.housing_unit if individual else None
    closed = timetables.closed_from(tx, facility.id, wanted.visit_type, unit, today)
    lead_visitor = accounts.account(tx, account_id)
    unit = individual.housing_unit if individual else None
    barred = barring.gather(
        tx,
        facility_id=facility.id,
        individual_id=wanted.individual_id,
        visit_type=wanted.visit_type,
        lead_visitor=lead_visitor,
        today=today,
    )
    return Ground(
        account_id=account_id,
        wanted=wanted,
        facility=facility,
        zone=zone,
        policy=policy,
        individual=individual,
        stations=stations.in_service(tx, facility.id, wanted.visit_type, unit),
        barring=barred,
        facts=Facts(
            now=tx.now,
            zone=zone,
            policy=policy,
            bookable=facility.zone is not None and facilities.has_terms(tx, facility.id, wanted.visit_type),
            access_approved=access.has_approved_access(tx, account_id, facility.id),
            individual=_facts_of(individual, facility.id),
            duration_minutes=wanted.duration_minutes,
            state=facility.state,
            closed=closed,
            rows=_rows_ahead(tx, facility.id, policy, today, unit) if closed or policy.holidays_closed else (),
            lead_visitor_born=lead_visitor.birth_date if lead_visitor else None,
            lead_visitor_name=f"{lead_visitor.first_name} {lead_visitor.last_name}" if lead_visitor else None,
            individual_bars=barred.individual,
            lead_visitor_bars=barred.lead_visitor,
        ),
    )


def starts_between(tx: Tx, ground: Ground, first: date, last: date) -> Mapping[date, tuple[Start, ...]]:
    """Return the timetable's starts for each facility-local date from ``first`` to ``last``, in one query.

    Rows for staff are for whoever may override rules: officers, and support acting for somebody.
    """
    return _starts(tx, ground, days_between(first, last), CHANNELS if ground.facts.may_override else (PUBLIC,))


def _starts(
    tx: Tx, ground: Ground, days: Sequence[date], channels: Collection[str]
) -> Mapping[date, tuple[Start, ...]]:
    if not days:
        return {}
    rows = timetables.rows_between(tx, ground.facility.id, ground.wanted.visit_type, days[0], days[-1])
    unit = ground.individual.housing_unit if ground.individual else None
    minutes = ground.wanted.duration_minutes
    return {day: starts_on(rows, ground.zone, day, minutes, unit, channels=channels) for day in days}


def judge(tx: Tx, ground: Ground, starts: Sequence[Start], own: Kept | None) -> list[Judged]:
    """Judge openings, in order of time, by the rules about openings; in a few queries for any number of them.

    What ``own`` has taken does not stand in the way: taking another time lets go of it.
    """
    if not starts:
        return []
    ordered = sorted(starts, key=lambda start: start.starts_at)
    quanta = range(ground.quanta(ordered[0].starts_at).start, ground.quanta(ordered[-1].starts_at).stop)
    keys = {limit.key for row in _rows(ordered) for limit in ground.limits(row)}
    taken = taken_by_others(
        tx,
        account_id=ground.account_id,
        individual_id=ground.wanted.individual_id,
        facility_id=ground.facility.id,
        limit_keys=sorted(keys),
        quanta=quanta,
        own_booking=own.id if own else None,
        stations=ground.stations,
    )
    counts = _counts(tx, ground, ordered[0].starts_at, own)
    return [
        _judged(ground, tuple(same), taken, counts) for _, same in groupby(ordered, key=lambda start: start.starts_at)
    ]


def judge_asked(tx: Tx, ground: Ground, starts_at: datetime, own: Kept | None) -> tuple[Facts, tuple[Limit, ...]]:
    """Return the facts of one time that somebody asks for, and the limits that would count it.

    A time that the timetable does not have is outside it, whatever else it may be.
    """
    day = starts_at.astimezone(ground.zone).date()
    found = [start for start in starts_between(tx, ground, day, day)[day] if start.starts_at == starts_at]
    if not found:
        return replace(ground.facts, opening=_outside(ground, starts_at)), ()
    limits = [ground.limits(start.row) for start in found]
    taken = taken_by_others(
        tx,
        account_id=ground.account_id,
        individual_id=ground.wanted.individual_id,
        facility_id=ground.facility.id,
        limit_keys=sorted({limit.key for some in limits for limit in some}),
        quanta=ground.quanta(starts_at),
        own_booking=own.id if own else None,
        stations=ground.stations,
    )
    facts, chosen = _facts_at(ground, found, taken, _counts(tx, ground, starts_at, own))
    if NO_CAPACITY.code not in ground.facts.overridden:
        return facts, chosen
    return facts, tuple(_one_more(limit, taken, ground.quanta(starts_at)) for limit in chosen)


def held_facts(tx: Tx, ground: Ground, hold: Kept) -> tuple[Facts, tuple[Limit, ...]]:
    """Return the facts of a time that the account's own living hold, or visit, keeps: nobody else can have taken it.

    That is what the unique keys say, so nothing needs to be counted. Notice is counted to when it was first held. A
    time that staff have given out stays in the timetable for whoever confirms it.
    """
    held_since = hold.first_held_at if isinstance(hold, Hold) else hold.confirmed_at
    day = hold.starts_at.astimezone(ground.zone).date()
    found = [start for start in _starts(tx, ground, [day], CHANNELS)[day] if start.starts_at == hold.starts_at]
    opening = OpeningFacts(
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        in_timetable=bool(found),
        held_since=held_since,
        # a pair may be kept apart since the time was taken
        kept_apart=bool(apart.taken(tx, hold.individual_id, ground.quanta(hold.starts_at), hold.id)),
    )
    return replace(ground.facts, opening=opening), _own_limits(tx, ground, hold, found)


def _own_limits(tx: Tx, ground: Ground, kept: Kept, found: Sequence[Start]) -> tuple[Limit, ...]:
    """Return the limits in which ``kept`` has its places: which of several rows it is in only the places say.

    Where it was let in above the capacity, it counts with the seat that it has.
    """
    capacities = {limit.key: limit.capacity for start in found for limit in ground.limits(start.row)}
    limits = []
    for key, seat in quanta.own_seats(tx, kept.id).items():
        capacity = capacities.get(key, seat)
        over = isinstance(kept, Hold) and NO_CAPACITY.code in kept_codes(kept)
        limits.append(Limit(key, max(capacity, seat) if over and capacity is not None else capacity))
    return tuple(limits)


def with_companions(tx: Tx, ground: Ground, facts: Facts, names: Sequence[str]) -> Facts:
    """Return ``facts`` with who comes along, by their names, and what restrictions mean them."""
    return replace(facts, companions=ground.barring.companions(tx, names))


def with_answers(facts: Facts, answers: AnswerFacts) -> Facts:
    """Return ``facts`` with what a confirmation adds."""
    return replace(facts, answers=answers)


def _counts(tx: Tx, ground: Ground, first: datetime, own: Kept | None) -> Counts:
    asking = Asking(
        ground.account_id,
        ground.wanted.individual_id,
        ground.facility.id,
        ground.zone,
        own_booking=own.id if own else None,
    )
    return Counts(tx, ground.policy, asking, first.astimezone(ground.zone).date())


def _one_more(limit: Limit, taken: Taken, quanta: range) -> Limit:
    """Return a limit with one place more than are taken, if it is full: the keys still let only one booking have it."""
    return Limit(limit.key, taken.most(limit, quanta) + 1) if taken.is_full_at(limit, quanta) else limit


def _judged(ground: Ground, same: tuple[Start, ...], taken: Taken, counts: Counts) -> Judged:
    facts, limits = _facts_at(ground, same, taken, counts)
    start = same[0]
    reasons = broken_rules(facts, About.OPENING)
    if facts.moving is not None:  # who comes along is known already
        reasons += broken_rules(facts, About.ANSWERS)
    return Judged(start.starts_at, start.ends_at, reasons, limits)


def _facts_at(ground: Ground, same: Sequence[Start], taken: Taken, counts: Counts) -> tuple[Facts, tuple[Limit, ...]]:
    """Return the facts of one start that one or several rows give; a row with a place left goes first."""
    start = same[0]
    quanta = ground.quanta(start.starts_at)
    choices = [ground.limits(each.row) for each in same]
    free = next((limits for limits in choices if not taken.is_full(limits, quanta)), None)
    full = next((limit for limit in choices[0] if taken.is_full_at(limit, quanta)), None) if free is None else None
    opening = OpeningFacts(
        starts_at=start.starts_at,
        ends_at=start.ends_at,
        in_timetable=True,
        full=free is None,
        taken=taken.most(full, quanta) if full else 0,
        places=(full.capacity or 0) if full else 0,
        no_station=not taken.has_station(ground.stations, quanta),
        quota=counts.reached_on(start.starts_at.astimezone(ground.zone).date()),
        individual_busy=not taken.individual.isdisjoint(quanta),
        account_busy=not taken.account.isdisjoint(quanta),
        kept_apart=not taken.apart.isdisjoint(quanta),
    )
    return replace(ground.facts, opening=opening), free or choices[0]


def _outside(ground: Ground, starts_at: datetime) -> OpeningFacts:
    return OpeningFacts(starts_at=starts_at, ends_at=starts_at + ground.length, in_timetable=False)


def _facts_of(individual: Individual | None, facility_id: str) -> IndividualFacts | None:
    if individual is None:
        return None
    return IndividualFacts(at_facility=individual.facility_id == facility_id, held=individual.status == "held")


def _rows_ahead(
    tx: Tx, facility_id: str, policy: VisitPolicy, today: date, unit: str | None
) -> tuple[TimetableRow, ...]:
    """Return the rows for the public that hold on some day from ``today`` on."""
    ahead = timetables.rows_between(tx, facility_id, policy.visit_type, today, date.max)
    return tuple(row for row in ahead if row.channel == PUBLIC and row.housing_unit in (None, unit))


def _rows(starts: Iterable[Start]) -> Iterable[TimetableRow]:
    return {start.row.id: start.row for start in starts}.values()
