"""What became of a booking, in its facility's chain of traces."""

from __future__ import annotations

from backend.audit import service as audit
from backend.db import Tx
from backend.security import Actor
from backend.visits.asked import Asked


def trace(tx: Tx, actor: Actor, asked: Asked, action: str, what: dict[str, object], *, why: str | None = None) -> None:
    """Write down in the facility's chain what became of a booking."""
    audit.record(
        tx,
        actor,
        audit.facility_chain(asked.facility_id),
        action=action,
        subject=f"visit:{asked.booking_id}",
        what={"account": asked.account_id, "starts_at": asked.starts_at.isoformat(), **what},
        why=why,
    )
