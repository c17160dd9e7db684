"""Queries over drafts."""

from __future__ import annotations

from backend.db import Tx
from backend.drafts.models import Draft


def draft(tx: Tx, account_id: str) -> Draft | None:
    """Return an account's draft, or None."""
    return tx.session.get(Draft, account_id)


def keep(tx: Tx, draft: Draft) -> None:
    """Keep a new or changed draft."""
    tx.session.add(draft)
    tx.session.flush()


def remove(tx: Tx, draft: Draft) -> None:
    """Remove a draft."""
    tx.session.delete(draft)
    tx.session.flush()
