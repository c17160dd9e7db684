"""Table of drafts."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from backend.types import JsonText, Table, UtcInstant


class Draft(Table, table=True):
    """The visit that an account is scheduling: its answers so far. No payment data."""

    __tablename__ = "draft"

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    body: object = Field(sa_type=JsonText)
    updated_at: datetime = Field(sa_type=UtcInstant)
