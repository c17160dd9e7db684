"""``facility``: one facility set up from the shell."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from backend.cli.report import Progress, Refused, Report, count_of, table
from backend.cli.work.readiness import readiness
from backend.context import Context
from backend.db import Tx
from backend.facilities import configuration, service, setup
from backend.facilities.models import Facility
from backend.facilities.policy import local_today
from backend.facilities.registry import REGISTRY
from backend.facilities.setting_values import VisitType
from backend.facilities.views import FacilityView, OfferView
from backend.security import SHELL
from backend.text import Line
from backend.visits import days_off, limits

PAGE = 200
Words = Annotated[str, Field(max_length=200)]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a facility; None leaves it as it is."""

    name: Words | None = None
    state: Words | None = None
    city: Words | None = None
    address: Words | None = None
    postal_code: Words | None = None
    phone: Words | None = None
    kind: Words | None = None
    population: int | None = None
    zone: Words | None = None


@dataclass(frozen=True, slots=True)
class AddFacility(Facts):
    """A facility to add."""


@dataclass(frozen=True, slots=True)
class SetFacility(Facts):
    """Facts or settings of one facility; ``settings`` are ``name=value``, the value JSON or a plain word."""

    facility: Line = ""
    settings: tuple[str, ...] = ()
    visit_type: VisitType | None = None
    effective_from: date | None = None


@dataclass(frozen=True, slots=True)
class ListFacilities:
    """Facilities of one state."""

    state: Line


@dataclass(frozen=True, slots=True)
class ShowFacility:
    """One facility."""

    facility: Line


@dataclass(frozen=True, slots=True)
class SetPrice:
    """What a visit type costs from a day on. Fees are US cents, the tax hundredths of a percent."""

    facility: Line
    visit_type: VisitType
    session_fee: int
    transaction_fee: int = 0
    tax_basis_points: int = 0
    per_minute: bool = False
    minutes: int = 0
    effective_from: date | None = None


@dataclass(frozen=True, slots=True)
class PublishTerms:
    """A new version of the Terms and Conditions of some visit types."""

    facility: Line
    visit_types: tuple[VisitType, ...]
    title: Line
    text: str


def add(context: Context, asked: AddFacility, _progress: Progress) -> Report:
    """Add a facility that is in no list."""
    made, next_ = context.db.write_in_turn(lambda tx: _shown(tx, setup.add_facility(tx, SHELL, _facts(asked))))
    return Report((f"Added {made.name}, {made.state}. Its id is {made.id}.", *next_), _data(made))


def change(context: Context, asked: SetFacility, _progress: Progress) -> Report:
    """Set facts and settings of a facility."""
    settings = [_setting(said) for said in asked.settings]

    def work(tx: Tx) -> tuple[FacilityView, tuple[str, ...], date, int, int]:
        facility = setup.one_called(tx, asked.facility)
        service.take_alone(tx, facility.id)  # before its row and its trace, which the settings need too
        facility = setup.alter_facility(tx, SHELL, facility.id, _facts(asked))
        since = asked.effective_from or local_today(facility, tx.now)
        above, off = 0, days_off.follow(tx, facility.id) if asked.state is not None else 0
        for name, value in settings:
            set_ = limits.set_setting(
                tx, SHELL, facility.id, name, value, effective_from=since, visit_type=asked.visit_type
            )
            above, off = above + set_.above, max(off, set_.on_holidays)
        return *_shown(tx, facility), since, above, off

    made, next_, since, above, off = context.db.write_in_turn(work)
    facts = [f"Set: {name} is {value}." for name, value in asdict(_facts(asked)).items() if value is not None]
    which = f"for {asked.visit_type} " if asked.visit_type else ""
    said = [f"Set: {name} is {json.dumps(value)} {which}from {since} on." for name, value in settings]
    if above:
        said.append(f"Booked above it: {count_of(above, 'visit')}. Nothing is cancelled; look at what is flagged.")
    if off:
        said.append(
            f"On holidays that are closed: {count_of(off, 'visit')}. Nothing is cancelled; look at what is flagged."
        )
    return Report(
        (*facts, *said, *_lines(made), *next_), {**_data(made), "visits_above": above, "visits_on_holidays": off}
    )


def list_(context: Context, asked: ListFacilities, _progress: Progress) -> Report:
    """List the facilities of a state."""

    def read(tx: Tx) -> list[FacilityView]:
        found: list[FacilityView] = []
        cursor: str | None = None
        while True:
            page, cursor = service.facilities_in(tx, asked.state, cursor, PAGE)
            found.extend(page)
            if cursor is None:
                return found

    found = context.db.read_now(read)
    if not found:
        return Report((f"No facilities in {asked.state}.",), [])
    rows = [(one.id, one.name, one.city or "", one.kind, one.zone or "none", _bookable(one)) for one in found]
    return Report(table(rows, ("ID", "NAME", "CITY", "KIND", "ZONE", "BOOKABLE")), [_data(one) for one in found])


