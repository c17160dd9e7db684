"""Blackouts, for officers of the facility."""

from __future__ import annotations

from fastapi import APIRouter

from backend.db import Tx
from backend.security import Actor
from backend.text import Key
from backend.timetables import schemas
from backend.visits import blackouts, paying
from backend.web import Read, Write

router = APIRouter(tags=["desk"])


@router.get("/v1/desk/{facility_id}/blackouts")
async def listed(call: Read, facility_id: Key) -> schemas.Blackouts:
    """List a facility's blackouts that are not over, by their dates."""
    found = await call.read(lambda tx, actor: blackouts.listed(tx, actor, facility_id))
    return schemas.Blackouts(items=[schemas.Blackout.of(each) for each in found])


@router.post("/v1/desk/{facility_id}/blackouts/preview")
async def preview(call: Write, facility_id: Key, body: schemas.PlannedBlackout) -> schemas.BlackoutPreview:
    """Say what a blackout would touch now; it changes nothing."""
    return await call.once(
        schemas.BlackoutPreview,
        lambda tx, actor: schemas.BlackoutPreview.of(blackouts.preview(tx, actor, facility_id, body.asked)),
    )


@router.post("/v1/desk/{facility_id}/blackouts", status_code=201)
async def add(call: Write, facility_id: Key, body: schemas.AddBlackout) -> schemas.AddedBlackout:
    """Add a blackout. What is paid for visits that it cancels is on its way back when this answers."""
    acting: list[Actor] = []
    payments: list[str] = []

    def work(tx: Tx, actor: Actor) -> schemas.AddedBlackout:
        acting[:] = [actor]
        added = blackouts.add(
            tx, actor, facility_id, body.asked, expected_visits=body.expected_visits, treatment=body.treatment
        )
        payments[:] = added.payment_ids
        return schemas.AddedBlackout.of(added)

    answer = await call.once(schemas.AddedBlackout, work)
    for payment_id in payments:
        await paying.send_back(call.context, acting[0], payment_id)
    return answer


@router.post("/v1/desk/blackouts/{blackout_id}/removal")
async def remove(call: Write, blackout_id: Key) -> schemas.Blackout:
    """Remove a blackout; the flags that it raised go with it."""
    return await call.once(
        schemas.Blackout, lambda tx, actor: schemas.Blackout.of(blackouts.remove(tx, actor, blackout_id))
    )
