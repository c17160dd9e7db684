"""Tables of the change cursor."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from backend.types import Table, UtcInstant


class StreamHead(Table, table=True):
    """The last number given out in one stream; its row is locked until the commit, so that numbers have no gaps."""

    __tablename__ = "stream_head"

    stream: str = Field(primary_key=True)
    seq: int


class Change(Table, table=True):
    """Something in a stream changed: which kind of thing, and which one."""

    __tablename__ = "change"

    stream: str = Field(primary_key=True)
    """``account:<id>`` or ``facility:<id>``."""
    seq: int = Field(primary_key=True)
    kind: str
    subject_id: str
    at: datetime = Field(sa_type=UtcInstant)
