"""Announcing changes, and reading them from a cursor on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import text
from sqlmodel import col, select

from backend.changes.models import Change, StreamHead
from backend.db import Tx

Kind = Literal["access", "visit", "payment", "hold", "draft", "account"]


def account_stream(account_id: str) -> str:
    """Return the name of the stream that an account's terminals follow."""
    return f"account:{account_id}"


def facility_stream(facility_id: str) -> str:
    """Return the name of the stream that a facility's officers follow."""
    return f"facility:{facility_id}"


def announce(tx: Tx, stream: str, kind: Kind, subject_id: str) -> None:
    """Give the next number of ``stream`` to a change of ``subject_id``, in this transaction.

    The head's row is locked until the commit, so a reader that has seen number n has seen every number before it.
    """
    seq: int = tx.session.execute(
        text(
            "INSERT INTO stream_head (stream, seq) VALUES (:stream, 1)"
            " ON CONFLICT (stream) DO UPDATE SET seq = stream_head.seq + 1 RETURNING seq"
        ),
        {"stream": stream},
    ).scalar_one()
    tx.session.add(Change(stream=stream, seq=seq, kind=kind, subject_id=subject_id, at=tx.now))
    tx.session.flush()
    tx.moved.add(stream)


def head_of(tx: Tx, stream: str) -> int:
    """Return the last number given out in ``stream``, 0 if none was."""
    head = tx.session.get(StreamHead, stream)
    return head.seq if head else 0


def since(tx: Tx, stream: str, after: int, limit: int = 200) -> Sequence[Change]:
    """Return the changes of ``stream`` with numbers above ``after``, oldest first, at most ``limit``."""
    query = select(Change).where(Change.stream == stream, col(Change.seq) > after).order_by("seq").limit(limit)
    return tx.session.exec(query).all()
