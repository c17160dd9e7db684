"""Restrictions, for officers of the facility."""

from __future__ import annotations

from fastapi import APIRouter

from backend.restrictions import schemas
from backend.text import Key
from backend.visits import restricting
from backend.web import Read, Write

router = APIRouter(tags=["desk"])


@router.get("/v1/desk/{facility_id}/restrictions")
async def restrictions(call: Read, facility_id: Key, ended: bool = False) -> schemas.Restrictions:
    """List a facility's restrictions, the newest first; with ``ended`` also those that are over."""
    found = await call.read(lambda tx, actor: restricting.listed(tx, actor, facility_id, with_ended=ended))
    return schemas.Restrictions(items=[schemas.Restriction.of(each) for each in found])


@router.post("/v1/desk/{facility_id}/restrictions", status_code=201)
async def make(call: Write, facility_id: Key, body: schemas.MakeRestriction) -> schemas.Restriction:
    """Restrict visits; future visits that it touches are flagged, and counted in the answer."""
    return await call.once(
        schemas.Restriction,
        lambda tx, actor: schemas.Restriction.of(restricting.make(tx, actor, facility_id, body.asked)),
    )


@router.post("/v1/desk/restrictions/{restriction_id}/end")
async def end(call: Write, restriction_id: Key) -> schemas.Restriction:
    """End a restriction; the flags that it raised are removed, and counted in the answer."""
    return await call.once(
        schemas.Restriction, lambda tx, actor: schemas.Restriction.of(restricting.end(tx, actor, restriction_id))
    )
