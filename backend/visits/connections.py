"""How many minutes of a visit were used: those in which both sides were connected at once, as the video service says.

Only the appointed time counts, however early somebody joined; the whole of it is rounded up to a minute, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlmodel import col, select

from backend.db import Tx
from backend.visits.models import Connection

Side = Literal["visitor", "individual"]
SIDES: Final[tuple[Side, Side]] = ("visitor", "individual")
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From when (inclusive) to when (exclusive) one side was connected. Instants are UTC."""

    begins: datetime
    ends: datetime

    def overlaps(self, other: Span) -> bool:
        """Say whether both hold an instant in common, or begin at the same one."""
        return self.begins == other.begins or (self.begins < other.ends and other.begins < self.ends)


def used_minutes(appointed: Span, visitor: Iterable[Span], individual: Iterable[Span]) -> int:
    """Return the minutes of ``appointed`` in which both sides were connected at once, rounded up to a whole one."""
    ours, theirs = _joined(appointed, visitor), _joined(appointed, individual)
    both = sum((_common(one, other) for one in ours for other in theirs), timedelta())
    return -(-both // MINUTE)


def of_visit(tx: Tx, visit_id: str) -> dict[Side, list[Span]]:
    """Return the connections of a visit, by side, in their order."""
    rows = tx.session.exec(
        select(Connection).where(Connection.visit_id == visit_id).order_by(col(Connection.connected_at))
    ).all()
    return {side: [Span(row.connected_at, row.disconnected_at) for row in rows if row.side == side] for side in SIDES}


def add(tx: Tx, visit_id: str, side: Side, span: Span) -> None:
    """Keep that one side of a visit was connected."""
    tx.session.add(
        Connection(
            visit_id=visit_id,
            side=side,
            connected_at=span.begins,
            disconnected_at=span.ends,
            imported_at=tx.now,
        )
    )
    tx.session.flush()


def _joined(appointed: Span, spans: Iterable[Span]) -> Sequence[Span]:
    """Return spans cut to the appointed time, with those that touch or overlap made one."""
    cut = sorted(Span(max(one.begins, appointed.begins), min(one.ends, appointed.ends)) for one in spans)
    joined: list[Span] = []
    for one in cut:
        if one.begins >= one.ends:
            continue
        if joined and one.begins <= joined[-1].ends:
            joined[-1] = Span(joined[-1].begins, max(joined[-1].ends, one.ends))
        else:
            joined.append(one)
    return joined


def _common(one: Span, other: Span) -> timedelta:
    return max(min(one.ends, other.ends) - max(one.begins, other.begins), timedelta())
