"""Routes of the change cursor: a long poll that wakes at once."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request

from backend.changes import service
from backend.changes.schemas import Changes
from backend.changes.service import Seen
from backend.text import Key
from backend.web import Read

router = APIRouter(tags=["changes"])

LONGEST_WAIT: Final = 25
"""Seconds."""
OTHERS_COMMIT: Final = 0.5
"""Seconds after which a server on PostgreSQL looks for what another server has committed."""


@router.get("/v1/changes")
async def changes(
    call: Read,
    after: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT)] = 0,
    facility_id: Annotated[Key | None, Query()] = None,
) -> Changes:
    """Say what changed after the cursor ``after``, waiting up to ``wait`` seconds for something to change.

    Without ``after``: only the cursor of now. Asking does not count as activity: a screen that follows changes does not
    keep anybody signed in.
    """
    db = call.context.db
    stream = await call.read(lambda _tx, actor: service.stream_for(actor, facility_id), counts_as_activity=False)

    async def look() -> Seen:
        return await call.read(lambda tx, actor: service.look(tx, actor, facility_id, after), counts_as_activity=False)

    ends_at = asyncio.get_running_loop().time() + wait
    with db.hub.listen(stream) as moved:
        gone = asyncio.create_task(_gone(call.request))
        try:
            while True:
                moved.clear()
                seen = await look()
                left = ends_at - asyncio.get_running_loop().time()
                if seen.items or after is None or seen.cursor != after or left <= 0 or db.hub.closed or gone.done():
                    return Changes.of(seen)
                await _first_of(moved, gone, left if db.is_sqlite else min(left, OTHERS_COMMIT))
        finally:
            gone.cancel()


async def _gone(request: Request) -> None:
    """Return once the caller has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


async def _first_of(moved: asyncio.Event, gone: asyncio.Task[None], seconds: float) -> None:
    waking = asyncio.create_task(moved.wait())
    try:
        await asyncio.wait({waking, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waking.cancel()
