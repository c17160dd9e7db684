"""Routes about the server itself: what it is, and whether it is well."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final, Literal

from fastapi import APIRouter

from backend.db import Tx
from backend.facilities import service as facilities
from backend.web import Instant, Open, Schema

router = APIRouter(tags=["about"])
VERSION: Final = version("visit-desk")


class About(Schema):
    """What this server is."""

    version: str
    demonstration: bool
    installation: Literal["empty", "ready"]
    """``empty`` until the first facility is there."""
    server_time: Instant
    messages: Literal["smtp", "local"]
    """Whether one-time codes leave by mail, or are handed back to the terminal that asked (``local_message``)."""


class Health(Schema):
    """The server answers, and so does its database."""

    status: Literal["ok"] = "ok"


@router.get("/v1/about")
async def about(call: Open) -> About:
    """Say what this server is and what time it has."""
    context = call.context

    def look(tx: Tx) -> About:
        return About(
            version=VERSION,
            demonstration=context.demonstration,
            installation="ready" if facilities.is_there_any(tx) else "empty",
            server_time=tx.now,
            messages=context.messages,
        )

    return await call.read_open(look)


@router.get("/v1/health")
async def health(call: Open) -> Health:
    """Answer, after the database has."""
    await call.read_open(lambda tx: tx.now)
    return Health()
