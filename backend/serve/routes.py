"""What only the server's own user may ask, over the Unix socket: presence, and commands of the shell."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX: Final = "/v1/local/"
LARGEST_ORDER: Final = 256 * 1024 * 1024
"""Bytes of a command, with the content of the file that it is to import."""
WAITING: Final = 16
"""What a command has said and nobody has taken yet: with so much it waits, so that a long report fills no memory."""
Line = Mapping[str, object]
Say = Callable[[Line], None]
CarryOut = Callable[[str, Mapping[str, object], Say], None]
"""Carries out a command by name, on a thread of its own, and says what there is to say line by line."""


@dataclass(frozen=True, slots=True)
class Door:
    """Sends what came over the Unix socket for :data:`PREFIX` to ``local``, and everything else to ``app``.

    Whether a request is local is what the connection says, not the request: see :mod:`backend.serve.protocol`.
    """

    app: ASGIApp
    local: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_local = scope["type"] == "http" and scope["path"].startswith(PREFIX) and scope["state"].get("local")
        await (self.local if is_local else self.app)(scope, receive, send)


def local_app(stopping: asyncio.Event, carry_out: CarryOut, app: ASGIApp) -> ASGIApp:
    """Return the local routes of a server that sets ``stopping`` when it is about to stop.

    ``app`` is the application that has to be warm when the first terminal asks it something.
    """
    is_cold = True

    async def presence(_request: Request) -> Response:
        if stopping.is_set():
            return _stopping()
        return StreamingResponse(stay(), media_type="text/plain")

    async def stay() -> AsyncIterator[bytes]:
        nonlocal is_cold
        yield b"ready\n"
        if is_cold:
            is_cold = False
            await _warm_up(app)
        # stays open until one side goes: while it is open, a terminal is there
        await stopping.wait()

    async def command(request: Request) -> Response:
        if stopping.is_set():
            return _stopping()
        try:
            order = await _order(request)
        except ValueError:
            return JSONResponse({"title": "This is no order."}, 400)
        lines = _carried_out(request.path_params["name"], order, carry_out)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    return Starlette(
        routes=[
            Route("/v1/local/presence", presence),
            Route("/v1/local/commands/{name}", command, methods=["POST"]),
        ]
    )


def _stopping() -> Response:
    return JSONResponse({"title": "The server is stopping. Start a new one."}, 503)


async def _warm_up(app: ASGIApp) -> None:
    """Ask ``app`` for its health and forget the answer.

    With its first request the framework builds what all of them need, which takes longer than most requests. It does so
    here while the terminal, told that the server is ready, still prepares its own first request.
    """
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/v1/health",
        "raw_path": b"/v1/health",
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "server": None,
        "client": None,
        "state": {},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Message) -> None:
        """Forget it."""

    await app(scope, receive, send)


async def _order(request: Request) -> Mapping[str, object]:
    """Return the order in a request. Raises ``ValueError`` if it is too large or not an object."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_ORDER:
            raise ValueError("too large")
    order = json.loads(body)
    if not isinstance(order, dict):
        raise ValueError("not an object")
    return order


async def _carried_out(name: str, order: Mapping[str, object], carry_out: CarryOut) -> AsyncGenerator[bytes]:
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[Line | None] = asyncio.Queue()
    room = threading.Semaphore(WAITING)
    gone = threading.Event()

    def say(line: Line | None) -> None:
        if not gone.is_set():
            room.acquire()
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def run() -> None:
        try:
            carry_out(name, order, say)
        finally:
            say(None)

    # not cancelled with the request: whoever asked may go, a command that has begun is finished
    work = loop.run_in_executor(None, run)
    try:
        while (line := await lines.get()) is not None:
            room.release()
            yield json.dumps(line, ensure_ascii=False).encode() + b"\n"
        await work
    finally:
        gone.set()
        room.release()  # for the line that waits for room now; none does after it
