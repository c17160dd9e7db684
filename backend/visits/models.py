"""Tables of holds, visits, and of the quanta of time that they take.

Two bookings never share a place, a station, an individual or an account, because each takes one row a quantum
under a unique key; see docs/decisions/0001.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from backend.types import JsonText, LocalDate, Table, UtcInstant

VISIT_STATUSES = (
    "confirmed",
    "cancelled",
    "completed",
    "visitor_missed",
    "individual_refused",
    "individual_unavailable",
    "ended_early",
    "ended_by_staff",
    "technical_failure",
)
"""What a visit is and what became of it: ``ended_early`` is by the visitor."""
ON_QUANTA = "starts_at % 300000000 = 0 AND ends_at % 300000000 = 0"
"""Kept in microseconds: both ends lie on five minutes, the quantum of RULES section 5."""
TO_COUNT = "per_minute_minor IS NOT NULL AND used_minutes IS NULL AND status <> 'cancelled'"
"""Visits whose minutes are not counted yet."""
FLAG_KINDS = ("blackout", "released", "moved", "restriction", "keep_apart", "capacity", "access")


class Hold(Table, table=True):
    """An opening kept for one account while it finishes. Its id becomes the visit's id when it is confirmed."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="hold_has_length"),
        CheckConstraint(ON_QUANTA, name="hold_on_quanta"),
    )

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
    overridden: object = Field(default=None, sa_type=JsonText, nullable=True)
    """Codes of the rules that an officer or a support agent let it break, a list; None: none."""
    override_reason: str | None = None
    sign_in_session_id: str | None = None
    """The sign-in session that held or renewed it last; None: the server or the shell did. The end of a stay at a kiosk
    lets go of its own."""


class Visit(Table, table=True):
    """A confirmed appointment and what became of it."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint(f"status IN {VISIT_STATUSES}", name="visit_status"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="visit_cancelled_is_dated"),
        CheckConstraint("starts_at < ends_at", name="visit_has_length"),
        CheckConstraint("changes >= 0", name="visit_changes"),
        CheckConstraint(ON_QUANTA, name="visit_on_quanta"),
        CheckConstraint("session_fee_minor >= 0 AND transaction_fee_minor >= 0", name="visit_fees"),
        CheckConstraint("used_minutes BETWEEN 0 AND duration_minutes", name="visit_used_minutes"),
        Index("visit_by_account", "account_id", "starts_at"),
        Index("visit_by_facility", "facility_id", "local_date"),
        Index("visit_to_count", "ends_at", sqlite_where=text(TO_COUNT), postgresql_where=text(TO_COUNT)),
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
    tax_minor: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    currency: str
    per_minute_minor: int | None = None
    """What a minute cost when it was booked, of which unused ones come back; None where the price is by the visit."""
    tax_basis_points: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    status: str
    confirmed_at: datetime = Field(sa_type=UtcInstant)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    cancelled_by: str | None = None
    """visitor, facility or support."""
    reason: str | None = None
    never_record: bool = False
    changes: int = 0
    """How often it was moved or cancelled: the sequence number of its calendar entry."""
    checked_in_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    used_minutes: int | None = None
    """How many of a visit by the minute were used; None until they are counted, once, and what is left came back."""


class Connection(Table, table=True):
    """From when to when one side of a visit was connected, as the video service reported it. Rows are only added."""

    __tablename__ = "connection"
    __table_args__ = (
        CheckConstraint("side IN ('visitor', 'individual')", name="connection_side"),
        CheckConstraint("connected_at <= disconnected_at", name="connection_ends"),
    )

    visit_id: str = Field(primary_key=True, foreign_key="visit.id")
    side: str = Field(primary_key=True)
    connected_at: datetime = Field(primary_key=True, sa_type=UtcInstant)
    disconnected_at: datetime = Field(sa_type=UtcInstant)
    imported_at: datetime = Field(sa_type=UtcInstant)


class Attendee(Table, table=True):
    """Somebody who comes along with the lead visitor."""

    __tablename__ = "attendee"

    visit_id: str = Field(primary_key=True, foreign_key="visit.id")
    position: int = Field(primary_key=True)
    name: str
    minor: bool


class Station(Table, table=True):
    """A booth where a visit takes place, one visit at a time."""

    __tablename__ = "station"
    __table_args__ = (UniqueConstraint("facility_id", "visit_type", "name", name="station_name"),)

    id: str = Field(primary_key=True)
    facility_id: str = Field(foreign_key="facility.id", index=True)
    name: str
    visit_type: str
    housing_unit: str | None = None
    """None: for individuals of every housing unit."""
    in_service: bool = True


class PlaceTaken(Table, table=True):
    """One place of one limit of a facility, taken for one quantum."""

    __tablename__ = "place_taken"

    facility_id: str = Field(primary_key=True, foreign_key="facility.id")
    limit_key: str = Field(primary_key=True)
    """Which limit counts it: ``row:<timetable row>``, ``type:<visit type>``, ``unit:<housing unit>`` or ``all``."""
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


class ApartTaken(Table, table=True):
    """Two individuals who are kept apart: whichever of them has a visit takes the quantum of the pair."""

    __tablename__ = "apart_taken"

    restriction_id: str = Field(primary_key=True, foreign_key="restriction.id")
    quantum: int = Field(primary_key=True)
    booking_id: str = Field(index=True)
    held_until: datetime | None = Field(default=None, sa_type=UtcInstant)


class QuotaEntry(Table, table=True):
    """One visit counted towards quotas, or given back. Rows are only added; a living hold counts by itself."""

    __tablename__ = "quota_entry"
    __table_args__ = (
        CheckConstraint(
            "(units = 1 AND gives_back IS NULL) OR (units = -1 AND gives_back IS NOT NULL)", name="quota_entry_units"
        ),
        Index("quota_entry_by_individual", "individual_id", "local_date"),
        Index("quota_entry_by_account", "account_id", "local_date"),
    )

    id: str = Field(primary_key=True)
    booking_id: str = Field(index=True)
    facility_id: str = Field(foreign_key="facility.id")
    account_id: str = Field(foreign_key="account.id")
    individual_id: str = Field(foreign_key="individual.id")
    visit_type: str
    local_date: date = Field(sa_type=LocalDate)
    units: int
    """1 spent, -1 given back."""
    gives_back: str | None = Field(default=None, foreign_key="quota_entry.id", unique=True)
    """The entry that this one gives back, once."""
    at: datetime = Field(sa_type=UtcInstant)


class VisitFlag(Table, table=True):
    """Why a visit needs a person to look at it. Removing what raised it removes exactly its own flags."""

    __tablename__ = "visit_flag"
    __table_args__ = (CheckConstraint(f"kind IN {FLAG_KINDS}", name="visit_flag_kind"),)

    visit_id: str = Field(primary_key=True, foreign_key="visit.id")
    kind: str = Field(primary_key=True)
    source_id: str = Field(primary_key=True)
    """What raised it: a blackout, closed holidays, an individual, a restriction, a limit, or an account's access."""
    raised_at: datetime = Field(sa_type=UtcInstant)
