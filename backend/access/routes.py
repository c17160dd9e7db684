"""Facility access: the visitor's requests, and the officer's desk."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from backend.access import desk, schemas, service
from backend.access.transitions import Status
from backend.paging import Cursor, Limit
from backend.text import Key
from backend.visits import access_changes, approving
from backend.web import Read, Write

router = APIRouter(tags=["access"])


@router.get("/v1/access")
async def mine(call: Read) -> schemas.AccessList:
    """List the account's facility access and requests, newest first."""
    found = await call.read(service.mine)
    return schemas.AccessList(items=[schemas.Access.model_validate(each) for each in found])


@router.post("/v1/access", status_code=201)
async def ask(call: Write, body: schemas.AskAccess) -> schemas.Access:
    """Ask a facility for access."""
    return await call.once(
        schemas.Access,
        lambda tx, actor: schemas.Access.model_validate(
            approving.ask(
                tx, actor, body.facility_id, individual_name=body.individual_name, relationship=body.relationship
            )
        ),
    )


@router.post("/v1/access/{access_id}/withdrawal")
async def withdraw(call: Write, access_id: Key) -> schemas.Access:
    """Take a pending request back."""
    return await call.once(
        schemas.Access,
        lambda tx, actor: schemas.Access.model_validate(service.withdraw(tx, actor, access_id)),
    )


@router.get("/v1/desk/{facility_id}/access-requests", tags=["desk"])
async def requests(
    call: Read,
    facility_id: Key,
    status: Status = "pending",
    cursor: Annotated[Cursor | None, Query()] = None,
    limit: Limit = 50,
) -> schemas.AccessRequestPage:
    """List a facility's requests, soonest due first."""
    found, following = await call.read(
        lambda tx, actor: desk.queue(tx, actor, facility_id, status=status, cursor=cursor, limit=limit)
    )
    items = [schemas.AccessRequest.model_validate(each) for each in found]
    return schemas.AccessRequestPage(items=items, next_cursor=following)


@router.post("/v1/desk/access-requests/{access_id}/id-seen", tags=["desk"])
async def see_id(call: Write, access_id: Key) -> schemas.AccessRequest:
    """Note that an officer has seen the visitor's ID."""
    return await call.once(
        schemas.AccessRequest,
        lambda tx, actor: schemas.AccessRequest.model_validate(desk.see_id(tx, actor, access_id)),
    )


@router.post("/v1/desk/access-requests/{access_id}/decision", tags=["desk"])
async def decide(call: Write, access_id: Key, body: schemas.Decide) -> schemas.AccessRequest:
    """Approve or deny a request."""
    return await call.once(
        schemas.AccessRequest,
        lambda tx, actor: schemas.AccessRequest.model_validate(
            approving.decide(tx, actor, access_id, body.decision, version=body.version, reason=body.reason)
        ),
    )


@router.post("/v1/desk/access-requests/{access_id}/revocation", tags=["desk"])
async def revoke(call: Write, access_id: Key, body: schemas.Revoke) -> schemas.AccessRequest:
    """Take approved access back."""
    return await call.once(
        schemas.AccessRequest,
        lambda tx, actor: schemas.AccessRequest.model_validate(
            access_changes.revoke(tx, actor, access_id, version=body.version, reason=body.reason)
        ),
    )


@router.post("/v1/desk/access-requests/{access_id}/suspension", tags=["desk"])
async def suspend(call: Write, access_id: Key, body: schemas.Suspend) -> schemas.AccessRequest:
    """Suspend approved access, up to a day or for now."""
    return await call.once(
        schemas.AccessRequest,
        lambda tx, actor: schemas.AccessRequest.model_validate(
            access_changes.suspend(
                tx, actor, access_id, version=body.version, reason=body.reason, last_day=body.last_day
            )
        ),
    )


@router.post("/v1/desk/access-requests/{access_id}/restoration", tags=["desk"])
async def restore(call: Write, access_id: Key, body: schemas.Restore) -> schemas.AccessRequest:
    """End a suspension."""
    return await call.once(
        schemas.AccessRequest,
        lambda tx, actor: schemas.AccessRequest.model_validate(
            access_changes.restore(tx, actor, access_id, version=body.version, reason=body.reason)
        ),
    )
