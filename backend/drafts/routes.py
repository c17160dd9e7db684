"""The draft of the visit being scheduled."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from backend.db import Tx
from backend.drafts import service
from backend.drafts.schemas import DraftAnswers, KeptDraft
from backend.security import Actor
from backend.web import Nothing, Read, Write

router = APIRouter(tags=["draft"])


@router.get("/v1/draft")
async def current(call: Read) -> KeptDraft:
    """Show the draft, if there is one."""
    return KeptDraft.of(await call.read(service.current))


@router.put("/v1/draft")
async def put(call: Write, body: DraftAnswers) -> KeptDraft:
    """Keep these answers in place of those kept before."""
    answers = body.model_dump(mode="json", exclude_defaults=True)
    return await call.once(KeptDraft, lambda tx, actor: KeptDraft.of(service.put(tx, actor, answers)))


@router.delete("/v1/draft", status_code=204)
async def discard(call: Write) -> Response:
    """Throw the draft away."""

    def work(tx: Tx, actor: Actor) -> Nothing:
        service.discard(tx, actor)
        return Nothing()

    await call.once(Nothing, work)
    return Response(status_code=204)
