"""Queries of the outbox."""

from __future__ import annotations

from sqlmodel import col, select, update

from backend.db import Tx
from backend.notices.models import Notice


def next_due(tx: Tx) -> Notice | None:
    """Return the notice that has waited longest past its due instant; another server's are passed over."""
    query = (
        select(Notice)
        .where(Notice.state == "waiting", col(Notice.due_at) <= tx.now)
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return tx.session.exec(query).first()


def hand_over_locally(tx: Tx) -> None:
    """Mark every waiting notice as handed over at the terminal."""
    tx.session.exec(update(Notice).where(col(Notice.state) == "waiting").values(state="local", sent_at=tx.now))


def notice(tx: Tx, notice_id: str) -> Notice | None:
    """Return a notice by its id."""
    return tx.session.get(Notice, notice_id)
