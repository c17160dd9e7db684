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
BUSY_DAYS: Final[dict[int, tuple[int, ...]]] = {
    3: (1, 4, 5, 9, 12, 13, 17),
    5: (),
    10: (2, 11),
    12: (0, 3, 6, 8, 10, 14, 15),
    18: (),
    19: (7, 8, 12, 13),
}
"""Days after today, and which of the times at Shelby County Jail stay free on them."""
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
    accepted: set[tuple[str, str]] = field(default_factory=set)
    """Account and terms."""


def rows(others: Sequence[Other], books: Books) -> Iterator[SQLModel | Raw]:
    """Return their requests and visits, in an order in which they can be inserted."""
    by_table: dict[type[SQLModel], list[SQLModel | Raw]] = defaultdict(list)
    accesses = [_access(other, books) for other in others]
    visits = [row for other in others for row in _visits(other, books)]
    for row in (*accesses, *visits, *_busy_days(others, books)):
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
        due_at=answer_due(asked_at, 3, other.facility.zone, other.facility.state),
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
    """Return a visit of theirs in each of :data:`WEEKS`."""
    for week in WEEKS:
        offering = books.rng.choice(other.offerings)
        day, hour = 7 * week + books.rng.randint(0, 6), books.rng.choice(HOURS)
        for later in range(7):
            starts = _starts(books, other, offering, day + later)
            if starts:
                yield from _book(other, offering, _nearest(starts, other, hour), books)
                break


def _busy_days(others: Sequence[Other], books: Books) -> Iterator[SQLModel | Raw]:
    """Return the visits that make some days at Shelby County Jail full, and others nearly so."""
    there = [other for other in others if other.facility is books.catalogue.facilities[SHELBY.key]]
    remote = SHELBY.offerings[0]
    for day, stays_free in BUSY_DAYS.items():
        for number, start in enumerate(_starts(books, there[0], remote, day)):
            if number not in stays_free:
                yield from _book(there[number % len(there)], remote, start, books)


def _book(other: Other, offering: Offering, start: Start, books: Books) -> Iterator[SQLModel | Raw]:
    """Return the rows of a visit, none if that time is taken."""
    booked_at = min(start.starts_at - timedelta(days=5), books.now - timedelta(hours=books.rng.randint(20, 60)))
    taking = take(other, start, booking_id := books.ids.at(booked_at), books.taken)
    if not taking:
        return
    account, terms_id = other.profile.account_id, books.catalogue.terms_of(other.facility, offering.visit_type).id
    if (account, terms_id) not in books.accepted:
        books.accepted.add((account, terms_id))
        yield TermsAcceptance(account_id=account, terms_id=terms_id, accepted_at=books.now - timedelta(days=55))
    yield from taking
    yield from visit_rows(
        Booked(booking_id, booked_at, other, offering, start, terms_id), books.ids, books.rng, books.now
    )
    what: dict[str, object] = {"account": account, "total": fee_of(offering)}
    books.trace.note(booked_at, other.facility, "visit confirmed", f"visit:{booking_id}", what)


def _starts(books: Books, other: Other, offering: Offering, day: int) -> tuple[Start, ...]:
    """Return the starts of the shortest visit of a type, so many days after today."""
    zone = ZoneInfo(other.facility.zone or "UTC")
    wanted = (other.facility.id, offering.visit_type)
    rows = [row for row in books.catalogue.timetable if (row.facility_id, row.visit_type) == wanted]
    return starts_on(rows, zone, books.now.astimezone(zone).date() + timedelta(days=day), min(offering.durations))


def _nearest(starts: Sequence[Start], other: Other, hour: float) -> Start:
    return min(starts, key=lambda start: abs(_hour(start, other) - hour))


def _hour(start: Start, other: Other) -> float:
    local = start.starts_at.astimezone(ZoneInfo(other.facility.zone or "UTC"))
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
