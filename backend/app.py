"""The web application: routes of every noun, problem documents, and what runs beside the requests."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.telemetry import TelemetryConfig
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from backend.access.routes import router as access_router
from backend.accounts.routes import router as accounts_router
from backend.changes.routes import router as changes_router
from backend.context import Context
from backend.disputes.routes import router as disputes_router
from backend.drafts.routes import router as drafts_router
from backend.edge import Edge
from backend.errors import FieldError, Problem, not_found
from backend.facilities.routes import router as facilities_router
from backend.housekeeping import keep_house
from backend.kiosks.ending import end_stays
from backend.kiosks.routes import router as kiosks_router
from backend.meta.routes import router as meta_router
from backend.money.routes import router as money_router
from backend.notices.delivery import deliver
from backend.openapi import truthful_openapi
from backend.restrictions.routes import router as restrictions_router
from backend.roster.routes import router as roster_router
from backend.sentences import sentence_for
from backend.support.routes import router as support_router
from backend.timetables.routes import router as timetables_router
from backend.visits.reconciler import settle_payments
from backend.visits.routes import router as visits_router
from backend.visits.unused_minutes import count_minutes
from backend.web import problem_response
from backend.webhooks.routes import router as webhooks_router

log = logging.getLogger(__name__)

Beside = Callable[[Context], Coroutine[None, None, None]]
"""Something that runs beside the requests for as long as the server does, such as the delivery of notices."""
BESIDE: Final[tuple[Beside, ...]] = (deliver, keep_house, settle_payments, count_minutes, end_stays)
NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""Nothing is reported to anybody; left to itself the framework would look for a collector with every request."""
RESTART_AFTER: Final = 5.0
"""Seconds after which a beside task that failed is started again."""


def create_app(context: Context, beside: Sequence[Beside] = ()) -> FastAPI:
    """Return the application that serves ``context`` under ``/v1``.

    While it is up, delivery, housekeeping and the settling of payments run, and ``beside`` as well.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        running = [asyncio.create_task(_kept_running(work, context)) for work in (*BESIDE, *beside)]
        yield
        context.db.hub.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        context.db.close()

    app = FastAPI(
        title="Visit Desk", version="1", lifespan=lifespan, docs_url=None, redoc_url=None, telemetry=NO_TELEMETRY
    )
    app.state.context = context
    app.add_middleware(Edge)
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_crash)
    for router in (
        visits_router,  # they are looked through in this order, and these are asked for most
        access_router,
        accounts_router,
        changes_router,
        disputes_router,
        drafts_router,
        facilities_router,
        kiosks_router,
        meta_router,
        restrictions_router,
        roster_router,
        support_router,
        timetables_router,
        money_router,
        webhooks_router,
    ):
        app.include_router(router)
    truthful_openapi(app)
    return app


async def _kept_running(work: Beside, context: Context) -> None:
    """Run ``work`` until it is cancelled; what makes it fail is logged, and it starts again after a while."""
    while True:
        try:
            await work(context)
        except Exception:  # a failed delivery must not end the server, nor end delivery for good
            log.exception("%s failed and starts again in %s s", work.__name__, RESTART_AFTER)
        else:
            return
        await asyncio.sleep(RESTART_AFTER)


async def _on_problem(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return problem_response(error)


async def _on_invalid(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return problem_response(_problem_of(error.errors()))


def _problem_of(found: Sequence[ErrorDetails]) -> Problem:
    for item in found:
        if item["loc"] == ("header", "idempotency-key") and item["type"] == "missing":
            return Problem(
                "idempotency_key_required", 400, "The request has no Idempotency-Key.", "Send one for each intent."
            )
        if item["loc"][0] == "path":
            return not_found("This address")
    fields = [FieldError(".".join(map(str, item["loc"][1:])) or "body", sentence_for(item)) for item in found]
    return Problem("invalid", 422, "Something needs to be corrected.", "Look at the marked fields.", errors=fields)


async def _on_http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
    answer = problem_response(Problem(code, error.status_code, HTTPStatus(error.status_code).phrase))
    answer.headers.update(error.headers or {})
    return answer


async def _on_crash(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("%s: %s %s failed", reference, request.method, request.url.path, exc_info=error)
    trouble = Problem(
        "server_trouble",
        500,
        "Something went wrong on our side.",
        "Nothing was changed. Try again; if it happens again, tell support the reference.",
    )
    return problem_response(trouble, reference)
