"""Waking the terminals that wait for a change.

Several server processes on one PostgreSQL do not see each other's commits here; who waits asks again after a while.
"""

from __future__ import annotations

import asyncio


class ChangeHub:
    """Wakes the terminals of this process that wait for a stream to move."""

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

    def wake(self, stream: str) -> None:
        """Wake whoever waits for ``stream``. Called from the thread that committed."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_now, stream)

    def _wake_now(self, stream: str) -> None:
        for event in self._waiting.get(stream, ()):
            event.set()

    async def wait(self, stream: str, seconds: float) -> None:
        """Wait until ``stream`` moves, at most ``seconds``; not at all once the hub is closed."""
        if self.closed:
            return
        self._loop = asyncio.get_running_loop()
        event = asyncio.Event()
        self._waiting.setdefault(stream, set()).add(event)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
        finally:
            self._waiting[stream].discard(event)
            if not self._waiting[stream]:
                del self._waiting[stream]
