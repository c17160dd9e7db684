"""The web layer that every noun's routes share: one call, one transaction, one answer.

A route parses, then hands a plain function to a call; that function runs in the request's one transaction together with
the sign-in check and the idempotency row. There are four kinds of call, and a route names the one it is:

=============  ==========================================  ================================
annotation     who                                         what
=============  ==========================================  ================================
``Open``       anybody                                     looks: ``read_open``
``OpenWrite``  anybody                                     changes: ``once_anonymous``
``Read``       whoever is signed in                        looks: ``read``
``Write``      whoever is signed in                        changes, once a key: ``once``
=============  ==========================================  ================================

In a look (:data:`LOOK`) ``Read`` reads as the customer who is looked at, and whatever changes something is refused.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    WithJsonSchema,
)

from backend.accounts.sign_in import actor_of, present, sign_of_life
from backend.context import Context
from backend.db import Tx
from backend.errors import Problem, Reason
from backend.idempotency import ANONYMOUS, run_once
from backend.security import Actor, not_signed_in
from backend.support import looks
from backend.text import sentence_error

log = logging.getLogger(__name__)

T = TypeVar("T")
Answer = TypeVar("Answer", bound=BaseModel)
KIOSK_HEADER: Final = "Visit-Desk-Kiosk"
"""Carries the credential of a kiosk with every call that its device makes."""
UNATTENDED_HEADER: Final = "Visit-Desk-Unattended"
"""Marks a call that no key was pressed for: news that are waited for, a page that refreshes itself."""
PROBLEM_TYPE = "urn:visitdesk:problem:"
LOOK: Final = "Visit-Desk-Look"
"""The header by which a support agent reads as a customer does; see :mod:`backend.support.looks`."""


def instant_json(instant: datetime) -> str:
    """Return an instant as RFC 3339 text in UTC."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _as_instant(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value.upper()):
        return value
    raise sentence_error("Enter a date and a time with its zone, such as 2026-11-22T15:00:00Z.")


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:  # before the first year, or after the last one
        raise sentence_error("Enter a date and a time of our era.") from error


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_as_instant),
    AfterValidator(_in_utc),
    PlainSerializer(instant_json, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant on the wire: RFC 3339 with its zone coming in, in UTC with ``Z`` going out."""


class Schema(BaseModel):
    """Base of everything that crosses the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class OpenCall:
    """One request that needs no sign-in."""

    def __init__(self, request: Request) -> None:
        """Take the server's parts from the application."""
        context = request.app.state.context
        if not isinstance(context, Context):
            raise TypeError("the application was made without a context")
        self.context = context
        self.request = request

    @property
    def kiosk_id(self) -> str | None:
        """The kiosk that the calling device proves to be; whether it stands is for the transaction to ask."""
        credential = self.request.headers.get(KIOSK_HEADER)
        return None if credential is None else self.context.key.kiosk_of(credential)

    @property
    def is_unattended(self) -> bool:
        """Whether the terminal asks by itself: no key was pressed for this, so that it is no sign of life."""
        return UNATTENDED_HEADER in self.request.headers

    @property
    def is_local(self) -> bool:
        """Whether it came over the Unix socket that only the server's own user can open."""
        return bool(getattr(self.request.state, "local", False))

    async def read_open(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in a reading transaction as nobody in particular."""
        return await self.context.db.read(work)


_bearer = HTTPBearer(auto_error=False, description="The token of a sign-in session.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


class Call(OpenCall):
    """One request of whoever is signed in."""

    def __init__(self, request: Request, bearer: Bearer) -> None:
        """Take the token: ``not_signed_in`` (401) unless this server made it. The transaction asks if it holds."""
        super().__init__(request)
        session_id = self.context.key.session_of(bearer.credentials) if bearer else None
        if session_id is None:
            raise not_signed_in()
        self.session_id = session_id
        self._look_id = request.headers.get(LOOK)

    def actor(self, tx: Tx) -> Actor:
        """Return who is signed in. Raises ``not_signed_in`` (401)."""
        return actor_of(tx, self.session_id, self.kiosk_id)

    async def read(
        self, work: Callable[[Tx, Actor], T], *, counts_as_activity: bool = True, snapshot: bool = False
    ) -> T:
        """Run ``work`` in a reading transaction as whoever is signed in; ``snapshot`` as :meth:`Database.read` says."""

        def run(tx: Tx) -> tuple[T, bool]:
            who = present(tx, self.session_id, self.kiosk_id)
            actor = who.actor if self._look_id is None else looks.through(tx, who.actor, self._look_id)
            return work(tx, actor), counts_as_activity and who.needs_sign_of_life

        value, due = await self.context.db.read(run, snapshot=snapshot)
        await self._live(due=due)
        return value

    async def _live(self, *, due: bool) -> None:
        """Note a sign of life if one is due, in a transaction of its own: the work's locks are let go by then."""
        if due and not self.is_unattended:
            await self.context.db.write(lambda tx: sign_of_life(tx, self.session_id))


IdempotencyKey = Annotated[str, Header(min_length=16, max_length=128, pattern=r"^[ -~]+$")]


class OpenUnsafeCall(OpenCall):
    """One request that changes something and needs no sign-in: it has a key, and its effect happens once."""

    def __init__(self, request: Request, idempotency_key: IdempotencyKey) -> None:
        """Take the idempotency key; without one the application answers ``idempotency_key_required`` (400)."""
        super().__init__(request)
        _refuse_in_a_look(request)
        self._key = idempotency_key

    async def once_anonymous(self, answer: type[Answer], work: Callable[[Tx], Answer]) -> Answer:
        """Do what :meth:`UnsafeCall.once` does for a call that needs no sign-in."""
        fingerprint = await _fingerprint(self)

        def run(tx: Tx) -> object:
            return run_once(tx, ANONYMOUS, self._key, fingerprint, lambda: work(tx).model_dump(mode="json"))

        return answer.model_validate(await self.context.db.write(run))


class UnsafeCall(Call):
    """One request that changes something as whoever is signed in: it has a key, and its effect happens once."""

    def __init__(self, request: Request, bearer: Bearer, idempotency_key: IdempotencyKey) -> None:
        """Take token and idempotency key; without the key the answer is ``idempotency_key_required`` (400)."""
        super().__init__(request, bearer)
        _refuse_in_a_look(request)
        self._key = idempotency_key

    async def once(self, answer: type[Answer], work: Callable[[Tx, Actor], Answer]) -> Answer:
        """Run ``work`` once for this key as whoever is signed in; every later call gets the same answer.

        What ``work`` returns is stored, so it holds no secret: add a token or a code afterwards, derived from ids.
        """
        fingerprint = await _fingerprint(self)

        def run(tx: Tx) -> tuple[object, bool]:
            who = present(tx, self.session_id, self.kiosk_id)
            actor = who.actor
            said = run_once(tx, actor.account, self._key, fingerprint, lambda: work(tx, actor).model_dump(mode="json"))
            return said, who.needs_sign_of_life

        said, due = await self.context.db.write(run)
        await self._live(due=due)
        return answer.model_validate(said)


def _refuse_in_a_look(request: Request) -> None:
    """Refuse whatever changes something when it is asked for in a look, before anything else is asked."""
    if LOOK in request.headers:
        raise looks.looking_only()


async def _fingerprint(call: OpenCall) -> str:
    body = await call.request.body()
    url = call.request.url
    said = f"{call.request.method} {url.path}?{url.query}\n{body.decode('utf-8', 'surrogateescape')}"
    return call.context.key.digest("idempotency", said)


# Coroutines, for whatever else is depended on is run on a thread of its own, which costs more than all of it.


async def _open(request: Request) -> OpenCall:
    return OpenCall(request)


async def _open_write(request: Request, idempotency_key: IdempotencyKey) -> OpenUnsafeCall:
    return OpenUnsafeCall(request, idempotency_key)


async def _read(request: Request, bearer: Bearer) -> Call:
    return Call(request, bearer)


async def _write(request: Request, bearer: Bearer, idempotency_key: IdempotencyKey) -> UnsafeCall:
    return UnsafeCall(request, bearer, idempotency_key)


Open = Annotated[OpenCall, Depends(_open)]
OpenWrite = Annotated[OpenUnsafeCall, Depends(_open_write)]
Read = Annotated[Call, Depends(_read)]
Write = Annotated[UnsafeCall, Depends(_write)]


class Nothing(Schema):
    """An answer without content."""


class ReasonDocument(Schema):
    """One broken rule."""

    code: str
    sentence: str
    first_passes_on: date | None
    """Facility-local date of the first visit that this rule lets pass."""
    overridable: bool | None = None
    """Whether whoever asks may override it; null for those who may override nothing."""
    can_be_asked_from: date | None
    """Facility-local date from which on this can be asked for, or what comes next; no date of a visit."""

    @classmethod
    def of(cls, reason: Reason) -> ReasonDocument:
        """Return a broken rule as it is sent."""
        return cls(
            code=reason.code,
            sentence=reason.sentence,
            first_passes_on=reason.first_passes_on,
            overridable=reason.overridable,
            can_be_asked_from=reason.can_be_asked_from,
        )


class FieldErrorDocument(Schema):
    """One field that cannot be taken."""

    field: str
    sentence: str


class ProblemDocument(Schema):
    """A refusal (RFC 9457): ``code`` is stable, the sentences are for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    reasons: tuple[ReasonDocument, ...]
    errors: tuple[FieldErrorDocument, ...]
    nearest: tuple[Instant, ...]
    """Free openings offered instead."""
    retry_after_seconds: int | None
    reference: str
    """What support finds this refusal in the server's log by."""


def problem_response(problem: Problem, reference: str | None = None) -> JSONResponse:
    """Return ``problem`` as an RFC 9457 document, and note its reference in the log."""
    reference = reference or secrets.token_hex(4)
    log.info("%s: refused with %s (%d)", reference, problem.code, problem.status)
    headers = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_after_seconds is not None:
        headers["Retry-After"] = str(problem.retry_after_seconds)
    document = ProblemDocument(
        type=PROBLEM_TYPE + problem.code,
        title=problem.title,
        status=problem.status,
        code=problem.code,
        detail=problem.detail,
        reasons=tuple(map(ReasonDocument.of, problem.reasons)),
        errors=tuple(FieldErrorDocument(field=error.field, sentence=error.sentence) for error in problem.errors),
        nearest=problem.nearest,
        retry_after_seconds=problem.retry_after_seconds,
        reference=reference,
    )
    return JSONResponse(
        document.model_dump(mode="json"), problem.status, headers, media_type="application/problem+json"
    )
