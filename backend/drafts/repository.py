"""Queries over drafts."""

from __future__ import annotations

import json
from typing import Final

from backend.db import Tx
from backend.drafts.models import Draft
from backend.sql import Sql

_BODY: Final = Sql("SELECT body FROM draft WHERE account_id = :account")


def draft(tx: Tx, account_id: str) -> Draft | None:
    """Return an account's draft, or None."""
    return tx.session.get(Draft, account_id)


def holds_answers_for(tx: Tx, account_id: str, hold_id: str) -> bool:
    """Say whether an account has a draft, and it is about this hold or about none yet."""
    for (body,) in tx.run(_BODY, {"account": account_id}):
        answers = json.loads(body)
        return isinstance(answers, dict) and answers.get("hold_id") in (None, hold_id)
    return False


def keep(tx: Tx, draft: Draft) -> None:
    """Keep a new or changed draft."""
    tx.session.add(draft)
    tx.session.flush()


def remove(tx: Tx, draft: Draft) -> None:
    """Remove a draft."""
    tx.session.delete(draft)
    tx.session.flush()
