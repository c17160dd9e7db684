"""Visits of the demonstration: what people scheduled, paid, cancelled and had, through the services that do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import col, update

from backend.audit import service as audit
from backend.db import Tx
from backend.demo.catalogue import Catalogue
from backend.demo.people import ANA, WHITFIELD, Profile
from backend.demo.places import SHELBY
from backend.demo.stories import visitor
from backend.demo.telling import Story
from backend.errors import Problem
from backend.facilities import service as facilities
from backend.facilities.models import Facility
from backend.facilities.prices import MEASURED_TYPES
from backend.facilities.setting_values import VisitType
from backend.money import returns
from backend.money.processors.base import ChargeResult
from backend.money.processors.test import METHODS, TestProcessor
from backend.roster.models import Individual
from backend.security import SERVER, Actor
from backend.timetables.derive import Start, starts_on
from backend.visits import booking, cancelling, connections, holds, returning, settling, unused_minutes
from backend.visits.connections import Span
from backend.visits.ground import Wanted
from backend.visits.models import Visit

CARD: Final = METHODS[0].method
AHEAD: Final = timedelta(days=5, hours=3)
"""How long before its start a visit of the demonstration was scheduled, unless that is still to come."""
LATEST: Final = timedelta(hours=20)
"""How long before now the last of them was scheduled."""
LUCIA: Final = booking.Companion("Lucia Rivera", minor=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """One visit: on the first day from ``day`` (days after today, negative before) that has any, near ``hour``."""

    profile: Profile
    individual: Individual
    visit_type: VisitType
    minutes: int
    day: int
    hour: float
    """Wall-clock hour at the facility."""
    companions: tuple[booking.Companion, ...] = ()
    outcome: str = "completed"
    """What became of it, if it is over and was not cancelled."""
    locked_down: timedelta | None = None
    """How long before its start the facility cancelled it."""
    given_up: timedelta | None = None
    """How long before its start the visitor cancelled it."""
    used: int | None = None
    """How many of its minutes were used; None: all of them."""


def visits(catalogue: Catalogue, now: datetime) -> Iterator[Story]:
    """Return every visit as a story."""
    mateo = catalogue.individual(catalogue.facilities[SHELBY.key], "20418")
    for plan in _anas(mateo):
        facility = next(one for one in catalogue.facilities.values() if one.id == plan.individual.facility_id)
        starts = _starts(catalogue, facility, plan, now)
        if starts:
            yield _visit(catalogue, facility, plan, starts, now)


def _anas(mateo: Individual) -> Iterator[Plan]:
    """Ana Rivera's visits: some took place, one was free, one locked down, one given up, and two are to come."""

    def remote(day: int, hour: float, minutes: int = 30) -> Plan:
        return Plan(ANA, mateo, "remote", minutes, day, hour)

    yield remote(-58, 9)
    yield remote(-47, 18.5, 20)
    yield replace(remote(-40, 9), outcome="visitor_missed", used=0)
    yield remote(-33, 14)
    yield replace(remote(-26, 10), given_up=timedelta(days=2))
    yield Plan(ANA, mateo, "in_person", 45, -22, 13, companions=(LUCIA,))
    yield remote(-19, 18)
    yield replace(remote(-12, 9.5), used=22)
    yield replace(remote(-5, 18.5), locked_down=timedelta(days=2, hours=4))
    yield remote(8, 8)
    yield Plan(ANA, mateo, "in_person", 45, 13, 10, companions=(LUCIA,))


def _starts(catalogue: Catalogue, facility: Facility, plan: Plan, now: datetime) -> list[Start]:
    """Return the starts of the first day that has any, the one nearest to what was planned first."""
    zone = ZoneInfo(facility.zone or "UTC")
    today = now.astimezone(zone).date()
    rows = [row for row in catalogue.timetable if (row.facility_id, row.visit_type) == (facility.id, plan.visit_type)]
    for later in range(14):
        starts = starts_on(rows, zone, today + timedelta(days=plan.day + later), plan.minutes)
        if starts:
            return sorted(starts, key=lambda start: abs(_hour(start, zone) - plan.hour))
    return []


def _hour(start: Start, zone: ZoneInfo) -> float:
    local = start.starts_at.astimezone(zone)
    return local.hour + local.minute / 60


