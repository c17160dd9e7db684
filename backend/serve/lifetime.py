"""How long a server that belongs to its terminals lives: until the last of them has gone, and a little longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Lifetime:
    """Decides when a server that nobody uses should stop.

    A terminal keeps one connection open for as long as it lives; every command and request has its own. So the server
    is in use exactly while it has a connection, and no list of terminals can go stale.
    """

    def __init__(self, stop: Callable[[], None], *, after_last: float, if_nobody_comes: float) -> None:
        """Call ``stop`` ``after_last`` seconds after the last connection ended.

        A server to which nobody ever came waits ``if_nobody_comes`` seconds from :meth:`begin`.
        """
        self._stop = stop
        self._after_last = after_last
        self._if_nobody_comes = if_nobody_comes
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, connections_open: int) -> None:
        """Start to watch; called on the running event loop when the server is ready."""
        if not connections_open:
            self._stop_in(self._if_nobody_comes)

    def changed(self, connections_open: int) -> None:
        """Take notice of a connection that came or went."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not connections_open:
            self._stop_in(self._after_last)

    def _stop_in(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._stop)