def show(context: Context, asked: ShowFacility, _progress: Progress) -> Report:
    """Show one facility and what it offers today."""
    found, next_ = context.db.read_now(lambda tx: _shown(tx, setup.one_called(tx, asked.facility)))
    return Report((*_lines(found), *next_), _data(found))


def price(context: Context, asked: SetPrice, _progress: Progress) -> Report:
    """Set a price; one above its cap is refused here, not when somebody pays."""

    def work(tx: Tx) -> tuple[FacilityView, tuple[str, ...], date]:
        facility = setup.one_called(tx, asked.facility)
        since = asked.effective_from or local_today(facility, tx.now)
        configuration.set_price(
            tx,
            SHELL,
            facility.id,
            asked.visit_type,
            session_fee_minor=asked.session_fee,
            transaction_fee_minor=asked.transaction_fee,
            tax_basis_points=asked.tax_basis_points,
            unit="minute" if asked.per_minute else "visit",
            duration_minutes=asked.minutes,
            effective_from=since,
        )
        return *_shown(tx, facility), since

    made, next_, since = context.db.write_in_turn(work)
    of = f"{asked.minutes} minutes of {asked.visit_type}" if asked.minutes else asked.visit_type
    each = "a minute" if asked.per_minute else "a visit"
    fees = f"{_dollars(asked.session_fee)} {each}, transaction fee {_dollars(asked.transaction_fee)}"
    if asked.tax_basis_points:
        fees += f", and a tax of {asked.tax_basis_points / 100:g} percent"
    return Report((f"Set: {of} costs {fees}, from {since} on.", *_lines(made), *next_), _data(made))


def terms(context: Context, asked: PublishTerms, _progress: Progress) -> Report:
    """Publish terms; the same words again change nothing."""

    def work(tx: Tx) -> tuple[str, list[int], tuple[str, ...]]:
        facility = setup.one_called(tx, asked.facility)
        versions = [
            service.publish_terms(tx, SHELL, facility.id, each, title=asked.title, text=asked.text).version
            for each in asked.visit_types
        ]
        return facility.name, versions, readiness(tx, facility)

    name, versions, next_ = context.db.write_in_turn(work)
    said = [
        f"{name}: version {version} for {each} is in force."
        for each, version in zip(asked.visit_types, versions, strict=True)
    ]
    return Report((*said, *next_), dict(zip(asked.visit_types, versions, strict=True)))


def _facts(asked: Facts) -> setup.FacilityFacts:
    return setup.FacilityFacts(
        name=asked.name,
        state=asked.state,
        city=asked.city,
        address=asked.address,
        postal_code=asked.postal_code,
        phone=asked.phone,
        kind=asked.kind,
        population=asked.population,
        zone=asked.zone,
    )


def _setting(said: str) -> tuple[str, object]:
    """Return the name and JSON value of ``name=value``; what is no JSON is a word."""
    name, equals, value = said.partition("=")
    if not equals or name not in REGISTRY:
        known = "; ".join(sorted(REGISTRY))
        raise Refused(f"{said!r} is not a setting and its value.", f"Say name=value. The settings are: {known}.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _shown(tx: Tx, facility: Facility) -> tuple[FacilityView, tuple[str, ...]]:
    """Return a facility as it is now, and what an operator is told to do next."""
    return service.facility(tx, facility.id), readiness(tx, facility)


def _dollars(minor: int) -> str:
    return f"${minor // 100}.{minor % 100:02d}"


def _bookable(one: FacilityView) -> str:
    return "yes" if one.bookable else "not yet"


def _lines(one: FacilityView) -> list[str]:
    facts = (
        f"{one.name}, {one.city or 'no city'}, {one.state}",
        f"  id {one.id}",
        f"  kind {one.kind}, zone {one.zone or 'none'}, phone {one.phone or 'none'}",
        f"  access: {'decided at once' if one.approval == 'automatic' else 'decided by an officer'}, "
        f"answered within {one.answer_days} working days" + (", the ID must be seen" if one.id_must_be_seen else ""),
    )
    return [*facts, *(_offer(offer) for offer in one.offers)]


def _offer(offer: OfferView) -> str:
    lengths = ", ".join(f"{each.minutes} min {_dollars(each.price.total_minor)}" for each in offer.durations)
    return (
        f"  {offer.visit_type}: {lengths}; {offer.notice_hours} h notice, up to {offer.horizon_days} days ahead, "
        f"free to cancel until {offer.cancel_cutoff_hours} h before"
    )


def _data(one: FacilityView) -> dict[str, object]:
    return asdict(one)
