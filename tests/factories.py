"""Rows for tests, each with sensible values: name only what the test is about.

Every factory takes the transaction that it writes in: ``db.write_now(lambda tx: factories.account(tx))``.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from argon2 import PasswordHasher
from sqlmodel import SQLModel

from backend.access.models import FacilityAccess
from backend.accounts import finding
from backend.accounts.models import Account, OfficerPost
from backend.db import Tx
from backend.facilities.models import ANY_TYPE, Facility, Price, Setting, Terms
from backend.kiosks.models import Kiosk
from backend.money.processors.base import BadEventError, ChargeResult, Event, Method, Order, Payer, Record
from backend.roster.models import Individual
from backend.timetables.models import TimetableRow
from backend.types import new_id

PASSWORD: Final = "correct horse battery"
QUICK_HASHER: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""argon2 that costs next to nothing: tests of its cost use another."""
LONG_AGO: Final = date(2026, 1, 1)
Row = TypeVar("Row", bound=SQLModel)
_numbers = itertools.count(1)


def account(
    tx: Tx,
    *,
    role: str = "visitor",
    email: str | None = None,
    first_name: str = "Maria",
    last_name: str = "Delgado",
    birth_date: date | None = date(1988, 4, 12),
    phone: str | None = "+1 615 555 0142",
    facilities: Sequence[str] = (),
    password: str | None = None,
    disabled: bool = False,
) -> Account:
    """Return an account with a full profile; an officer works at ``facilities`` (ids)."""
    address = email or f"person{next(_numbers)}@example.org"
    made = Account(
        id=new_id(tx.now),
        email=address,
        email_key=address.casefold(),
        password_hash=QUICK_HASHER.hash(password) if password else None,
        role=role,
        first_name=first_name,
        last_name=last_name,
        birth_date=birth_date,
        address_line="12 Elm Street",
        city="Nashville",
        state="TN",
        postal_code="37203",
        phone=phone,
        id_kind="drivers_license",
        id_last4="4821",
        time_zone="America/Chicago",
        created_at=tx.now,
        disabled_at=tx.now if disabled else None,
    )
    _add(tx, made)
    finding.keep(tx, made)
    for facility_id in facilities:
        _add(tx, OfficerPost(account_id=made.id, facility_id=facility_id))
    return made


def facility(
    tx: Tx,
    *,
    name: str = "Cumberland County Jail",
    state: str = "TN",
    zone: str | None = "America/Chicago",
    kind: str = "jail",
    population: int | None = 400,
    settings: dict[str, object] | None = None,
) -> Facility:
    """Return a facility; ``settings`` hold for the whole of it, since long ago."""
    number = next(_numbers)
    made = Facility(
        id=new_id(tx.now),
        source="test",
        external_id=str(number),
        name=name,
        state=state,
        city="Crossville",
        address="90 Justice Center Drive",
        postal_code="38555",
        phone="+1 931 555 0100",
        kind=kind,
        population=population,
        zone=zone,
        created_at=tx.now,
        updated_at=tx.now,
    )
    _add(tx, made)
    for setting_name, value in (settings or {}).items():
        setting(tx, made.id, setting_name, value)
    return made


def kiosk(tx: Tx, facility_id: str, *, name: str | None = None, enrolled: bool = True) -> Kiosk:
    """Return a kiosk of a facility, enrolled unless said otherwise."""
    made = Kiosk(
        id=new_id(tx.now),
        facility_id=facility_id,
        name=name or f"Front desk {next(_numbers)}",
        made_at=tx.now,
        code_expires_at=tx.now,
        enrolled_at=tx.now if enrolled else None,
    )
    return _add(tx, made)


def setting(
    tx: Tx,
    facility_id: str,
    name: str,
    value: object,
    *,
    visit_type: str = ANY_TYPE,
    effective_from: date = LONG_AGO,
) -> Setting:
    """Return one setting of a facility, in force since ``effective_from`` (facility-local)."""
    made = Setting(
        facility_id=facility_id,
        visit_type=visit_type,
        name=name,
        effective_from=effective_from,
        value=value,
        set_at=tx.now,
    )
    return _add(tx, made)


