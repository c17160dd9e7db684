"""Moving a visit: by its visitor, and for the facility."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path

from backend.db import Tx
from backend.errors import Problem
from backend.security import Actor
from backend.visits import desk, moving, service, visit_schemas
from backend.visits.models import Visit
from backend.visits.move_schemas import DeskVisit, MoveForFacility, MoveOffer, MoveVisit, Touched
from backend.visits.refusals import NEARBY_HELPS
from backend.web import Read, UnsafeCall, Write

router = APIRouter(tags=["visits"])

Id = Annotated[str, Path(min_length=1, max_length=64)]
Mover = Callable[[Tx, Actor, moving.Move], Visit]


@router.get("/v1/visits/{visit_id}/move")
async def move_offer(call: Read, visit_id: Id) -> MoveOffer:
    """Say whether a visit can be moved, and until when."""
    return MoveOffer.of(await call.read(lambda tx, actor: moving.preview(tx, actor, visit_id)))


@router.post("/v1/visits/{visit_id}/move")
async def move(call: Write, visit_id: Id, body: MoveVisit) -> visit_schemas.Visit:
    """Move a visit to another time. Whatever is refused, the visit keeps the time it has."""
    await _move(call, moving.move, body.asked(visit_id))
    return visit_schemas.Visit.of(await call.read(lambda tx, actor: service.one(tx, actor, visit_id)))


@router.post("/v1/desk/visits/{visit_id}/move", tags=["desk"])
async def move_for_facility(call: Write, visit_id: Id, body: MoveForFacility) -> DeskVisit:
    """Move a visit because of the facility. The visitor is told, with the reason."""
    await _move(call, moving.move_for_facility, body.asked(visit_id))
    return DeskVisit.of(await call.read(lambda tx, actor: desk.one(tx, actor, visit_id)))


async def _move(call: UnsafeCall, mover: Mover, asked: moving.Move) -> None:
    """Move once; a refusal offers the nearest times, looked for outside the refused transaction."""
    try:
        await call.once(Touched, lambda tx, actor: Touched(visit_id=mover(tx, actor, asked).id))
    except Problem as problem:
        if any(reason.code in NEARBY_HELPS for reason in problem.reasons):
            problem.nearest = await call.read(
                lambda tx, actor: moving.nearest(tx, actor, asked.visit_id, asked.starts_at)
            )
        raise
