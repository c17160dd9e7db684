"""Promising a message in the transaction of what it tells of."""

from __future__ import annotations

from typing import Final

from backend.db import Tx
from backend.keys import ServerKey
from backend.notices.kinds import DATA, Kind
from backend.notices.messages import Message, render
from backend.notices.models import Notice
from backend.sql import insert
from backend.types import canonical_json, microseconds, new_id

OUTBOX: Final = "outbox"
"""The stream on which the delivery of this process waits."""
_POST: Final = insert(Notice)


def post(tx: Tx, kind: Kind, account_id: str | None, to_address: str, data: dict[str, object]) -> str:
    """Add a message to the outbox, and return the notice's id.

    ``data`` (JSON) is what it is written from, as :mod:`backend.notices.kinds` says for each kind; ``ValueError``
    if it is something else. It holds no secret: a one-time code is named by its id only.
    """
    DATA[kind].model_validate(data)
    notice_id, now = new_id(tx.now), microseconds(tx.now)
    tx.run(
        _POST,
        {
            "id": notice_id,
            "kind": kind,
            "account_id": account_id,
            "to_address": to_address,
            "data": canonical_json(data),
            "created_at": now,
            "due_at": now,
            "attempts": 0,
            "state": "waiting",
            "sent_at": None,
            "last_error": None,
        },
    )
    tx.moved.add(OUTBOX)
    return notice_id


def message_of(tx: Tx, key: ServerKey, notice_id: str) -> Message | None:
    """Return the message of a notice as it would be sent; None if there is no such notice any more."""
    notice = tx.session.get(Notice, notice_id)
    return written(notice, key) if notice else None


def written(notice: Notice, key: ServerKey) -> Message:
    """Return the message of a notice."""
    return render(kind_of(notice), notice.data, key)


def kind_of(notice: Notice) -> Kind:
    """Return the kind of a notice. Raises ``ValueError`` for one that this version does not know."""
    for kind in DATA:
        if kind == notice.kind:
            return kind
    raise ValueError(f"no notice is of the kind {notice.kind!r}")
