"""What can happen to a request on the wire of `tests.transport`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto


class Fault(Enum):
    """What can happen to one request on its way."""

    NO_CONNECTION = auto()
    """Nobody listens: the request is never sent."""
    LOST_REQUEST = auto()
    """The connection ends before the server has the request: no effect, no answer."""
    LOST_ANSWER = auto()
    """The server does it, and the connection ends before the answer."""
    TIMED_OUT = auto()
    """The server does it, and the client stops waiting."""
    BROKEN_ANSWER = auto()
    """The server does it, and the connection ends in the middle of the answer's body."""


@dataclass(eq=False)
class Held:
    """Keeps a request (or, with `answer`, what comes back) on the wire until the test lets it go."""

    answer: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _gate: asyncio.Event = field(default_factory=asyncio.Event)

    def let_go(self) -> None:
        """Let everything held here pass."""
        self._gate.set()

    async def wait(self) -> None:
        """Be held."""
        self.reached.set()
        await self._gate.wait()


@dataclass(frozen=True)
class Instead:
    """An answer that something between client and server gives; the server never sees the request."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


Disturbance = Fault | Held | Instead
