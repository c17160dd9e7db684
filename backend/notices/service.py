"""Promising a message in the transaction of what it tells of."""

from __future__ import annotations

from typing import Literal

from backend.db import Tx
from backend.notices.models import Notice
from backend.types import new_id

Kind = Literal[
    "create_account_code",
    "account_exists",
    "reset_password_code",
    "no_such_account",
    "access_requested",
    "access_decided",
    "visit_confirmed",
    "visit_cancelled",
]


def post(tx: Tx, kind: Kind, account_id: str | None, to_address: str, data: dict[str, object]) -> Notice:
    """Add a message to the outbox. ``data`` is what it is written from; a one-time code is named by its id only."""
    notice = Notice(
        id=new_id(tx.now),
        kind=kind,
        account_id=account_id,
        to_address=to_address,
        data=data,
        created_at=tx.now,
        due_at=tx.now,
    )
    tx.session.add(notice)
    tx.session.flush()
    return notice
