"""What only the server's own user may ask, over the Unix socket: presence, and commands of the shell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from backend.errors import Problem, not_found


def only_local(request: Request) -> None:
    """Refuse a call that did not come over the Unix socket as if the route were not there."""
    if not getattr(request.state, "local", False):
        raise not_found("This address")


def local_router(stopping: asyncio.Event) -> APIRouter:
    """Return the local routes of a server that sets ``stopping`` when it is about to stop."""
    router = APIRouter(prefix="/v1/local", include_in_schema=False, dependencies=[Depends(only_local)])

    @router.get("/presence")
    async def presence() -> StreamingResponse:
        """Say ``ready``, then stay open until one side goes: while it is open, a terminal is there."""
        if stopping.is_set():
            raise Problem("stopping", 503, "The server is stopping.", "Start a new one.", retry_after_seconds=1)
        return StreamingResponse(_stay(stopping), media_type="text/plain")

    return router


async def _stay(stopping: asyncio.Event) -> AsyncIterator[bytes]:
    yield b"ready\n"
    await stopping.wait()