def price(
    tx: Tx,
    facility_id: str,
    *,
    visit_type: str = "remote",
    duration_minutes: int = 0,
    unit: str = "visit",
    session_fee_minor: int = 570,
    transaction_fee_minor: int = 0,
    tax_basis_points: int = 0,
    effective_from: date = LONG_AGO,
) -> Price:
    """Return a price in US cents, for a visit or for a minute."""
    made = Price(
        facility_id=facility_id,
        visit_type=visit_type,
        duration_minutes=duration_minutes,
        effective_from=effective_from,
        unit=unit,
        session_fee_minor=session_fee_minor,
        transaction_fee_minor=transaction_fee_minor,
        tax_basis_points=tax_basis_points,
        set_at=tx.now,
    )
    return _add(tx, made)


def terms(tx: Tx, facility_id: str, *, visit_type: str = "remote", version: int = 1) -> Terms:
    """Return one version of a facility's Terms and Conditions."""
    made = Terms(
        id=new_id(tx.now),
        facility_id=facility_id,
        visit_type=visit_type,
        version=version,
        title="Terms and Conditions",
        text="Be on time.\n\nVisits are recorded.",
        published_at=tx.now,
    )
    return _add(tx, made)


def timetable_row(
    tx: Tx,
    facility_id: str,
    *,
    visit_type: str = "remote",
    weekday: int = 1,
    start_minute: int = 9 * 60,
    end_minute: int = 16 * 60,
    every_minutes: int = 30,
    capacity: int = 4,
) -> TimetableRow:
    """Return a row of a timetable: Tuesdays from 9 to 16 o'clock, a start every half hour, four places."""
    made = TimetableRow(
        id=new_id(tx.now),
        facility_id=facility_id,
        visit_type=visit_type,
        weekday=weekday,
        start_minute=start_minute,
        end_minute=end_minute,
        every_minutes=every_minutes,
        capacity=capacity,
        valid_from=LONG_AGO,
    )
    return _add(tx, made)


def individual(
    tx: Tx,
    facility_id: str,
    *,
    first_name: str = "Daniel",
    last_name: str = "Okafor",
    booking_number: str | None = None,
    birth_date: date | None = date(1991, 7, 3),
    status: str = "held",
    aliases: Sequence[str] = (),
    suffix: str | None = None,
) -> Individual:
    """Return an Incarcerated Individual on the roster of a facility."""
    made = Individual(
        id=new_id(tx.now),
        facility_id=facility_id,
        booking_number=booking_number or f"2026-{next(_numbers):06d}",
        first_name=first_name,
        last_name=last_name,
        suffix=suffix,
        aliases=list(aliases),
        birth_date=birth_date,
        status=status,
        created_at=tx.now,
        updated_at=tx.now,
    )
    return _add(tx, made)


def access(
    tx: Tx,
    account_id: str,
    facility_id: str,
    *,
    status: str = "approved",
    individual_name: str = "Daniel Okafor",
    relationship: str = "sibling",
) -> FacilityAccess:
    """Return facility access of an account, approved unless ``status`` says otherwise."""
    decided = status not in ("pending", "withdrawn")
    made = FacilityAccess(
        id=new_id(tx.now),
        account_id=account_id,
        facility_id=facility_id,
        status=status,
        individual_name=individual_name,
        relationship=relationship,
        requested_at=tx.now,
        due_at=tx.now + timedelta(days=3),
        decided_at=tx.now if decided else None,
    )
    return _add(tx, made)


class NoBooks:
    """What a processor of the tests says about its books and its events, unless a test is about them: nothing."""

    async def records(self, since: datetime, until: datetime) -> AsyncIterator[Record]:
        nothing: tuple[Record, ...] = ()
        for record in nothing:
            yield record

    def event(self, body: bytes, signature: str) -> Event:
        raise BadEventError(signature)


class SilentProcessor(NoBooks):
    """A processor for tests that are not about money: it knows no method and refuses to charge."""

    name = "silent"

    async def methods(self, payer: Payer) -> tuple[Method, ...]:
        return ()

    async def charge(self, order: Order) -> ChargeResult:
        raise AssertionError("this test is not about money")

    async def look_up(self, order: Order) -> ChargeResult:
        return ChargeResult("unknown")

    async def end(self, order: Order) -> ChargeResult:
        raise AssertionError("this test is not about money")

    async def refund(self, key: str, charge_reference: str, amount_minor: int, currency: str) -> ChargeResult:
        raise AssertionError("this test is not about money")


def _add(tx: Tx, row: Row) -> Row:
    tx.session.add(row)
    tx.session.flush()
    return row
