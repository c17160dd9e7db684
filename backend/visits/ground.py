"""Gathering facts: what one request is about, read once. :mod:`backend.visits.judging` judges its openings.

Settings and prices are those in force on the facility's today, whatever the date of the visit; capacities and closed
holidays are those of the date of the visit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.access import service as access
from backend.accounts import service as accounts
from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.models import Facility
from backend.facilities.policy import VisitPolicy, policy_on
from backend.facilities.setting_values import VisitType
from backend.restrictions import service as restrictions
from backend.roster import service as roster
from backend.roster.models import Individual
from backend.timetables import service as timetables
from backend.timetables.derive import CHANNELS, PUBLIC, Choices
from backend.timetables.models import TimetableRow
from backend.types import quanta_from
from backend.visits import barring, stations
from backend.visits.barring import Barring
from backend.visits.models import Hold, Visit
from backend.visits.quanta import Booking, Limit
from backend.visits.rules.facts import Facts, IndividualFacts

Kept = Hold | Visit
"""What an account lets go of when it takes another time: its hold, or the visit that it moves."""

UTC_ZONE = ZoneInfo("UTC")
PUBLIC_ONLY: Final = (PUBLIC,)


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
        return quanta_from(starts_at, self.wanted.duration_minutes + self.policy.buffer_minutes)

    def limits(self, row: TimetableRow, day: date) -> tuple[Limit, ...]:
        """Return every limit that counts a visit in ``row`` on ``day``: of the row, its type, its unit, and of all.

        One that was ever set, or will be, counts even while it bounds nothing: so it is right from its first day on.
        """
        policy, unit = self.policy, self.individual.housing_unit if self.individual else None
        bounds = policy.of_day(day)
        limits = [Limit(f"row:{row.id}", row.capacity)]
        if policy.counts_type:
            limits.append(Limit(f"type:{policy.visit_type}", bounds.capacity_type))
        if unit in policy.counts_units:
            limits.append(Limit(f"unit:{unit}", bounds.unit_places.get(unit)))
        if policy.counts_all:
            limits.append(Limit("all", bounds.capacity_all))
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


def lay(tx: Tx, account_id: str, wanted: Wanted) -> Ground:
    """Gather what ``account_id`` stands on when it wants ``wanted``. Raises ``not_found`` (404) for the facility."""
    ask_ahead(tx, account_id, wanted)
    facility = facilities.get(tx, wanted.facility_id)
    zone = ZoneInfo(facility.zone) if facility.zone else UTC_ZONE
    today = tx.now.astimezone(zone).date()
    policy = policy_on(tx, facility.id, wanted.visit_type, today)
    individual = roster.individual(tx, wanted.individual_id)
    unit = individual.housing_unit if individual else None
    tx.ask_ahead(
        lambda tx: timetables.closed_from(tx, facility.id, wanted.visit_type, unit, today),
        lambda tx: restrictions.in_force(tx, facility.id, wanted.individual_id, today),
        lambda tx: stations.in_service(tx, facility.id, wanted.visit_type, unit),
    )
    closed = timetables.closed_from(tx, facility.id, wanted.visit_type, unit, today)
    lead_visitor = accounts.account(tx, account_id)
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
            access=access.access_at(tx, account_id, facility.id, tx.now),
            individual=_facts_of(individual, facility.id),
            duration_minutes=wanted.duration_minutes,
            state=facility.state,
            closed=closed,
            rows=_rows_ahead(tx, facility.id, policy, today, unit) if closed or _may_close(policy) else (),
            lead_visitor_born=lead_visitor.birth_date if lead_visitor else None,
            lead_visitor_name=f"{lead_visitor.first_name} {lead_visitor.last_name}" if lead_visitor else None,
            individual_bars=barred.individual,
            lead_visitor_bars=barred.lead_visitor,
        ),
    )


def ask_ahead(tx: Tx, account_id: str, wanted: Wanted, *more: Callable[[Tx], object]) -> None:
    """Ask at once for what :func:`lay` stands on and knows before it begins, and for what ``more`` steps begin with."""
    facility_id = wanted.facility_id
    tx.ask_ahead(
        lambda tx: facilities.get(tx, facility_id),
        lambda tx: policy_on(tx, facility_id, wanted.visit_type, tx.now.date()),
        lambda tx: roster.individual(tx, wanted.individual_id),
        lambda tx: accounts.account(tx, account_id),
        lambda tx: facilities.has_terms(tx, facility_id, wanted.visit_type),
        lambda tx: access.access_at(tx, account_id, facility_id, tx.now),
        *more,
    )


def starts_of(
    tx: Tx, ground: Ground, days: Sequence[date], channels: tuple[str, ...] | None = None
) -> Mapping[date, tuple[Choices, ...]]:
    """Return the timetable's starts on each of ``days`` (facility-local, in order), in one query.

    Unless ``channels`` says otherwise, rows for staff are for whoever may override rules: officers, and support acting
    for somebody.
    """
    if not days:
        return {}
    if channels is None:
        channels = CHANNELS if ground.facts.may_override else PUBLIC_ONLY
    timetable = timetables.timetable_between(tx, ground.facility.id, ground.wanted.visit_type, days[0], days[-1])
    unit = ground.individual.housing_unit if ground.individual else None
    minutes = ground.wanted.duration_minutes
    return {day: timetable.choices_on(ground.zone, day, minutes, unit, channels) for day in days}


def _may_close(policy: VisitPolicy) -> bool:
    return policy.holidays_closed or any(later.holidays_closed for _begins, later in policy.later)


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
