"""Flags on visits that a person has to look at; what raised them takes exactly its own away again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import func, text
from sqlmodel import col, select

from backend.changes import service as changes
from backend.db import Tx
from backend.types import microseconds
from backend.visits.models import Visit, VisitFlag

FlagKind = Literal["blackout", "released", "moved", "restriction", "keep_apart", "capacity", "access"]


def put_up(tx: Tx, visits: Iterable[Visit], kind: FlagKind, source_id: str) -> int:
    """Flag visits because of ``source_id``; one that is flagged for it already stays so. Return how many are new."""
    new = 0
    for visit in visits:
        raised = tx.session.execute(
            text(
                "INSERT INTO visit_flag (visit_id, kind, source_id, raised_at) VALUES (:visit, :kind, :source, :now)"
                " ON CONFLICT DO NOTHING RETURNING visit_id"
            ),
            {"visit": visit.id, "kind": kind, "source": source_id, "now": microseconds(tx.now)},
        ).first()
        if raised is not None:
            new += 1
            changes.announce(tx, changes.facility_stream(visit.facility_id), "visit", visit.id)
    return new


def take_down(tx: Tx, kind: FlagKind, source_id: str, *, individual_id: str | None = None) -> int:
    """Remove the flags that ``source_id`` raised, of whatever visits or of one individual's. Return how many."""
    query = select(VisitFlag).where(VisitFlag.kind == kind, VisitFlag.source_id == source_id)
    if individual_id is not None:
        query = query.join(Visit, col(Visit.id) == VisitFlag.visit_id).where(Visit.individual_id == individual_id)
    flags = tx.session.exec(query).all()
    for flag in flags:
        visit = tx.session.get_one(Visit, flag.visit_id)
        tx.session.delete(flag)
        changes.announce(tx, changes.facility_stream(visit.facility_id), "visit", visit.id)
    tx.session.flush()
    return len(flags)


def counts(tx: Tx, kind: FlagKind, source_ids: Sequence[str]) -> dict[str, int]:
    """Return how many visits each source has flagged; one that has flagged none is missing."""
    query = select(VisitFlag.source_id, func.count()).where(
        VisitFlag.kind == kind, col(VisitFlag.source_id).in_(source_ids)
    )
    return dict(tx.session.exec(query.group_by(VisitFlag.source_id)).all())
