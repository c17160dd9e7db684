"""Announcing changes, and reading them from a cursor on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import col, select

from backend.changes.announcing import Announcement
from backend.changes.models import Change, StreamHead
from backend.db import Tx
from backend.security import Action, Actor, Subject, authorize

Kind = Literal["access", "blackout", "visit", "payment", "hold", "draft", "account", "restriction", "dispute"]


def account_stream(account_id: str) -> str:
    """Return the name of the stream that an account's terminals follow."""
    return f"account:{account_id}"


def facility_stream(facility_id: str) -> str:
    """Return the name of the stream that a facility's officers follow."""
    return f"facility:{facility_id}"


def announce(tx: Tx, stream: str, kind: Kind, subject_id: str) -> None:
    """Let a change of ``subject_id`` get the next number of ``stream`` when this transaction is committed.

    The stream is locked from then on until the commit is on disk, so a reader that has seen number n has seen every
    number before it. Until then nothing of it can be read, in this transaction neither.
    """
    tx.announced.append(Announcement(stream, kind, subject_id, tx.now))
    tx.moved.add(stream)


def head_of(tx: Tx, stream: str) -> int:
    """Return the last number given out in ``stream``, 0 if none was."""
    head = tx.session.get(StreamHead, stream)
    return head.seq if head else 0


def since(tx: Tx, stream: str, after: int, limit: int = 200) -> Sequence[Change]:
    """Return the changes of ``stream`` with numbers above ``after``, oldest first, at most ``limit``."""
    query = select(Change).where(Change.stream == stream, col(Change.seq) > after).order_by("seq").limit(limit)
    return tx.session.exec(query).all()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a follower learns: changes, oldest first, and the cursor to ask after next time."""

    cursor: int
    items: Sequence[Change]


def stream_for(actor: Actor, facility_id: str | None) -> str:
    """Return the stream that ``actor`` asks for: a facility's, for its officers, or the account's own."""
    if facility_id is None:
        authorize(actor, Action.USE_OWN_ACCOUNT)
        return account_stream(actor.account)
    authorize(actor, Action.SEE_ACCESS_REQUESTS, Subject(facility_id=facility_id))
    return facility_stream(facility_id)


def look(tx: Tx, actor: Actor, facility_id: str | None, after: int | None) -> Seen:
    """Return what changed behind the cursor ``after``; without one, and behind the end, only the cursor of now."""
    stream = stream_for(actor, facility_id)
    head = head_of(tx, stream)
    if after is None or after > head:
        return Seen(head, ())
    items = since(tx, stream, after)
    return Seen(items[-1].seq if items else after, items)
