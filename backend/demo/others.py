"""People without a part to play: their visits fill the timetables, their requests say how long answers take.

There are many of them, so their rows are made here at once instead of by the services one by one: the same rows, under
the same constraints.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from backend.access.models import FacilityAccess
from backend.demo.catalogue import AT_SHELBY, OPEN_FOR, Catalogue, Ids
from backend.demo.names import draw
from backend.demo.people import WHITFIELD, Profile
from backend.demo.place import Offering
from backend.demo.places import PLACES, SHELBY
from backend.demo.rows import Raw, table_of
from backend.demo.trace import Trace
from backend.demo.visit_rows import Booked, Other, Taken, fee_of, take, visit_rows
from backend.facilities.models import TermsAcceptance
from backend.facilities.working_days import answer_due
from backend.money.models import LedgerEntry, Payment, Transfer
from backend.timetables.derive import Start, starts_on
from backend.visits.models import Visit

HOW_MANY: Final = 21
WHERE: Final = (SHELBY.key, SHELBY.key, "bernalillo", SHELBY.key, "contra-lomas", SHELBY.key, "onondaga")
WEEKS: Final = (-5, -4, -2, -1, 0, 1, 2, 3)
"""In which weeks, counted from this one, each of them has a visit."""
HOURS: Final = (8, 9, 9.5, 10, 10.5, 13, 14, 18, 18.5)
RELATIONSHIPS: Final = ("Mother", "Father", "Sister", "Brother", "Wife", "Husband", "Friend", "Aunt", "Grandmother")


def people(catalogue: Catalogue, ids: Ids, rng: random.Random, now: datetime) -> tuple[Other, ...]:
    """Return everybody, each visiting somebody else."""
    found = []
    named = {number for number, _ in AT_SHELBY}
    held = [one for one in catalogue.individuals if one.status == "held" and one.booking_number not in named]
    rng.shuffle(held)
    for number in range(HOW_MANY):
        place = next(place for place in PLACES if place.key == WHERE[number % len(WHERE)])
        facility = catalogue.facilities[place.key]
        individual = next(one for one in held if one.facility_id == facility.id)
        held.remove(individual)
        found.append(Other(_profile(number, ids, rng, now - OPEN_FOR), individual, facility, place.offerings))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Books:
    """What the rows of all of them are made from, and what they leave: the trace, and the time that is taken."""

    catalogue: Catalogue
    ids: Ids
    rng: random.Random
    now: datetime
    trace: Trace = field(default_factory=Trace)
    taken: Taken = field(default_factory=Taken)


def rows(others: Sequence[Other], books: Books) -> Iterator[SQLModel | Raw]:
    """Return their requests and visits, in an order in which they can be inserted."""
    by_table: dict[type[SQLModel], list[SQLModel | Raw]] = defaultdict(list)
    for other in others:
        for row in (_access(other, books), *_visits(other, books)):
            by_table[table_of(row)].append(row)
    for table in (FacilityAccess, TermsAcceptance, Payment, Visit, LedgerEntry, Transfer):
        yield from by_table.pop(table, [])
    for remaining in by_table.values():
        yield from remaining
    yield from books.trace.rows()


def _access(other: Other, books: Books) -> FacilityAccess:
    asked_at = books.now - timedelta(minutes=books.rng.randint(60, 80) * 1440 + books.rng.randint(0, 600))
    decided_at = asked_at + timedelta(minutes=books.rng.randint(4 * 60, 50 * 60))
    made = FacilityAccess(
        id=books.ids.at(asked_at),
        account_id=other.profile.account_id,
        facility_id=other.facility.id,
        status="approved",
        individual_name=f"{other.individual.first_name} {other.individual.last_name}",
        relationship=books.rng.choice(RELATIONSHIPS),
        requested_at=asked_at,
        due_at=answer_due(asked_at, 3, other.facility.zone),
        id_seen_at=asked_at + timedelta(minutes=50),
        id_seen_by=WHITFIELD.account_id,
        decided_at=decided_at,
        decided_by=WHITFIELD.account_id,
        version=3,
    )
    who, subject = {"account": other.profile.account_id}, f"access:{made.id}"
    books.trace.note(asked_at, other.facility, "access requested", subject, {**who, "status": "pending"})
    decision: dict[str, object] = {"account": WHITFIELD.account_id, "status": "approved"}
    books.trace.note(decided_at, other.facility, "access approved", subject, decision)
    return made


def _visits(other: Other, books: Books) -> Iterator[SQLModel | Raw]:
    accepted: set[str] = set()
    for week in WEEKS:
        offering = books.rng.choice(other.offerings)
        day, hour = 7 * week + books.rng.randint(0, 6), books.rng.choice(HOURS)
        start = _start(books.catalogue, other, offering, books.now + timedelta(days=day), hour)
        if start is None:
            continue
        booked_at = min(start.starts_at - timedelta(days=5), books.now - timedelta(hours=books.rng.randint(20, 60)))
        taking = take(other, start, booking_id := books.ids.at(booked_at), books.taken)
        if not taking:
            continue
        terms_id = books.catalogue.terms_of(other.facility, offering.visit_type).id
        if terms_id not in accepted:
            accepted.add(terms_id)
            first = books.now - timedelta(days=55)
            yield TermsAcceptance(account_id=other.profile.account_id, terms_id=terms_id, accepted_at=first)
        yield from taking
        yield from visit_rows(
            Booked(booking_id, booked_at, other, offering, start, terms_id), books.ids, books.rng, books.now
        )
        what: dict[str, object] = {"account": other.profile.account_id, "total": fee_of(offering)}
        books.trace.note(booked_at, other.facility, "visit confirmed", f"visit:{booking_id}", what)


def _start(catalogue: Catalogue, other: Other, offering: Offering, about: datetime, hour: float) -> Start | None:
    """Return the start of the timetable nearest to ``hour`` on the first day from ``about`` that has any."""
    zone = ZoneInfo(other.facility.zone or "UTC")
    wanted = (other.facility.id, offering.visit_type)
    rows = [row for row in catalogue.timetable if (row.facility_id, row.visit_type) == wanted]
    for later in range(7):
        starts = starts_on(rows, zone, (about + timedelta(days=later)).astimezone(zone).date(), min(offering.durations))
        if starts:
            return min(starts, key=lambda start: abs(_hour(start.starts_at.astimezone(zone)) - hour))
    return None


def _hour(local: datetime) -> float:
    return local.hour + local.minute / 60


def _profile(number: int, ids: Ids, rng: random.Random, since: datetime) -> Profile:
    name = draw(rng, since.date())
    return Profile(
        account_id=ids.at(since),
        first_name=name.first,
        last_name=name.last,
        email=f"visitor{number + 1}@example.org",
        birth_date=name.birth_date,
        address_line=f"{rng.randint(10, 990)} Elm Street",
        city="Memphis",
        state="TN",
        postal_code="38103",
        phone=f"+1 901 555 02{number:02d}",
        id_kind="state_id",
        id_last4=f"{rng.randint(0, 9999):04d}",
        time_zone="America/Chicago",
    )
