"""A scripted server: typed answers over the client's own wire, no network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import TypeAlias

import httpx

from backend_client import About, Installation, MessagesBy, Secret
from backend_client._pace import Pace

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

NOW = datetime(2026, 11, 23, 2, 41, tzinfo=UTC)
"""The instant at which every test begins: Sun Nov 22, 9:41 PM in New York."""

ABOUT = About("1.0", demonstration=False, installation=Installation.READY, server_time=NOW, messages=MessagesBy.LOCAL)


@dataclass(frozen=True)
class Seen:
    """A request as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    body: Json
    key: str | None
    look: str | None = None
    """The look that a support agent reads through."""


@dataclass
class Gate:
    """Keeps answers back until it is opened."""

    event: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> None:
        """Let the answers go."""
        self.event.set()


Answer = Callable[[Seen], httpx.Response]
_JSON = {"content-type": "application/json"}
_PROBLEM = {"content-type": "application/problem+json"}


class FakeServer:
    """A scripted server. Paths are exact; the last answer given for a path stays, earlier ones are given once each."""

    def __init__(self, about: About = ABOUT) -> None:
        self.requests: list[Seen] = []
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        self._gates: dict[tuple[str, str], Gate] = {}
        self._changes: list[Json] = []
        self._instead_of_changes: Answer | None = None
        self._news = asyncio.Event()
        self._losses = 0
        self._mended = asyncio.Event()
        self._tasks: set[asyncio.Task[httpx.Response]] = set()
        self._gone = False
        self._last_words: tuple[str, str] | None = None
        self.write: Callable[[object], Json] = wire
        """Writes every answer, at the moment it is given."""
        self.answer("GET", "/v1/about", about)

    def answer(self, method: str, path: str, *values: object, status: int = 200) -> None:
        """Answer with these values, one after another; the last one stays. Replaces what was scripted before."""
        self._answers[method, path] = [self._answering(value, status) for value in values]

    def refuse(
        self,
        method: str,
        path: str,
        status: int,
        code: str,
        detail: str = "",
        *,
        then: object = None,
        **more: Json,
    ) -> None:
        """Answer with a problem document; ``then`` is what is answered from the second time on."""
        document: dict[str, Json] = {
            "type": f"urn:visitdesk:problem:{code}",
            "title": detail or code,
            "status": status,
            "code": code,
            "detail": detail,
            "reasons": [],
            "errors": [],
            **more,
        }
        answers = [self._problem(status, document)]
        if then is not None:
            answers.append(self._answering(then, 200))
        self._answers[method, path] = answers

    def lose(self, method: str, path: str, *, times: int = 10_000, then: object = None) -> None:
        """Let the connection break after the request has arrived, so many times."""
        answers: list[Answer] = [_losing] * times if then is not None else [_losing]
        self._answers[method, path] = [*answers, *([self._answering(then, 200)] if then is not None else [])]

    def hold(self, method: str, path: str) -> Gate:
        """Keep answers for this path back until the gate is opened."""
        gate = self._gates[method, path] = Gate()
        return gate

    def announce(self, kind: str, subject_id: str) -> None:
        """Tell terminals that follow changes that something changed."""
        self._changes.append({"seq": len(self._changes) + 1, "kind": kind, "id": subject_id})
        self._news.set()

    def refuse_changes(self, status: int, code: str) -> None:
        """Refuse to tell of changes, also whoever waits for some at this moment."""
        self._instead_of_changes = self._problem(status, {"status": status, "code": code})
        self._news.set()

    def lose_changes(self) -> None:
        """Let the connection of whoever follows changes break, as often as the client tries before it says so.

        What is tried after that is kept waiting until the line is mended: tests spend no time on tries.
        """
        self._instead_of_changes = _losing
        self._losses = Pace().attempts
        self._mended.clear()
        self._news.set()

    def mend_changes(self) -> None:
        """Tell of changes again."""
        self._instead_of_changes = None
        self._mended.set()

    def go_away(self, *, after: tuple[str, str] | None = None) -> None:
        """Be gone: nobody listens any more; with ``after``, from the moment on at which this was asked and done."""
        if after is not None:
            self._last_words = after
            return
        self._gone = True
        self.lose_changes()

    def come_back(self) -> None:
        """Be there again, and remember by their keys what was done before."""
        self._gone = False
        self.mend_changes()

    def seen(self, method: str, path: str) -> int:
        """Return how often this was asked."""
        return len(self.asked(method, path))

    def asked(self, method: str, path: str) -> list[Seen]:
        """Return the requests for this path, in order."""
        return [seen for seen in self.requests if (seen.method, seen.path) == (method, path)]

    def _answering(self, value: object, status: int) -> Answer:
        if status == 204:
            return lambda _seen: httpx.Response(204)
        if isinstance(value, str):
            return lambda _seen: httpx.Response(status, text=value)
        return lambda _seen: httpx.Response(status, content=json.dumps(self.write(value)), headers=_JSON)

    def _problem(self, status: int, document: dict[str, Json]) -> Answer:
        return lambda _seen: httpx.Response(status, content=json.dumps(self.write(document)), headers=_PROBLEM)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        task = asyncio.create_task(self._serve(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _serve(self, request: httpx.Request) -> httpx.Response:
        body: Json = json.loads(request.content) if request.content else None
        seen = Seen(
            request.method,
            request.url.path,
            dict(request.url.params),
            body,
            request.headers.get("idempotency-key"),
            request.headers.get("visit-desk-look"),
        )
        if seen.path == "/v1/changes":
            return await self._changes_after(seen)
        if self._gone:
            raise httpx.ConnectError("nobody listens")
        self.requests.append(seen)
        if self._last_words == (seen.method, seen.path):
            self._last_words = None
            self.go_away()
            raise httpx.ReadError("the line broke")
        if (gate := self._gates.get((seen.method, seen.path))) is not None:
            await gate.event.wait()
        answers = self._answers.get((seen.method, seen.path))
        if not answers:
            raise AssertionError(f"nothing is scripted for {seen.method} {seen.path}")
        return (answers.pop(0) if len(answers) > 1 else answers[0])(seen)

    async def _changes_after(self, seen: Seen) -> httpx.Response:
        after = int(seen.query.get("after", len(self._changes)))
        if (gate := self._gates.get((seen.method, seen.path))) is not None:
            await gate.event.wait()
        waits = seen.query.get("wait", "0") != "0"
        while waits and len(self._changes) <= after and self._instead_of_changes is None:
            self._news.clear()
            await self._news.wait()
        if self._instead_of_changes is _losing:
            self._losses -= 1
            if self._losses < 0:
                await self._mended.wait()
        if self._instead_of_changes is not None:
            return self._instead_of_changes(seen)
        return httpx.Response(200, json={"cursor": len(self._changes), "items": self._changes[after:]})


def wire(value: object) -> Json:  # noqa: PLR0911 - one line per kind of value
    """Write a model, or what is made of models, as the server does."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: wire(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {str(name): wire(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [wire(inner) for inner in value]
    raise TypeError(f"not a thing of the wire: {type(value).__name__}")


def _losing(_seen: Seen) -> httpx.Response:
    raise httpx.ReadError("the line broke")
