"""Table of disputes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from backend.types import LocalDate, Table, UtcInstant

REASONS = ("never_happened", "cut_short", "bad_quality", "charged_twice", "wrong_amount", "other")
STATUSES = ("open", "refunded", "credited", "refused")


class Dispute(Table, table=True):
    """What a visitor says is wrong with a charge, and what support decided. One open at a time for a charge."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint(f"reason IN {REASONS}", name="dispute_reason"),
        CheckConstraint(f"status IN {STATUSES}", name="dispute_status"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="dispute_decided"),
        Index(
            "dispute_open",
            "entry_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index("dispute_by_status", "status", "due_on"),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    entry_id: str = Field(foreign_key="ledger_entry.id")
    reason: str
    words: str
    """What the visitor wrote; may be empty."""
    opened_at: datetime = Field(sa_type=UtcInstant)
    due_on: date = Field(sa_type=LocalDate)
    """The day of the facility by whose end there is an answer."""
    status: str
    decided_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    decided_by: str | None = Field(default=None, foreign_key="account.id")
    decision: str | None = None
    """What support wrote to the visitor."""
    outcome_entry_id: str | None = Field(default=None, foreign_key="ledger_entry.id")
    """The refund or the credit that came of it."""
