"""Runs the app with keys alone against a scripted server: real app, real client, typed answers, no network.

::

    server = FakeServer()
    server.answer("GET", "/v1/visits", Page(items=(VISIT,)))
    async with desk(server, Visits()) as at:
        await at.sees("Mateo Rivera")
        await at.press("enter")
        assert server.seen("POST", "/v1/visits/V1/cancellation") == 1

Answers are models of the client (or anything made of them); they go over the client's own wire. A gate
(:meth:`FakeServer.hold`) keeps an answer back until the test opens it, and the server's side of a call goes on when the
caller has gone, as on a real network.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import TypeAlias, TypeVar

import httpx
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from backend_client import (
    About,
    Account,
    Client,
    Installation,
    MemoryVault,
    MessagesBy,
    NotSignedIn,
    Role,
    Secret,
    SignInKind,
    SignInSession,
    Target,
)
from backend_client._pace import Pace
from tui.app import VisitDeskApp
from tui.clock import SteppedClock
from tui.glyphs import use_glyphs
from tui.screens.page import Page
from tui.settings import Settings

ResultT = TypeVar("ResultT")
Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

NOW = datetime(2026, 11, 23, 2, 41, tzinfo=UTC)
"""The instant at which every test begins: Sun Nov 22, 9:41 PM in New York."""

ACCOUNT = Account(
    id="A1",
    role=Role.VISITOR,
    email="ana@example.org",
    first_name="Ana",
    last_name="Rivera",
    time_zone="America/New_York",
)
SESSION = SignInSession(
    id="S1",
    kind=SignInKind.DESKTOP,
    device="test",
    idle_seconds=3600,
    remaining_seconds=36000,
    absolute_ends_at=datetime(2026, 11, 23, 12, 41, tzinfo=UTC),
)
ABOUT = About("1.0", demonstration=False, installation=Installation.READY, server_time=NOW, messages=MessagesBy.LOCAL)


@dataclass(frozen=True)
class Seen:
    """A request as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    body: Json
    key: str | None


@dataclass
class Gate:
    """Keeps answers back until it is opened."""

    event: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> None:
        """Let the answers go."""
        self.event.set()


Answer = Callable[[Seen], httpx.Response]


class FakeServer:
    """A scripted server. Paths are exact; the last answer given for a path stays, earlier ones are given once each."""

    def __init__(self, about: About = ABOUT) -> None:
        self.requests: list[Seen] = []
        self._answers: dict[tuple[str, str], list[Answer]] = {}
        self._gates: dict[tuple[str, str], Gate] = {}
        self._changes: list[Json] = []
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[httpx.Response]] = set()
        self.answer("GET", "/v1/about", about)

    def answer(self, method: str, path: str, *values: object, status: int = 200) -> None:
        """Answer with these values, one after another; the last one stays. Replaces what was scripted before."""
        self._answers[method, path] = [_answering(value, status) for value in values]

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
        answers = [_problem(status, document)]
        if then is not None:
            answers.append(_answering(then, 200))
        self._answers[method, path] = answers

    def lose(self, method: str, path: str, *, times: int = 10_000, then: object = None) -> None:
        """Let the connection break after the request has arrived, so many times."""
        answers: list[Answer] = [_losing] * times if then is not None else [_losing]
        self._answers[method, path] = [*answers, *([_answering(then, 200)] if then is not None else [])]

    def hold(self, method: str, path: str) -> Gate:
        """Keep answers for this path back until the gate is opened."""
        gate = self._gates[method, path] = Gate()
        return gate

    def announce(self, kind: str, subject_id: str) -> None:
        """Tell terminals that follow changes that something changed."""
        self._changes.append({"seq": len(self._changes) + 1, "kind": kind, "id": subject_id})
        self._news.set()

    def seen(self, method: str, path: str) -> int:
        """Return how often this was asked."""
        return len(self.asked(method, path))

    def asked(self, method: str, path: str) -> list[Seen]:
        """Return the requests for this path, in order."""
        return [seen for seen in self.requests if (seen.method, seen.path) == (method, path)]

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
        )
        if seen.path == "/v1/changes":
            return await self._changes_after(seen)
        self.requests.append(seen)
        if (gate := self._gates.get((seen.method, seen.path))) is not None:
            await gate.event.wait()
        answers = self._answers.get((seen.method, seen.path))
        if not answers:
            raise AssertionError(f"nothing is scripted for {seen.method} {seen.path}")
        return (answers.pop(0) if len(answers) > 1 else answers[0])(seen)

    async def _changes_after(self, seen: Seen) -> httpx.Response:
        head = len(self._changes)
        if "after" not in seen.query:
            return httpx.Response(200, json={"cursor": head, "items": []})
        after = int(seen.query["after"])
        while len(self._changes) <= after:
            self._news.clear()
            await self._news.wait()
        return httpx.Response(200, json={"cursor": len(self._changes), "items": self._changes[after:]})


