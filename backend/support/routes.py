"""Routes of support."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from backend.db import Tx
from backend.paging import Cursor, Limit
from backend.security import Actor
from backend.support import looks, service, timeline
from backend.support.schemas import (
    AskCode,
    AskLook,
    FindAccount,
    FoundAccounts,
    Look,
    OneTimeCode,
    Timeline,
    TimelineItem,
)
from backend.text import Key
from backend.web import Nothing, Read, Write

router = APIRouter(tags=["support"])


@router.post("/v1/support/accounts/search")
async def find_accounts(call: Write, body: FindAccount) -> FoundAccounts:
    """Find customers by name, address, phone or reference. It is kept in the trace, which is why it is a POST."""
    key = call.context.key
    return await call.once(
        FoundAccounts, lambda tx, actor: FoundAccounts.model_validate(service.find(tx, actor, key, body.said))
    )


@router.post("/v1/support/looks", status_code=201)
async def look(call: Write, body: AskLook) -> Look:
    """Look at a customer's account for half an hour, for a reason that is kept; a look before it ends."""
    begun = await call.once(looks.Begun, lambda tx, actor: looks.begin(tx, actor, body.account_id, body.why))
    return Look.model_validate(begun)


@router.post("/v1/support/looks/{look_id}/end")
async def end_look(call: Write, look_id: Annotated[Key, Path()]) -> Nothing:
    """Stop looking at a customer's account."""

    def end(tx: Tx, actor: Actor) -> Nothing:
        looks.end(tx, actor, look_id)
        return Nothing()

    return await call.once(Nothing, end)


@router.get("/v1/support/looks/{look_id}/timeline")
async def read_timeline(
    call: Read, look_id: Annotated[Key, Path()], cursor: Annotated[Cursor | None, Query()] = None, limit: Limit = 50
) -> Timeline:
    """List what happened to the account that is looked at, the newest first."""
    found, following = await call.read(lambda tx, actor: timeline.page(tx, actor, look_id, cursor=cursor, limit=limit))
    return Timeline(items=tuple(map(TimelineItem.of, found)), next_cursor=following)


@router.post("/v1/support/accounts/{account_id}/one-time-code")
async def issue_code(call: Write, account_id: Annotated[Key, Path()], body: AskCode) -> OneTimeCode:
    """Make a one-time code for a customer who is locked out, to be read out on the telephone."""
    key = call.context.key
    issued = await call.once(
        service.IssuedCode, lambda tx, actor: service.issue_code(tx, actor, key, account_id, body.reason)
    )
    return OneTimeCode(code=key.one_time_code(issued.code_id), code_expires_at=issued.code_expires_at)
