"""Tables of the trace."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from backend.types import JsonText, Table, UtcInstant


class AuditHead(Table, table=True):
    """The end of one chain; its row is locked while the next entry is sealed."""

    __tablename__ = "audit_head"

    chain: str = Field(primary_key=True)
    seq: int
    seal: str


class AuditEntry(Table, table=True):
    """One change: who, on whose behalf, from where, what, why; sealed with the entry before it in its chain."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_by_subject", "subject"),)

    chain: str = Field(primary_key=True)
    """``facility:<id>``, or ``account:<id>`` for what has no facility."""
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcInstant)
    actor_account_id: str | None = None
    """None for the operator's shell and for the server itself; ``channel`` says which."""
    acting_for_account_id: str | None = None
    sign_in_session_id: str | None = None
    channel: str
    device: str | None = None
    action: str
    subject: str
    what: object = Field(sa_type=JsonText)
    why: str | None = None
    seal: str
    """sha256 over the seal before it and this entry's canonical JSON."""
