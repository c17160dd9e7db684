"""Announcing changes, and reading them from a cursor on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sqlmodel import col, select

from backend.changes.models import Change, StreamHead
from backend.db import Tx
from backend.security import Action, Actor, Subject, authorize
from backend.sql import Sql, Value
from backend.types import microseconds

Kind = Literal["access", "blackout", "visit", "payment", "hold", "draft", "account", "restriction", "dispute"]


@cache
def _next(streams: int) -> Sql:
    """Return the statement that gives out the next numbers of so many streams, and says the last one of each."""
    rows = ", ".join(f"(:stream{number}, :count{number})" for number in range(streams))
    return Sql(
        f"INSERT INTO stream_head (stream, seq) VALUES {rows}"  # noqa: S608  # names of values
        " ON CONFLICT (stream) DO UPDATE SET seq = stream_head.seq + excluded.seq RETURNING stream, seq"
    )


@cache
def _add(changes: int) -> Sql:
    rows = ", ".join(f"(:stream{n}, :seq{n}, :kind{n}, :subject{n}, :at)" for n in range(changes))
    return Sql(f"INSERT INTO change (stream, seq, kind, subject_id, at) VALUES {rows}")  # noqa: S608  # names of values


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
    announce_all(tx, [(stream, kind, subject_id)])


def announce_all(tx: Tx, changes: Sequence[tuple[str, Kind, str]]) -> None:
    """Do what :func:`announce` does for several changes (stream, kind, subject), in two statements.

    Streams are locked in the order in which they are first named.
    """
    counts = Counter(stream for stream, _kind, _subject in changes)
    heads: dict[str, Value] = {}
    for number, (stream, count) in enumerate(counts.items()):
        heads[f"stream{number}"], heads[f"count{number}"] = stream, count
    last: dict[str, int] = dict(tx.run(_next(len(counts)), heads))
    following = {stream: last[stream] - count for stream, count in counts.items()}
    said: dict[str, Value] = {"at": microseconds(tx.now)}
    for number, (stream, kind, subject) in enumerate(changes):
        following[stream] += 1
        said[f"stream{number}"], said[f"seq{number}"] = stream, following[stream]
        said[f"kind{number}"], said[f"subject{number}"] = kind, subject
    tx.run(_add(len(changes)), said)
    tx.moved.update(counts)


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
