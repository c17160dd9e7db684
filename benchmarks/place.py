"""A facility to measure on, with people who may visit there: rows as they are after years of use, made at once.

Every id holds the number of its place, and nothing else does, so that what was written for one place can be written
for another by putting another number in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from backend.access.models import FacilityAccess
from backend.accounts.models import Account, SignInSession
from backend.accounts.sign_in import ABSOLUTE, IDLE
from backend.db import Tx
from backend.facilities.models import Facility, Price, Setting, Terms, TermsAcceptance
from backend.roster.models import Individual
from backend.timetables.models import TimetableRow

ZONE: Final = "America/Phoenix"
"""Its clock is never changed, so that every day has the same starts."""
LONG_AGO: Final = date(2020, 1, 1)
FIRST_DAY: Final = 2
"""Days ahead of today: beyond the notice."""
LAST_DAY: Final = 27
A_DAY: Final = 48
"""Starts, one every half hour."""
SLOTS: Final = (LAST_DAY - FIRST_DAY + 1) * A_DAY
MINUTES: Final = 30
SETTINGS: Final[dict[str, object]] = {
    "offered": True,
    "durations": [MINUTES],
    "horizon_days": 40,
    "attendees_max": 2,
    "join_link": "https://visit.example.org/",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, may visit, and whom they visit."""

    account_id: str
    session_id: str
    individual_id: str


@dataclass(frozen=True, slots=True)
class Place:
    """One facility with its visitors. A visit of half an hour can start at every half hour of every day."""

    number: int
    facility_id: str
    terms_id: str
    fee_minor: int
    visitors: tuple[Visitor, ...]


def mark(number: int) -> str:
    """Return what every id of a place holds."""
    return f"w{number:07d}"


def slot(now: datetime, number: int) -> datetime:
    """Return the start (UTC) of the opening of that number, 0 to :data:`SLOTS` - 1, as seen at ``now``."""
    zone = ZoneInfo(ZONE)
    day = now.astimezone(zone).date() + timedelta(days=FIRST_DAY + number // A_DAY)
    midnight = datetime.combine(day, time(), zone)
    return (midnight + timedelta(minutes=MINUTES * (number % A_DAY))).astimezone(ZoneInfo("UTC"))


def lay(
    tx: Tx,
    number: int,
    *,
    visitors: int = 1,
    capacity: int = 4,
    fee_minor: int = 0,
    hours: tuple[int, int] = (0, 24),
) -> Place:
    """Make a place whose visits cost ``fee_minor`` US cents, with ``capacity`` visits at the same time in ``hours``."""
    facility_id, terms_id = f"{mark(number)}-facility", f"{mark(number)}-terms"
    _add(
        tx,
        Facility(
            id=facility_id,
            source="benchmark",
            external_id=mark(number),
            name=f"Facility {mark(number)}",
            state="AZ",
            zone=ZONE,
            created_at=tx.now,
            updated_at=tx.now,
        ),
    )
    _add(
        tx,
        Terms(
            id=terms_id,
            facility_id=facility_id,
            visit_type="remote",
            version=1,
            title="Terms and Conditions",
            text="Be on time.",
            published_at=tx.now,
        ),
        *(
            Setting(
                facility_id=facility_id,
                visit_type="remote",
                name=name,
                effective_from=LONG_AGO,
                value=value,
                set_at=tx.now,
            )
            for name, value in SETTINGS.items()
        ),
        *(
            TimetableRow(
                id=f"{mark(number)}-row-{weekday}",
                facility_id=facility_id,
                visit_type="remote",
                weekday=weekday,
                start_minute=60 * hours[0],
                end_minute=60 * hours[1],
                every_minutes=MINUTES,
                capacity=capacity,
                valid_from=LONG_AGO,
            )
            for weekday in range(7)
        ),
    )
    if fee_minor:
        _add(tx, _price(tx, facility_id, fee_minor))
    people = tuple(_visitor(tx, facility_id, terms_id, f"{mark(number)}-{each}") for each in range(visitors))
    return Place(number, facility_id, terms_id, fee_minor, people)


def _price(tx: Tx, facility_id: str, fee_minor: int) -> Price:
    return Price(
        facility_id=facility_id,
        visit_type="remote",
        duration_minutes=0,
        effective_from=LONG_AGO,
        unit="visit",
        session_fee_minor=fee_minor,
        transaction_fee_minor=0,
        set_at=tx.now,
    )


def _visitor(tx: Tx, facility_id: str, terms_id: str, name: str) -> Visitor:
    found = Visitor(f"{name}-account", f"{name}-session", f"{name}-individual")
    _add(
        tx,
        Account(
            id=found.account_id,
            email=f"{name}@example.org",
            email_key=f"{name}@example.org",
            role="visitor",
            first_name="Maria",
            last_name="Delgado",
            birth_date=date(1988, 4, 12),
            time_zone=ZONE,
            created_at=tx.now,
        ),
        Individual(
            id=found.individual_id,
            facility_id=facility_id,
            booking_number=name,
            first_name="Daniel",
            last_name="Okafor",
            birth_date=date(1991, 7, 3),
            created_at=tx.now,
            updated_at=tx.now,
        ),
    )
    _add(
        tx,
        FacilityAccess(
            id=f"{name}-access",
            account_id=found.account_id,
            facility_id=facility_id,
            status="approved",
            individual_name="Daniel Okafor",
            relationship="sibling",
            requested_at=tx.now,
            decided_at=tx.now,
        ),
        TermsAcceptance(account_id=found.account_id, terms_id=terms_id, accepted_at=tx.now),
        SignInSession(
            id=found.session_id,
            account_id=found.account_id,
            kind="desktop",
            device="benchmark",
            created_at=tx.now,
            last_seen_at=tx.now,
            idle_seconds=int(IDLE["desktop"].total_seconds()),
            absolute_ends_at=tx.now + ABSOLUTE["desktop"],
        ),
    )
    return found


def _add(tx: Tx, *rows: SQLModel) -> None:
    tx.session.add_all(rows)
    tx.session.flush()
