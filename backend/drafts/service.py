"""The draft of the visit that an account is scheduling: its answers so far, on the server, never any payment data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backend.changes import service as changes
from backend.db import Tx
from backend.drafts import repository
from backend.drafts.models import Draft
from backend.security import Actor
from backend.sql import made


@dataclass(frozen=True, slots=True)
class DraftView:
    """Answers as JSON, and when (UTC) they were last written."""

    body: Mapping[str, object]
    updated_at: datetime


def current(tx: Tx, actor: Actor) -> DraftView | None:
    """Return the account's draft, or None."""
    found = repository.draft(tx, actor.account)
    return None if found is None else _view(found)


def put(tx: Tx, actor: Actor, body: dict[str, object]) -> DraftView:
    """Replace the account's draft with ``body``, and tell its other terminals; of several at once the last one stays.

    Not in the audit trail: answers that nothing has come of yet change nothing for anybody.
    """
    draft = made(Draft, account_id=actor.account, body=body, updated_at=tx.now)
    repository.keep(tx, draft)
    _announce(tx, actor.account)
    return _view(draft)


def discard(tx: Tx, actor: Actor) -> None:
    """Remove the account's draft, if it has one."""
    if repository.remove(tx, actor.account):
        _announce(tx, actor.account)


def discard_written(tx: Tx, actor: Actor, *, since: datetime, until: datetime) -> None:
    """Remove the account's draft if it was last written from ``since`` on and not after ``until`` (UTC)."""
    if repository.remove_written(tx, actor.account, since, until):
        _announce(tx, actor.account)


def forget(tx: Tx, account_id: str, hold_id: str) -> None:
    """Remove the draft of what has been confirmed under ``hold_id``; one that is about another hold stays."""
    found = repository.draft(tx, account_id)
    if found is None or _view(found).body.get("hold_id") not in (None, hold_id):
        return
    if repository.remove_saying(tx, found):
        _announce(tx, account_id)


def _announce(tx: Tx, account_id: str) -> None:
    changes.announce(tx, changes.account_stream(account_id), "draft", account_id)


def _view(draft: Draft) -> DraftView:
    return DraftView(draft.body if isinstance(draft.body, dict) else {}, draft.updated_at)
