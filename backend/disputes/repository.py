"""Queries over disputes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select, tuple_

from backend.db import Tx
from backend.disputes.models import Dispute


def dispute(tx: Tx, dispute_id: str) -> Dispute | None:
    """Return a dispute, or None."""
    return tx.session.get(Dispute, dispute_id)


def dispute_to_change(tx: Tx, dispute_id: str) -> Dispute | None:
    """Return a dispute as it is now, with its row locked until the transaction ends, or None."""
    query = select(Dispute).where(Dispute.id == dispute_id).with_for_update().execution_options(populate_existing=True)
    return tx.session.exec(query).first()


def of_entry(tx: Tx, entry_id: str) -> Sequence[Dispute]:
    """Return the disputes of a charge, newest first."""
    return tx.session.exec(select(Dispute).where(Dispute.entry_id == entry_id).order_by(col(Dispute.id).desc())).all()


def of_account(tx: Tx, account_id: str, limit: int) -> Sequence[Dispute]:
    """Return the newest disputes of an account."""
    query = select(Dispute).where(Dispute.account_id == account_id).order_by(col(Dispute.id).desc()).limit(limit)
    return tx.session.exec(query).all()


def waiting(tx: Tx, after: tuple[date, str] | None, limit: int) -> Sequence[Dispute]:
    """Return open disputes, the one that is due first before the others, behind ``after`` (day and id)."""
    query = select(Dispute).where(Dispute.status == "open")
    if after is not None:
        query = query.where(tuple_(Dispute.due_on, Dispute.id) > after)
    return tx.session.exec(query.order_by(col(Dispute.due_on), col(Dispute.id)).limit(limit)).all()
