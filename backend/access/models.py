"""Table of facility access."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, col

from backend.types import Table, UtcInstant

STATUSES = ("pending", "approved", "denied", "withdrawn", "revoked", "suspended")


class FacilityAccess(Table, table=True):
    """One request of an account for access to a facility, and what became of it."""

    __tablename__ = "facility_access"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="facility_access_status"),
        CheckConstraint(
            "(status IN ('pending', 'withdrawn')) OR decided_at IS NOT NULL", name="facility_access_decision_is_dated"
        ),
        Index("facility_access_queue", "facility_id", "status", "due_at"),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    facility_id: str = Field(foreign_key="facility.id")
    status: str
    individual_name: str
    """As the visitor wrote it; it need not be on the roster."""
    relationship: str
    requested_at: datetime = Field(sa_type=UtcInstant)
    due_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    id_seen_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    id_seen_by: str | None = Field(default=None, foreign_key="account.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    decided_by: str | None = Field(default=None, foreign_key="account.id")
    """None where the facility's policy decided by itself."""
    reason: str | None = None
    suspended_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    version: int = 1
    """Counts changes: a decision names the version it was made on."""


def one_open_access() -> Index:
    """Return the index by which an account has one open access to a facility at most.

    Made for migrations only, by :mod:`backend.models`: an index that says what it means to PostgreSQL loads all that
    SQLAlchemy knows of PostgreSQL, and a server on SQLite starts without it.
    """
    where = text("status IN ('pending', 'approved', 'suspended')")
    columns = (col(FacilityAccess.account_id), col(FacilityAccess.facility_id))
    return Index("facility_access_one_open", *columns, unique=True, sqlite_where=where, postgresql_where=where)