class Desk:
    """The running app, from where a person sits."""

    def __init__(self, app: VisitDeskApp, pilot: Pilot[int], clock: SteppedClock) -> None:
        self.app = app
        self.pilot = pilot
        self.clock = clock

    async def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        await self.pilot.press(*keys)
        await self._keys_done()

    async def type(self, text: str) -> None:
        """Type text, letter by letter, as quick as a burst from a slow line."""
        for letter in text:
            self.app.post_message(events.Key(_character_to_key(letter), letter))
        await self._keys_done()

    async def paste(self, text: str) -> None:
        """Paste text."""
        self.app.post_message(events.Paste(text))
        await self._keys_done()

    async def _keys_done(self) -> None:
        """Wait until every key has had its effect, however busy the machine is."""
        await self.pilot.pause()
        await self.until(lambda: not self.app._typed and not self.app._under_way, 30)
        await self.pilot.pause()

    @property
    def screen(self) -> Screen[object]:
        """The page on top."""
        return self.app.screen

    def text(self) -> str:
        """Return what is on the glass, a line of text for each of the terminal's."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def sees(self, *words: str, seconds: float = 15.0) -> str:
        """Wait until all these words are on the glass, and return all of it."""
        return await self._until(lambda text: all(word in text for word in words), f"never saw {words!r}", seconds)

    async def sees_not(self, *words: str, seconds: float = 15.0) -> str:
        """Wait until none of these words is on the glass."""
        return await self._until(lambda text: not any(w in text for w in words), f"still sees {words!r}", seconds)

    async def until(self, true: Callable[[], bool], seconds: float = 15.0) -> None:
        """Wait until something is true."""
        await self._until(lambda _text: true(), "it never came true", seconds)

    async def _until(self, true: Callable[[str], bool], otherwise: str, seconds: float) -> str:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not true(text := self.text()):
            assert loop.time() < end, f"{otherwise}:\n{text}"
            await self.pilot.pause()
        return text


@asynccontextmanager
async def desk(
    server: FakeServer,
    page: Page[ResultT] | None = None,
    *,
    account: Account | None = ACCOUNT,
    size: tuple[int, int] = (80, 24),
    settings: Settings | None = None,
    theme: str = "dark",
    glyphs: str = "full",
) -> AsyncIterator[Desk]:
    """Run the app and sit down at it.

    Args:
        server: Answers everything.
        page: The page to look at, with ``account`` signed in; without one, the sign-in page and nobody signed in.
        account: Who is signed in.
        size: Columns and rows.
        settings: How the terminal runs.
        theme: The short name of a theme.
        glyphs: The set of signs.
    """
    use_glyphs(glyphs)
    clock = SteppedClock(NOW)
    target, vault = Target.at_url("http://127.0.0.1:9"), MemoryVault()
    if page is not None and account is not None:
        await vault.save(target.name, "token")

    def make_client(signed_out: Callable[[NotSignedIn], None]) -> Client:
        return Client(
            target,
            vault,
            on_signed_out=signed_out,
            transport=httpx.MockTransport(server),
            pace=Pace(sleep=_no_time),
        )

    settings = settings or Settings(server="http://127.0.0.1:9", data_dir=os.devnull, time_zone="America/New_York")
    app = VisitDeskApp(settings, make_client=make_client, clock=clock, theme=theme, restore=False)
    async with app.run_test(size=size) as pilot:
        at = Desk(app, pilot, clock)
        await at.until(lambda: app.about is not None)
        if page is not None and account is not None:
            await app.client.restore()
            app.session.begin(account, SESSION)
            app.run_worker(app.follow_changes(), group="changes")
            await app.push_screen(page)
            await pilot.pause()
        yield at
    use_glyphs("full")


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


async def _no_time(_seconds: float) -> None:
    await asyncio.sleep(0)


def _answering(value: object, status: int) -> Answer:
    if status == 204:
        return lambda _seen: httpx.Response(204)
    if isinstance(value, str):
        return lambda _seen: httpx.Response(status, text=value)
    return lambda _seen: httpx.Response(status, json=wire(value))


def _problem(status: int, document: dict[str, Json]) -> Answer:
    headers = {"content-type": "application/problem+json"}
    return lambda _seen: httpx.Response(status, content=json.dumps(document), headers=headers)


def _losing(_seen: Seen) -> httpx.Response:
    raise httpx.ReadError("the line broke")
