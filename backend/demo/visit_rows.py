"""The rows of one visit of the demonstration: what it takes of time, the visit, its payment, and its ledger entry."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from backend.demo.catalogue import Ids
from backend.demo.people import Profile
from backend.demo.place import Fee, Offering
from backend.demo.rows import Raw
from backend.facilities.models import Facility
from backend.money.ledger import NO_CHARGE
from backend.money.models import LedgerEntry, Payment, Transfer
from backend.money.processors.test import METHODS, TestProcessor
from backend.roster import service as roster
from backend.roster.models import Individual
from backend.timetables.derive import Start
from backend.types import quanta_between
from backend.visits.connections import SIDES
from backend.visits.models import AccountTaken, Connection, IndividualTaken, PlaceTaken, QuotaEntry, Visit
from backend.visits.settling import REFERENCE_LENGTH, REFERENCE_LETTERS

CARD: Final = METHODS[0].method


@dataclass(frozen=True, slots=True)
class Other:
    """One of them, and whom they visit where."""

    profile: Profile
    individual: Individual
    facility: Facility
    offerings: tuple[Offering, ...]


@dataclass(frozen=True, slots=True)
class Booked:
    """One visit of theirs: booked at an instant, under terms."""

    id: str
    at: datetime
    other: Other
    offering: Offering
    start: Start
    terms_id: str


@dataclass(slots=True)
class Taken:
    """The quanta that their visits take, so that none is taken twice."""

    places: set[tuple[str, int, int]] = field(default_factory=set)
    """Limit key, quantum, seat."""
    people: set[tuple[str, int]] = field(default_factory=set)
    """Account or individual, quantum."""


def take(other: Other, start: Start, booking_id: str, taken: Taken) -> list[Raw]:
    """Return the quanta rows of a visit, none if its place or one of its people is taken."""
    quanta = quanta_between(start.starts_at, start.ends_at)
    account, individual, key = other.profile.account_id, other.individual.id, f"row:{start.row.id}"
    people = {(who, quantum) for who in (account, individual) for quantum in quanta}
    seats = ({(key, quantum, seat) for quantum in quanta} for seat in range(1, start.row.capacity + 1))
    places = next((one for one in seats if one.isdisjoint(taken.places)), None)
    if places is None or not people.isdisjoint(taken.people):
        return []
    taken.places |= places
    taken.people |= people
    rows: list[Raw] = []
    for _, quantum, seat in sorted(places):
        kept: dict[str, object] = {"quantum": quantum, "booking_id": booking_id, "held_until": None}
        place: dict[str, object] = {"facility_id": other.facility.id, "limit_key": key, "seat": seat}
        rows += (
            Raw(PlaceTaken, {**place, **kept}),
            Raw(IndividualTaken, {"individual_id": individual, **kept}),
            Raw(AccountTaken, {"account_id": account, **kept}),
        )
    return rows


def fee_of(offering: Offering) -> int:
    """Return the session fee, in US cents, of the shortest visit; none of those that have visits here has a tax."""
    fee = _fee_of(offering)
    return 0 if fee is None else fee.cents * (min(offering.durations) if fee.per_minute else 1)


def _fee_of(offering: Offering) -> Fee | None:
    fees = {fee.minutes: fee for fee in offering.fees}
    return fees.get(min(offering.durations)) or fees.get(0)


def visit_rows(booked: Booked, ids: Ids, rng: random.Random, now: datetime) -> Iterator[SQLModel]:
    """Return the visit, its line in Transaction Details, and its payment if it has one."""
    other, start, fee = booked.other, booked.start, fee_of(booked.offering)
    account, facility = other.profile.account_id, other.facility
    each, over = _fee_of(booked.offering), start.ends_at <= now
    by_minute = each is not None and each.per_minute
    payment = _payment(booked, ids, fee) if fee else None
    if payment is not None:
        yield payment
    yield Visit(
        id=booked.id,
        reference="VD-" + "".join(rng.choices(REFERENCE_LETTERS, k=REFERENCE_LENGTH)),
        account_id=account,
        facility_id=facility.id,
        individual_id=other.individual.id,
        visit_type=booked.offering.visit_type,
        duration_minutes=min(booked.offering.durations),
        starts_at=start.starts_at,
        ends_at=start.ends_at,
        zone=facility.zone or "UTC",
        local_date=start.starts_at.astimezone(ZoneInfo(facility.zone or "UTC")).date(),
        terms_id=booked.terms_id,
        session_fee_minor=fee,
        transaction_fee_minor=0,
        currency="USD",
        per_minute_minor=each.cents if each is not None and by_minute else None,
        status="completed" if over else "confirmed",
        confirmed_at=booked.at,
        used_minutes=min(booked.offering.durations) if over and by_minute else None,
    )
    if over and by_minute:
        yield from _sessions(booked)
    yield QuotaEntry(
        id=booked.id,
        booking_id=booked.id,
        facility_id=facility.id,
        account_id=account,
        individual_id=other.individual.id,
        visit_type=booked.offering.visit_type,
        local_date=start.starts_at.astimezone(ZoneInfo(facility.zone or "UTC")).date(),
        units=1,
        at=booked.at,
    )
    entry = _entry(booked, ids, payment, fee)
    yield entry
    if fee:
        yield Transfer(
            id=ids.at(booked.at),
            entry_id=entry.id,
            line="session_fee",
            debit=f"card:{account}",
            credit=f"facility:{facility.id}:session_fees",
            amount_minor=fee,
            currency="USD",
            moved_at=booked.at,
        )


def _sessions(booked: Booked) -> Iterator[Connection]:
    """Return what the video service reported of a visit that was used to its end."""
    start = booked.start
    for side in SIDES:
        yield Connection(
            visit_id=booked.id,
            side=side,
            connected_at=start.starts_at,
            disconnected_at=start.ends_at,
            imported_at=start.ends_at,
        )


def _payment(booked: Booked, ids: Ids, fee: int) -> Payment:
    payment_id = ids.at(booked.at)
    return Payment(
        id=payment_id,
        account_id=booked.other.profile.account_id,
        booking_id=booked.id,
        processor=TestProcessor.name,
        processor_reference=f"test-{payment_id}",
        method_token=CARD.token,
        label=CARD.label,
        brand=CARD.brand,
        last4=CARD.last4,
        amount_minor=fee,
        currency="USD",
        session_fee_minor=fee,
        transaction_fee_minor=0,
        status="succeeded",
        asked={},
        created_at=booked.at,
        settled_at=booked.at,
    )


def _entry(booked: Booked, ids: Ids, payment: Payment | None, fee: int) -> LedgerEntry:
    other = booked.other
    return LedgerEntry(
        id=ids.at(booked.at),
        account_id=other.profile.account_id,
        kind="charge" if fee else "no_charge",
        fee_source="card" if fee else "none",
        fee_source_label=CARD.label if fee else NO_CHARGE,
        entered_at=booked.at,
        booking_id=booked.id,
        facility_id=other.facility.id,
        individual_id=other.individual.id,
        individual_name=roster.name_of(other.individual),
        appointment_at=booked.start.starts_at,
        zone=other.facility.zone or "UTC",
        payment_id=payment.id if payment else None,
    )
