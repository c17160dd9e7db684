"""Table of looks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from backend.types import Table, UtcInstant


class Look(Table, table=True):
    """A support agent looks at a customer's account: in one sign-in session, for a reason, for a limited time."""

    __tablename__ = "account_look"
    __table_args__ = (CheckConstraint("began_at < ends_at", name="account_look_ends"),)

    id: str = Field(primary_key=True)
    sign_in_session_id: str = Field(foreign_key="sign_in_session.id", index=True)
    account_id: str = Field(foreign_key="account.id")
    """Of the customer who is looked at."""
    why: str
    began_at: datetime = Field(sa_type=UtcInstant)
    ends_at: datetime = Field(sa_type=UtcInstant)
    """The look ends at this instant (exclusive), by comparison with the clock."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the agent left it, or looked at another account, before that."""
