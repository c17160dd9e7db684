"""A wire between the client and a server application in the same process that behaves as a network does.

`httpx.ASGITransport` does not: cancelling a call cancels the server's side of it too, it knows no lost connection,
buffers streams and never runs the application's start and stop. Here every request runs in a task of its own that
nothing on the client's side can cancel, is counted, and can be lost, broken, held or answered by somebody else::

    async with served(app) as wire:
        client = Client(Target.at_url("https://desk.test"), MemoryVault(), transport=wire)
        wire.disturb(Fault.LOST_ANSWER, "POST", "/v1/holds")
        …
        assert wire.count("POST", "/v1/holds") == 2

No fault takes any time: a timeout is raised at once, and `Held` waits for the test, not for a clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from tests.faults import Disturbance, Fault, Held, Instead

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Scope

__all__ = ["AppWire", "Disturbance", "Fault", "Held", "Instead", "Seen", "served"]


@dataclass(frozen=True)
class Seen:
    """A request as it was sent: `key` is its Idempotency-Key."""

    verb: str
    path: str
    key: str | None
    authorized: bool


@dataclass
class _Rule:
    what: Disturbance
    verb: str | None
    path: str | None
    times: int

    def takes(self, request: httpx.Request) -> bool:
        return self.times > 0 and self.verb in {None, request.method} and (self.path in {None, request.url.path})


class AppWire(httpx.AsyncBaseTransport):
    """The wire to one application; any number of clients may share it, and closing a client leaves it as it is."""

    def __init__(self, app: ASGIApp, state: dict[str, object] | None = None) -> None:
        self._app = app
        self._state = state
        self._rules: list[_Rule] = []
        self._calls: dict[asyncio.Task[None], str] = {}
        self.seen: list[Seen] = []
        self.crashes: list[Exception] = []
        self.unplugged = False

    def disturb(self, what: Disturbance, verb: str | None = None, path: str | None = None, *, times: int = 1) -> None:
        """Let `what` happen to the next `times` requests, or to the next that have this verb and path."""
        self._rules.append(_Rule(what, verb, path, times))

    def count(self, verb: str | None = None, path: str | None = None) -> int:
        """Return how many requests were sent, with this verb and path."""
        return sum(1 for seen in self.seen if verb in {None, seen.verb} and path in {None, seen.path})

    async def settled(self) -> None:
        """Wait until the server has ended everything it was asked, also what no client waits for any more."""
        while self._calls:
            await asyncio.wait(set(self._calls))

    async def stopped(self) -> None:
        """Do what a server does on its way down: let writes end, and cut off reads (long polls, streams)."""
        for call, verb in self._calls.items():
            if verb == "GET":
                call.cancel()
        await self.settled()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request over, as a network would."""
        headers = request.headers
        self.seen.append(
            Seen(request.method, request.url.path, headers.get("idempotency-key"), "authorization" in headers)
        )
        what = self._disturbance(request)
        if self.unplugged or what is Fault.NO_CONNECTION:
            raise httpx.ConnectError("nobody listens", request=request)
        body = await request.aread()
        if what is Fault.LOST_REQUEST:
            raise httpx.ReadError("the connection ended", request=request)
        if isinstance(what, Instead):
            return httpx.Response(what.status, headers=what.headers, content=what.body)
        exchange = _Exchange(body, what)
        call = asyncio.create_task(self._serve(exchange, _scope(request, self._state)))
        self._calls[call] = request.method
        call.add_done_callback(self._calls.pop)
        try:
            return await exchange.response(request)
        except BaseException:
            exchange.hang_up()
            raise

    def _disturbance(self, request: httpx.Request) -> Disturbance | None:
        for rule in self._rules:
            if rule.takes(request):
                rule.times -= 1
                return rule.what
        return None

    async def _serve(self, exchange: _Exchange, scope: Scope) -> None:
        """Run the application for one request; what it raises is an answer 500 to the client, and a crash to the
        test.
        """
        if isinstance(exchange.what, Held) and not exchange.what.answer:
            await exchange.what.wait()
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception as crash:  # noqa: BLE001  # whatever an application raises is what this is here to show
            self.crashes.append(crash)
        finally:
            await exchange.ended()


