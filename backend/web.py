"""The web layer that every noun's routes share: one call, one transaction, one answer.

A route parses, then hands a plain function to :meth:`Call.read` or :meth:`UnsafeCall.once`; that function runs in the
request's one transaction together with the sign-in check and the idempotency row.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from backend.accounts.sign_in import actor_of, touch
from backend.context import Context
from backend.db import Tx
from backend.errors import Problem
from backend.idempotency import run_once
from backend.security import Actor, not_signed_in

T = TypeVar("T")
Answer = TypeVar("Answer", bound=BaseModel)
PROBLEM_TYPE = "urn:visitdesk:problem:"


class Schema(BaseModel):
    """Base of everything that crosses the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Call:
    """One request: the server's parts, and whoever is signed in."""

    def __init__(self, request: Request, authorization: Annotated[str | None, Header()] = None) -> None:
        """Take the bearer token from the request; it is checked inside the transaction."""
        context = request.app.state.context
        if not isinstance(context, Context):
            raise TypeError("the application was made without a context")
        self.context = context
        self.request = request
        scheme, _, token = (authorization or "").partition(" ")
        self._token = token.strip() if scheme.lower() == "bearer" else None

    def actor(self, tx: Tx) -> Actor:
        """Return who is signed in. Raises ``not_signed_in`` (401)."""
        session_id = self.context.key.session_of(self._token) if self._token else None
        if session_id is None:
            raise not_signed_in()
        return actor_of(tx, session_id)

    async def read(self, work: Callable[[Tx, Actor], T], *, counts_as_activity: bool = True) -> T:
        """Run ``work`` in a reading transaction as whoever is signed in."""
        actor, value = await self.context.db.read(lambda tx: self._as_actor(tx, work))
        if counts_as_activity and actor.sign_in_session_id:
            await touch(self.context.db, actor.sign_in_session_id)
        return value

    def _as_actor(self, tx: Tx, work: Callable[[Tx, Actor], T]) -> tuple[Actor, T]:
        actor = self.actor(tx)
        return actor, work(tx, actor)


class UnsafeCall(Call):
    """One request that changes something: it has a key, and its effect happens once."""

    def __init__(
        self,
        request: Request,
        authorization: Annotated[str | None, Header()] = None,
        idempotency_key: Annotated[str | None, Header(min_length=16, max_length=128)] = None,
    ) -> None:
        """Take the idempotency key; ``idempotency_key_required`` (400) without one."""
        super().__init__(request, authorization)
        if idempotency_key is None:
            raise Problem(
                "idempotency_key_required", 400, "The request has no Idempotency-Key.", "Send one for each intent."
            )
        self._key = idempotency_key

    async def once(self, answer: type[Answer], work: Callable[[Tx, Actor], Answer]) -> Answer:
        """Run ``work`` once for this key as whoever is signed in; every later call gets the same answer."""
        fingerprint = await self._fingerprint()

        def run(tx: Tx) -> object:
            actor = self.actor(tx)
            return run_once(tx, actor.account, self._key, fingerprint, lambda: work(tx, actor).model_dump(mode="json"))

        return answer.model_validate(await self.context.db.write(run))

    async def once_anonymous(self, answer: type[Answer], work: Callable[[Tx], Answer]) -> Answer:
        """Do what :meth:`once` does for a call that needs no sign-in. ``work`` returns no secret: it is stored."""
        fingerprint = await self._fingerprint()

        def run(tx: Tx) -> object:
            return run_once(tx, "anonymous", self._key, fingerprint, lambda: work(tx).model_dump(mode="json"))

        return answer.model_validate(await self.context.db.write(run))

    async def _fingerprint(self) -> str:
        body = await self.request.body()
        said = f"{self.request.method} {self.request.url.path}\n{body.decode('utf-8', 'replace')}"
        return self.context.key.digest("idempotency", said)


Read = Annotated[Call, Depends(Call)]
Write = Annotated[UnsafeCall, Depends(UnsafeCall)]


class Nothing(Schema):
    """An answer without content."""


def problem_response(problem: Problem) -> JSONResponse:
    """Return ``problem`` as an RFC 9457 document."""
    headers = {"Cache-Control": "no-store"}
    if problem.retry_after_seconds is not None:
        headers["Retry-After"] = str(problem.retry_after_seconds)
    body: dict[str, object] = {
        "type": PROBLEM_TYPE + problem.code,
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "reasons": [
            {
                "code": reason.code,
                "sentence": reason.sentence,
                "first_passes_on": reason.first_passes_on.isoformat() if reason.first_passes_on else None,
            }
            for reason in problem.reasons
        ],
        "errors": [{"field": error.field, "sentence": error.sentence} for error in problem.errors],
        "nearest": [instant_json(instant) for instant in problem.nearest],
        "retry_after_seconds": problem.retry_after_seconds,
        "reference": secrets.token_hex(4),
    }
    return JSONResponse(body, problem.status, headers, media_type="application/problem+json")


def instant_json(instant: datetime) -> str:
    """Return an instant as RFC 3339 text in UTC."""
    return instant.isoformat().replace("+00:00", "Z")
