"""The address at which processors tell what happened. No person calls it, so that it stands in no document."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from backend.web import Open
from backend.webhooks import service

router = APIRouter(include_in_schema=False)


@router.post("/v1/processors/{name}/events")
async def receive(name: str, call: Open, request: Request) -> JSONResponse:
    """Take a webhook: 200 once it is noted, again if it comes again. It is acted on after the answer."""
    payment_id = await service.receive(
        call.context, name, await request.body(), request.headers.get("Stripe-Signature", "")
    )
    then = None if payment_id is None else BackgroundTask(service.act, call.context, payment_id)
    return JSONResponse({}, background=then)
