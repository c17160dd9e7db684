"""Queries over drafts: each is one statement, for several terminals of an account may act on its draft at once."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from backend.db import Tx
from backend.drafts.models import Draft
from backend.sql import Rows, Sql, insert, values_of
from backend.types import canonical_json, microseconds

_DRAFT: Final = Rows(Draft, "WHERE account_id = :account")
_KEEP: Final = insert(
    Draft, "ON CONFLICT (account_id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at"
)
_REMOVE: Final = Sql("DELETE FROM draft WHERE account_id = :account RETURNING account_id")
_REMOVE_WRITTEN: Final = Sql(
    "DELETE FROM draft WHERE account_id = :account AND updated_at BETWEEN :since AND :until RETURNING account_id"
)
_REMOVE_SAYING: Final = Sql("DELETE FROM draft WHERE account_id = :account AND body = :body RETURNING account_id")


def draft(tx: Tx, account_id: str) -> Draft | None:
    """Return an account's draft to be read, or None."""
    return tx.first(_DRAFT, {"account": account_id})


def keep(tx: Tx, draft: Draft) -> None:
    """Keep a draft in place of the one that its account has, if it has one."""
    tx.run(_KEEP, values_of(draft))


def remove(tx: Tx, account_id: str) -> bool:
    """Remove an account's draft. Return whether it had one."""
    return bool(tx.run(_REMOVE, {"account": account_id}))


def remove_written(tx: Tx, account_id: str, since: datetime, until: datetime) -> bool:
    """Remove an account's draft if it was last written between two instants (both included). Return whether it was."""
    span = {"since": microseconds(since), "until": microseconds(until)}
    return bool(tx.run(_REMOVE_WRITTEN, {"account": account_id, **span}))


def remove_saying(tx: Tx, draft: Draft) -> bool:
    """Remove a draft if its answers still are these. Return whether they were."""
    return bool(tx.run(_REMOVE_SAYING, {"account": draft.account_id, "body": canonical_json(draft.body)}))
