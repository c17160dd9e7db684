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
    """Replace the account's draft with ``body``, and tell its other terminals.

    Not in the audit trail: answers that nothing has come of yet change nothing for anybody.
    """
    found = repository.draft(tx, actor.account) or Draft(account_id=actor.account, body=body, updated_at=tx.now)
    found.body, found.updated_at = body, tx.now
    repository.keep(tx, found)
    _announce(tx, actor.account)
    return _view(found)


def discard(tx: Tx, actor: Actor) -> None:
    """Remove the account's draft, if it has one."""
    _remove(tx, actor.account)


def discard_written(tx: Tx, actor: Actor, *, since: datetime, until: datetime) -> None:
    """Remove the account's draft if it was last written from ``since`` on and not after ``until`` (UTC)."""
    found = repository.draft(tx, actor.account)
    if found is not None and since <= found.updated_at <= until:
        _remove(tx, actor.account)


def forget(tx: Tx, account_id: str, hold_id: str) -> None:
    """Remove the draft of what has been confirmed under ``hold_id``; one that is about another hold stays."""
    if repository.holds_answers_for(tx, account_id, hold_id):
        _remove(tx, account_id)


def _remove(tx: Tx, account_id: str) -> None:
    found = repository.draft(tx, account_id)
    if found is not None:
        repository.remove(tx, found)
        _announce(tx, account_id)


def _announce(tx: Tx, account_id: str) -> None:
    changes.announce(tx, changes.account_stream(account_id), "draft", account_id)


def _view(draft: Draft) -> DraftView:
    return DraftView(draft.body if isinstance(draft.body, dict) else {}, draft.updated_at)
