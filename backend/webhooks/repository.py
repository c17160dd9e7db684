"""Queries over the webhooks that were received."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import tuple_
from sqlmodel import col, delete, select

from backend.db import Tx
from backend.money.source_models import ProcessorEvent
from backend.sql import Value, insert
from backend.types import microseconds

KEPT: Final = timedelta(days=30)
"""Stripe sends a webhook again for three days (docs.stripe.com/webhooks); what comes later was not signed just now."""
BATCH: Final = 500
_NOTE: Final = insert(ProcessorEvent, "ON CONFLICT DO NOTHING RETURNING id")


def note(tx: Tx, processor: str, event_id: str) -> bool:
    """Note that a webhook came. Return whether it did for the first time."""
    said: dict[str, Value] = {"processor": processor, "id": event_id, "received_at": microseconds(tx.now)}
    return bool(tx.run(_NOTE, said))


def forget_old(tx: Tx) -> bool:
    """Remove some of the webhooks that came longer than :data:`KEPT` ago. Return whether there may be more."""
    old = (
        select(ProcessorEvent.processor, ProcessorEvent.id)
        .where(col(ProcessorEvent.received_at) <= tx.now - KEPT)
        .limit(BATCH)
    )
    named = tuple_(col(ProcessorEvent.processor), col(ProcessorEvent.id))
    return tx.session.exec(delete(ProcessorEvent).where(named.in_(old))).rowcount == BATCH
