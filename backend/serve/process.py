"""One server process from its first listener to its last connection."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import uvicorn

from backend.app import Beside, create_app
from backend.context import Context
from backend.serve.lifetime import Lifetime
from backend.serve.protocol import Connections, counted_protocol
from backend.serve.routes import Door, Say, local_app
from backend.serve.sockets import LocalSocket
from backend.settings import Settings

LINES_AT_ONCE = 100
"""Lines of a long report that go to whoever asked for it together."""
LONGEST_GOODBYE = 5
"""Seconds that a request under way may take to end once the server was told to stop."""


class Server(uvicorn.Server):
    """uvicorn, which stops when it is unused, tells its terminals so, and removes its socket before it closes it."""

    def __init__(self, context: Context, local: LocalSocket, settings: Settings, *, stop_when_unused: bool) -> None:
        """Serve ``context`` on ``local`` and on whatever else :meth:`run` is given."""
        self._context = context
        self._local = local
        self._stopping = asyncio.Event()
        self._connections = Connections()
        self._lifetime = (
            Lifetime(self.stop, after_last=settings.stop_after_seconds, if_nobody_comes=settings.first_use_seconds)
            if stop_when_unused
            else None
        )
        app = create_app(context, _beside(context))
        local_routes = local_app(self._stopping, partial(_carry_out, context), app)
        super().__init__(
            uvicorn.Config(
                Door(app, local_routes),
                http=counted_protocol(self._connections),
                interface="asgi3",
                ws="none",
                loop="asyncio",
                lifespan="on",
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=LONGEST_GOODBYE,
            )
        )

    def stop(self) -> None:
        """Take no more connections from this moment on, then stop. Called on the event loop."""
        self._local.remove()
        for server in self.servers:
            server.close()
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer; from here on an unused server counts its seconds."""
        await super().startup(sockets)
        gc.freeze()  # what is there by now stays: to look through it for rubbish takes a tenth of a second each time
        if self._lifetime is not None:
            self._connections.changed = self._lifetime.changed
            self._lifetime.begin(self._connections.open)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let requests under way end; who only waits for news is told at once that none will come from here."""
        self._connections.changed = None
        self.stop()
        self._stopping.set()
        self._context.db.hub.close()  # who waits for a change is answered at once
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop gracefully on SIGTERM and SIGINT, and then end as a program that did what it was told."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._asked_to_stop)
        yield

    def _asked_to_stop(self) -> None:
        self.should_exit = True


def _beside(context: Context) -> list[Beside]:
    """Return what runs beside the requests."""
    beside: list[Beside] = []
    if context.demonstration:
        from backend.demo.officer import answer_requests

        beside.append(answer_requests)
    return beside


def _carry_out(context: Context, name: str, order: Mapping[str, object], say: Say) -> None:
    """Carry out a command of the shell on this thread."""
    from backend.cli.report import Listener, Refused
    from backend.cli.work import carry_out

    told = -1
    lines: list[str] = []

    def progress(done: int, total: int, what: str) -> None:
        nonlocal told
        percent = 100 * done // max(total, 1)
        if percent != told:
            told = percent
            say({"progress": [done, total, what]})

    def say_lines(*more: str) -> None:
        lines.extend(more)
        if len(lines) >= LINES_AT_ONCE or (lines and not more):
            say({"lines": tuple(lines)})
            lines.clear()

    try:
        report = carry_out(context, name, order, Listener(progress, say_lines))
    except Refused as refused:
        say({"refused": [refused.sentence, refused.next_step]})
    else:
        say_lines()
        say({"report": {"lines": report.lines, "data": report.data, "wrong": report.wrong}})