class _Exchange(httpx.AsyncByteStream):
    """One request and its answer: the two ends of a connection."""

    def __init__(self, body: bytes, what: Disturbance | None) -> None:
        self.what = what
        self._body: bytes | None = body
        self._gone = asyncio.Event()
        self._began = asyncio.Event()
        self._status: int | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._whole = False

    # The server's end

    async def receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if isinstance(self.what, Held) and self.what.answer and not self._began.is_set():
            await self.what.wait()
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message.get("headers", []))
            self._began.set()
        elif message["type"] == "http.response.body":
            if message.get("body"):
                self._pieces.put_nowait(message["body"])
            if not message.get("more_body", False):
                self._end(whole=True)

    async def ended(self) -> None:
        """Do what a server does when its application has ended."""
        if self._status is None:
            self._status, self._headers = 500, [(b"content-type", b"text/plain")]
            self._pieces.put_nowait(b"Internal Server Error")
            self._end(whole=True)
        self._end(whole=False)
        self._began.set()

    def _end(self, *, whole: bool) -> None:
        if not self._whole:
            self._whole = whole
            self._pieces.put_nowait(None)
            if whole:
                self._gone.set()

    # The client's end

    async def response(self, request: httpx.Request) -> httpx.Response:
        await self._began.wait()
        if self.what in {Fault.LOST_ANSWER, Fault.TIMED_OUT}:
            await self._swallow()
            error = httpx.ReadError if self.what is Fault.LOST_ANSWER else httpx.ReadTimeout
            raise error("no answer came", request=request)
        if self._status is None:
            raise httpx.RemoteProtocolError("the connection ended", request=request)
        return httpx.Response(self._status, headers=self._headers, stream=self, request=request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not None:
            if self.what is Fault.BROKEN_ANSWER:
                yield piece[: len(piece) // 2]
                raise httpx.ReadError("the connection ended")
            yield piece
        if not self._whole:
            raise httpx.RemoteProtocolError("the connection ended in the middle")

    async def aclose(self) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        """Let the server see that nobody listens any more; it goes on all the same."""
        self._gone.set()

    async def _swallow(self) -> None:
        while await self._pieces.get() is not None:
            pass


def _scope(request: httpx.Request, state: dict[str, object] | None) -> Scope:
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port),
        "client": None,
        "root_path": "",
    }
    if state is not None:
        scope["state"] = dict(state)
    return scope


@asynccontextmanager
async def served(app: ASGIApp, *, local: bool = False) -> AsyncIterator[AppWire]:
    """Start `app`, yield the wire to it, and stop it once every request has ended.

    With `local` its requests are marked as what comes over the server's own Unix socket.
    Raises the application's crashes as a group at the end; a test that means one takes it out of `wire.crashes`.
    """
    state: dict[str, object] = {}
    inbox: asyncio.Queue[Message] = asyncio.Queue()
    outbox: asyncio.Queue[Message] = asyncio.Queue()
    scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
    life = asyncio.ensure_future(app(scope, inbox.get, outbox.put))
    await _passed(life, inbox, outbox, "lifespan.startup")
    wire = AppWire(app, state | {"local": True} if local else state)
    try:
        yield wire
    finally:
        await wire.stopped()
        await _passed(life, inbox, outbox, "lifespan.shutdown")
        await life
    if wire.crashes:
        raise ExceptionGroup("the application crashed", wire.crashes)


async def _passed(
    life: asyncio.Future[None], inbox: asyncio.Queue[Message], outbox: asyncio.Queue[Message], stage: str
) -> None:
    """Take the application through one stage of its life; raises what it raises, and RuntimeError if it says no."""
    inbox.put_nowait({"type": stage})
    heard = asyncio.ensure_future(outbox.get())
    either: set[asyncio.Future[None] | asyncio.Future[Message]] = {life, heard}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not heard.done():
        heard.cancel()
        await life
        raise RuntimeError(f"the application ended during {stage}")
    if heard.result()["type"] != f"{stage}.complete":
        await life
        raise RuntimeError(f"the application refused {stage}: {heard.result().get('message', '')}")
