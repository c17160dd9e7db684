"""Tables of holds, visits, and of the quanta of time that they take.

Two bookings never share a place, a station, an individual or an account, because each takes one row a quantum
under a unique key; see docs/decisions/0001.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.types import LocalDate, Table, UtcInstant

VISIT_STATUSES = (
    "confirmed",
    "cancelled",
    "completed",
    "visitor_missed",
    "individual_refused",
    "individual_unavailable",
    "ended_early",
    "technical_failure",
)


class Hold(Table, table=True):
    """An opening kept for one account while it finishes. Its id becomes the visit's id when it is confirmed."""

    __tablename__ = "hold"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="hold_has_length"),)

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", unique=True)
    """One hold an account: a new one replaces it in the same transaction."""
    facility_id: str = Field(foreign_key="facility.id")
    individual_id: str = Field(foreign_key="individual.id")
    visit_type: str
    duration_minutes: int
    starts_at: datetime = Field(sa_type=UtcInstant)
    ends_at: datetime = Field(sa_type=UtcInstant)
    first_held_at: datetime = Field(sa_type=UtcInstant)
    """When the account first held an opening without letting go; 20 minutes after it the hold ends for good."""
    held_until: datetime = Field(sa_type=UtcInstant)
    """The hold ends at this instant (exclusive), by comparison with the clock."""
    renewals: int = 0


class Visit(Table, table=True):
    """A confirmed appointment and what became of it."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint(f"status IN {VISIT_STATUSES}", name="visit_status"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="visit_cancelled_is_dated"),
        CheckConstraint("starts_at < ends_at", name="visit_has_length"),
        Index("visit_by_account", "account_id", "starts_at"),
        Index("visit_by_facility", "facility_id", "local_date"),
    )

    id: str = Field(primary_key=True)
    reference: str = Field(unique=True)
    account_id: str = Field(foreign_key="account.id")
    facility_id: str = Field(foreign_key="facility.id")
    individual_id: str = Field(foreign_key="individual.id", index=True)
    visit_type: str
    duration_minutes: int
    starts_at: datetime = Field(sa_type=UtcInstant)
    ends_at: datetime = Field(sa_type=UtcInstant)
    zone: str
    """The facility's zone when it was confirmed."""
    local_date: date = Field(sa_type=LocalDate)
    station_id: str | None = Field(default=None, foreign_key="station.id")
    terms_id: str = Field(foreign_key="terms.id")
    session_fee_minor: int
    transaction_fee_minor: int
    currency: str
    status: str
    confirmed_at: datetime = Field(sa_type=UtcInstant)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    cancelled_by: str | None = None
    """visitor, facility or support."""
    reason: str | None = None
    never_record: bool = False


class Attendee(Table, table=True):
    """Somebody who comes along with the lead visitor."""

    __tablename__ = "attendee"

    visit_id: str = Field(primary_key=True, foreign_key="visit.id")
    position: int = Field(primary_key=True)
    name: str
    minor: bool


class Station(Table, table=True):
    """A booth where a visit takes place."""

    __tablename__ = "station"

    id: str = Field(primary_key=True)
    facility_id: str = Field(foreign_key="facility.id", index=True)
    name: str
    visit_type: str


class PlaceTaken(Table, table=True):
    """One place of one limit of a facility, taken for one quantum."""

    __tablename__ = "place_taken"

    facility_id: str = Field(primary_key=True, foreign_key="facility.id")
    limit_key: str = Field(primary_key=True)
    """Which limit counts it: ``row:<timetable row>``, ``type:<visit type>`` or ``all``."""
    quantum: int = Field(primary_key=True)
    seat: int = Field(primary_key=True)
    """1 to the limit's capacity."""
    booking_id: str = Field(index=True)
    held_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    """None once it is a visit."""


class StationTaken(Table, table=True):
    """One station, taken for one quantum."""

    __tablename__ = "station_taken"

    facility_id: str = Field(primary_key=True, foreign_key="facility.id")
    station_id: str = Field(primary_key=True, foreign_key="station.id")
    quantum: int = Field(primary_key=True)
    booking_id: str = Field(index=True)
    held_until: datetime | None = Field(default=None, sa_type=UtcInstant)


class IndividualTaken(Table, table=True):
    """One individual, taken for one quantum."""

    __tablename__ = "individual_taken"

    individual_id: str = Field(primary_key=True, foreign_key="individual.id")
    quantum: int = Field(primary_key=True)
    booking_id: str = Field(index=True)
    held_until: datetime | None = Field(default=None, sa_type=UtcInstant)


class AccountTaken(Table, table=True):
    """One account as lead visitor, taken for one quantum, at whatever facility."""

    __tablename__ = "account_taken"

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    quantum: int = Field(primary_key=True)
    booking_id: str = Field(index=True)
    held_until: datetime | None = Field(default=None, sa_type=UtcInstant)
