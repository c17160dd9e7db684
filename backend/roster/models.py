"""Tables of the roster."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from backend.types import JsonText, LocalDate, Table, UtcInstant


class Individual(Table, table=True):
    """An Incarcerated Individual on the roster of a facility."""

    __tablename__ = "individual"
    __table_args__ = (
        UniqueConstraint("facility_id", "booking_number", name="individual_booking_number"),
        CheckConstraint("status IN ('held', 'moved', 'released')", name="individual_status"),
        Index("individual_by_facility", "facility_id", "status"),
    )

    id: str = Field(primary_key=True)
    facility_id: str = Field(foreign_key="facility.id")
    booking_number: str
    first_name: str
    middle_name: str | None = None
    last_name: str
    suffix: str | None = None
    aliases: object = Field(default_factory=list, sa_type=JsonText)
    """A list of other full names the person is known by."""
    birth_date: date | None = Field(default=None, sa_type=LocalDate)
    housing_unit: str | None = None
    status: str = "held"
    moved_to: str | None = None
    """Where to, as the jail's system tells it; for officers only, and only while the status is moved."""
    created_at: datetime = Field(sa_type=UtcInstant)
    updated_at: datetime = Field(sa_type=UtcInstant)


class RosterVersion(Table, table=True):
    """Counts the changes of a facility's roster, so that a server knows when what it holds in memory is old."""

    __tablename__ = "roster_version"

    facility_id: str = Field(primary_key=True, foreign_key="facility.id")
    version: int


class SearchCount(Table, table=True):
    """How often an account searched in one minute: the roster is not for browsing."""

    __tablename__ = "search_count"

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    minute: int = Field(primary_key=True)
    """Minutes since 1970 UTC."""
    searches: int
