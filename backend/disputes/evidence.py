"""What is known of a visit that a dispute is about: its outcome, and from when to when each side was connected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import col, select

from backend.db import Tx
from backend.visits.models import Connection, Visit


@dataclass(frozen=True, slots=True)
class Connected:
    """One side was connected. Instants are UTC."""

    side: Literal["visitor", "individual"]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was recorded of a visit. Instants are UTC."""

    reference: str
    visit_status: str
    starts_at: datetime
    ends_at: datetime
    connected: tuple[Connected, ...]
    """What the video service reported, in order; empty where nothing was."""


def evidence_of(tx: Tx, visit_id: str | None) -> Evidence | None:
    """Return what is known of a visit, None if the charge never became one."""
    visit = None if visit_id is None else tx.session.get(Visit, visit_id)
    if visit is None:
        return None
    query = select(Connection).where(Connection.visit_id == visit.id)
    rows = tx.session.exec(query.order_by(col(Connection.connected_at), col(Connection.side))).all()
    return Evidence(
        reference=visit.reference,
        visit_status=visit.status,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        connected=tuple(
            Connected("visitor" if row.side == "visitor" else "individual", row.connected_at, row.disconnected_at)
            for row in rows
        ),
    )
