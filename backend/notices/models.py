"""Table of the outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.types import JsonText, Table, UtcInstant


class Notice(Table, table=True):
    """A message that a transaction promised to send. Written with the effect it tells of, sent afterwards."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'local', 'failed')", name="outbox_state"),
        Index("outbox_waiting", "state", "due_at"),
        Index("outbox_by_account", "account_id"),
    )

    id: str = Field(primary_key=True)
    kind: str
    account_id: str | None = Field(default=None, foreign_key="account.id")
    to_address: str
    data: object = Field(sa_type=JsonText)
    """What the message is written from. Never a secret: a one-time code is named by its id."""
    created_at: datetime = Field(sa_type=UtcInstant)
    due_at: datetime = Field(sa_type=UtcInstant)
    attempts: int = 0
    state: str = "waiting"
    """See :mod:`backend.notices.delivery`."""
    sent_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    last_error: str | None = None