def _visit(catalogue: Catalogue, facility: Facility, plan: Plan, starts: list[Start], now: datetime) -> Story:
    tx = yield min(starts[0].starts_at - AHEAD, now - LATEST)
    start, visit_id = _first_free(tx, catalogue, facility, plan, starts)
    if plan.locked_down is not None:
        tx = yield start.starts_at - plan.locked_down
        officer = Actor("officer", "terminal", account_id=WHITFIELD.account_id, facility_ids=frozenset({facility.id}))
        _came_back(tx, cancelling.cancel_for_facility(tx, officer, visit_id, "lockdown"))
    elif plan.given_up is not None:
        tx = yield start.starts_at - plan.given_up
        back = cancelling.preview(tx, visitor(plan.profile), visit_id).back.total_minor
        _came_back(tx, cancelling.cancel(tx, visitor(plan.profile), visit_id, back, None))
    elif start.ends_at < now:
        tx = yield start.ends_at
        _took_place(tx, facility, visit_id, plan.outcome)
        if plan.visit_type in MEASURED_TYPES:
            _report(tx, plan, visit_id, start)
            tx = yield start.ends_at + timedelta(minutes=5)
            _counted(tx, visit_id)


def _first_free(tx: Tx, catalogue: Catalogue, facility: Facility, plan: Plan, starts: list[Start]) -> tuple[Start, str]:
    """Schedule the first of ``starts`` that nobody else has. Return it and the visit's id."""
    for start in starts:
        with suppress(Problem), tx.savepoint():
            return start, _scheduled(tx, catalogue, facility, plan, start)
    raise ValueError(f"{plan} finds no time")


def _scheduled(tx: Tx, catalogue: Catalogue, facility: Facility, plan: Plan, start: Start) -> str:
    """Hold, accept, confirm and pay, as a visitor does. Return the visit's id. Raises what refuses it."""
    actor = visitor(plan.profile)
    terms = catalogue.terms_of(facility, plan.visit_type)
    if not facilities.has_accepted(tx, plan.profile.account_id, terms.id):
        facilities.accept_terms(tx, actor, terms.id, shown_to_end=True)
    wanted = Wanted(facility.id, plan.visit_type, plan.individual.id, plan.minutes)
    hold = holds.take(tx, actor, wanted, start.starts_at)
    free = hold.price.total_minor == 0
    begun = booking.begin(
        tx,
        actor,
        booking.Confirming(
            hold_id=hold.id,
            terms_id=terms.id,
            companions=plan.companions,
            expected_total_minor=hold.price.total_minor,
            method_token=None if free else CARD.token,
            method=None if free else CARD,
            processor=TestProcessor.name,
        ),
    )
    if begun.payment_id is not None:
        charged = ChargeResult("succeeded", reference=f"test-{begun.payment_id}")
        settling.settle(tx, actor, begun.payment_id, charged)
    return begun.booking_id


def _came_back(tx: Tx, cancelled: cancelling.Cancelled) -> None:
    if cancelled.payment_id is not None:
        for back in returns.of_payment(tx, cancelled.payment_id):
            returning.came_back(tx, SERVER, back.entry_id)


def _report(tx: Tx, plan: Plan, visit_id: str, start: Start) -> None:
    """Take in what the video service says: the individual was there all the time, the visitor until the end of use."""
    used = plan.minutes if plan.used is None else plan.used
    connections.add(tx, visit_id, "individual", Span(start.starts_at, start.ends_at))
    begins = start.starts_at - timedelta(minutes=4)
    connections.add(tx, visit_id, "visitor", Span(begins, start.starts_at + timedelta(minutes=used)))


def _counted(tx: Tx, visit_id: str) -> None:
    counted = unused_minutes.count(tx, SERVER, visit_id)
    for share in counted.back if counted else ():
        returning.came_back(tx, SERVER, share.entry_id)


def _took_place(tx: Tx, facility: Facility, visit_id: str, outcome: str) -> None:
    """Record what became of a visit that is over."""
    tx.session.exec(update(Visit).where(col(Visit.id) == visit_id).values(status=outcome))
    audit.record(
        tx,
        SERVER,
        audit.facility_chain(facility.id),
        action="outcome recorded",
        subject=f"visit:{visit_id}",
        what={"status": outcome},
    )
