"""Idempotency: the same unsafe call sent ten times has one effect.

The row that remembers a call is written in the transaction of its effect. A refusal rolls both back, so the same key
may be used again once the reason is gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Index
from sqlmodel import Field, col, delete, select, tuple_

from backend.db import Tx
from backend.errors import Problem
from backend.sql import Sql, Value
from backend.types import JsonText, Table, UtcInstant, canonical_json, microseconds

ANONYMOUS: Final = "anonymous"
"""The scope of calls that need no sign-in: their keys are as unguessable as everybody's."""
KEPT: Final = timedelta(hours=24)
"""How long a call is remembered: a terminal asks again within minutes, a person within the day."""
BATCH: Final = 500


_REMEMBER: Final = Sql(
    "INSERT INTO idempotent_call (scope, key, fingerprint, called_at) VALUES (:scope, :key, :fingerprint, :at)"
    " ON CONFLICT DO NOTHING RETURNING key"
)
_RECALL: Final = Sql("SELECT fingerprint, answer FROM idempotent_call WHERE scope = :scope AND key = :key")
_ANSWER: Final = Sql("UPDATE idempotent_call SET answer = :answer WHERE scope = :scope AND key = :key")


class IdempotentCall(Table, table=True):
    """One unsafe call that has had its effect, and the answer it was given."""

    __tablename__ = "idempotent_call"
    __table_args__ = (Index("idempotent_call_by_age", "called_at"),)

    scope: str = Field(primary_key=True)
    """The account, or :data:`ANONYMOUS`: a key of one account means nothing for another."""
    key: str = Field(primary_key=True)
    fingerprint: str
    """HMAC of method, path and body."""
    answer: object = Field(default=None, sa_type=JsonText, nullable=True)
    called_at: datetime = Field(sa_type=UtcInstant)


def run_once(tx: Tx, scope: str, key: str, fingerprint: str, work: Callable[[], object]) -> object:
    """Run ``work`` unless this call was made before; return its answer, as JSON, either way.

    Raises ``idempotency_key_reused`` (422) if the key was used for another call. Two equal calls at the same time: the
    second waits for the first (one writer on SQLite, the row's lock on PostgreSQL) and gets its answer.
    """
    call: dict[str, Value] = {"scope": scope, "key": key}
    if not tx.run(_REMEMBER, {**call, "fingerprint": fingerprint, "at": microseconds(tx.now)}):
        ((remembered, answered),) = tx.run(_RECALL, call)
        if remembered != fingerprint:
            raise Problem(
                "idempotency_key_reused",
                422,
                "This request was sent before with other content.",
                "Nothing was changed. Go back and try again.",
            )
        return None if answered is None else json.loads(answered)
    answer = work()
    tx.run(_ANSWER, {**call, "answer": None if answer is None else canonical_json(answer)})
    return answer


def forget_old(tx: Tx) -> bool:
    """Remove calls that were made longer than :data:`KEPT` ago, a batch at a time; return whether there may be more."""
    old = (
        select(IdempotentCall.scope, IdempotentCall.key)
        .where(col(IdempotentCall.called_at) <= tx.now - KEPT)
        .order_by(col(IdempotentCall.called_at))
        .limit(BATCH)
    )
    gone = tx.session.exec(
        delete(IdempotentCall).where(tuple_(col(IdempotentCall.scope), col(IdempotentCall.key)).in_(old))
    )
    return gone.rowcount == BATCH
