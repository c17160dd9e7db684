"""The web application: routes of every noun, problem documents, and what runs beside the requests."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from backend.context import Context
from backend.errors import FieldError, Problem
from backend.web import problem_response

log = logging.getLogger(__name__)


def create_app(context: Context) -> FastAPI:
    """Return the application that serves ``context`` under ``/v1``."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        context.db.close()

    app = FastAPI(title="Visit Desk", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.context = context
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_crash)
    return app


async def _on_problem(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return problem_response(error)


async def _on_invalid(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    found = [
        FieldError(".".join(str(part) for part in item["loc"][1:]) or "body", str(item["msg"]))
        for item in error.errors()
    ]
    return problem_response(
        Problem("invalid", 422, "Something needs to be corrected.", "Look at the marked fields.", errors=found)
    )


async def _on_http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
    return problem_response(Problem(code, error.status_code, HTTPStatus(error.status_code).phrase))


async def _on_crash(request: Request, error: Exception) -> Response:
    answer = problem_response(
        Problem(
            "server_trouble",
            500,
            "Something went wrong on our side.",
            "Nothing was changed. Try again; if it happens again, tell support the reference.",
        )
    )
    log.error("%s %s failed: %s", request.method, request.url.path, type(error).__name__, exc_info=error)
    return answer
