"""Waking who waits for a change: terminals that follow a stream, and the delivery of notices.

Several server processes on one PostgreSQL do not see each other's commits here; who waits asks again after a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class ChangeHub:
    """Wakes those of this process who wait for a stream to move."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False
        """The server is stopping: nobody is to wait any more."""

    def close(self) -> None:
        """Wake everybody, and let nobody wait again. Called on the event loop, when the server stops."""
        self.closed = True
        for stream in self._waiting:
            self._wake_now(stream)

    def wake(self, streams: Iterable[str]) -> None:
        """Wake whoever waits for one of ``streams``. Called from the thread that committed.

        Who begins to listen after the commit reads what was committed, and need not be woken.
        """
        for stream in streams:
            if stream in self._waiting and self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._wake_now, stream)

    def _wake_now(self, stream: str) -> None:
        for event in self._waiting.get(stream, ()):
            event.set()

    def is_awaited(self, stream: str) -> bool:
        """Return whether anybody listens to ``stream``: only so can a test wait for a listener without sleeping."""
        return stream in self._waiting

    @contextmanager
    def listen(self, stream: str) -> Iterator[asyncio.Event]:
        """Give an event that is set when ``stream`` moves from now on, or when the hub is closed.

        Listen first and read afterwards: what is committed in between sets the event, so nothing is missed. Clear the
        event before each reading.
        """
        self._loop = asyncio.get_running_loop()
        event = asyncio.Event()
        if self.closed:
            event.set()
        listeners = self._waiting.setdefault(stream, set())
        listeners.add(event)
        try:
            yield event
        finally:
            listeners.discard(event)
            if not listeners:
                self._waiting.pop(stream, None)
