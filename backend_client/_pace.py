"""How patient the client is: every wait, retry and limit in one place, with the clock and the dice handed in."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Waits and limits; all in seconds but `attempts` and `answer_bytes`.

    `connect` and `answer` bound one attempt, `budget` all attempts of one call. Pauses double from `first_pause` up to
    `longest_pause`, each drawn between half and all of it, so that many terminals do not come back at the same moment.
    `jitter` returns 0.0 to 1.0, `monotonic` only ever grows.
    """

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic
    connect: float = 5.0
    answer: float = 10.0
    budget: float = 30.0
    attempts: int = 5
    first_pause: float = 0.2
    longest_pause: float = 4.0
    longest_reconnect: float = 30.0
    answer_bytes: int = 4 * 1024 * 1024

    def pause_after(self, failures: int) -> float:
        """Return how long to wait after `failures` attempts of one call."""
        return self._drawn(self.first_pause, failures, self.longest_pause)

    def reconnect_after(self, failures: int) -> float:
        """Return how long a follower of changes waits after `failures` in a row."""
        return self._drawn(1.0, failures, self.longest_reconnect)

    def _drawn(self, first: float, failures: int, longest: float) -> float:
        full = min(longest, first * 2.0 ** min(failures - 1, 16))
        return full * (0.5 + self.jitter() / 2)
