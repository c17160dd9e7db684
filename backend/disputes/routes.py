"""Disputes: a visitor's own, and those that wait for support."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from backend.disputes import service
from backend.disputes.schemas import DecideDispute, Dispute, Disputes, OpenDispute
from backend.paging import Cursor, Limit
from backend.text import Key
from backend.web import Read, Write

router = APIRouter(tags=["money"])


@router.post("/v1/transactions/{transaction_id}/disputes", status_code=201)
async def open_dispute(call: Write, transaction_id: Annotated[Key, Path()], body: OpenDispute) -> Dispute:
    """Say that a charge is wrong. The answer says when a decision is due."""
    return await call.once(
        Dispute,
        lambda tx, actor: Dispute.of(service.open_dispute(tx, actor, transaction_id, body.reason, body.words or "")),
    )


@router.get("/v1/disputes")
async def own(call: Read) -> Disputes:
    """List the account's own disputes, the newest first."""
    found = await call.read(service.own)
    return Disputes(items=tuple(map(Dispute.of, found)))


@router.get("/v1/support/disputes")
async def waiting(call: Read, cursor: Annotated[Cursor | None, Query()] = None, limit: Limit = 50) -> Disputes:
    """List what waits for a decision, the one that is due first before the others."""
    found, following = await call.read(lambda tx, actor: service.waiting(tx, actor, cursor, limit))
    return Disputes(items=tuple(map(Dispute.of, found)), next_cursor=following)


@router.post("/v1/support/disputes/{dispute_id}/decision")
async def decide(call: Write, dispute_id: Annotated[Key, Path()], body: DecideDispute) -> Dispute:
    """Decide a dispute: give back, give credit, or say no, always with a reason that the visitor reads."""
    return await call.once(
        Dispute,
        lambda tx, actor: Dispute.of(service.decide(tx, actor, dispute_id, body.said)),
    )
