"""Where requests are answered: who asks, whether it is legal, whether it was asked before, and then what it does."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import stripe

from tests.standin.books import Books
from tests.standin.faults import FaultKind, Faults
from tests.standin.form import Asked, decoded
from tests.standin.keys import Answer, Keys
from tests.standin.legal import check
from tests.standin.paths import Endpoint, endpoint
from tests.standin.problems import NOT_FOUND, Refusal

GAVE_UP: Final = 60.0
"""Seconds after which the stand-in gives up on a caller that waits for an answer which never comes."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came; header names in small letters."""

    method: str
    path: str
    form: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    answer: Answer
    headers: dict[str, str]


@dataclass(slots=True)
class Desk:
    """Answers requests from its books, one at a time."""

    books: Books
    api_key: str
    keys: Keys = field(default_factory=Keys)
    faults: Faults = field(default_factory=Faults)
    lock: threading.RLock = field(default_factory=threading.RLock)
    """Held by whoever looks into the books: a test does so from another thread."""
    at_work: threading.Event = field(default_factory=threading.Event)
    may_go: threading.Event = field(default_factory=threading.Event)
    """Of requests that work long: one has begun, and all may end."""
    seen: list[Request] = field(default_factory=list)
    """Every request that arrived, in order."""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    async def serve(self, request: Request) -> Response | None:
        """Return the answer to a request; None where the line is cut instead."""
        with self.lock:
            fault = self.faults.next(request.method, request.path)
        if fault == "reset_before":
            return None
        headers = {"Request-Id": f"req_{next(self._numbers):08d}", "Stripe-Version": stripe.api_version}
        self.seen.append(request)
        try:
            answer, replayed = await self._answer(request, fault)
        except Refusal as refused:
            answer, replayed = Answer(refused.status, refused.body), False
        if fault == "lost_answer":
            return None
        if fault == "silence":
            await asyncio.sleep(GAVE_UP)
            return None
        if answer.status == 429:
            headers["Retry-After"] = "1"
        if replayed:
            headers["Idempotent-Replayed"] = "true"
        return Response(answer, headers)

    async def _answer(self, request: Request, fault: FaultKind | None) -> tuple[Answer, bool]:
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            raise Refusal("Invalid API Key provided.", status=401)
        if fault == "rate_limited":
            raise Refusal("Request rate limit exceeded.", status=429, code="rate_limit", remembered=False)
        found = endpoint(request.method, request.path)
        if found is None:
            raise Refusal(f"Unrecognized request URL ({request.method}: {request.path}).", status=NOT_FOUND)
        asked = decoded(request.form)
        check(found[0].params, asked)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        with self.lock:
            before = None if key is None else self.keys.begin(key, request.path, request.form, self.books.now)
        if before is not None:
            return before, True
        if fault == "works_long":
            self.at_work.set()
            await asyncio.to_thread(self.may_go.wait, GAVE_UP)
        with self.lock:
            return self._do(found, Asked(asked), request, key, broken=fault == "server_error"), False

    def _do(
        self, found: tuple[Endpoint, tuple[str, ...]], asked: Asked, request: Request, key: str | None, *, broken: bool
    ) -> Answer:
        remembered, (meant, ids) = True, found
        try:
            if broken:
                raise Refusal("An unknown error occurred.", status=500, kind="api_error")
            self.books.let_time_pass()
            answer = Answer(200, meant.do(self.books, asked, request.path, *ids))
        except Refusal as refused:
            answer, remembered = Answer(refused.status, refused.body), refused.remembered
        if key is not None:
            self.keys.end(key, answer, remembered=remembered)
        return answer
