"""The only place of the terminal that asks what time it is.

Instants are aware UTC datetimes, corrected by what the server said its time was, so that a kiosk with a wrong clock
still shows the right one. Countdowns run on :meth:`Clock.monotonic` and on the seconds that the server sent.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for measuring how long something took."""

    def correct(self, server_time: datetime) -> None:
        """Take the server's time as the right one from now on."""


class SystemClock:
    """The machine's clock, corrected by the server's."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        """Return seconds since some fixed point."""
        return time.monotonic()

    def correct(self, server_time: datetime) -> None:
        """Take the server's time as the right one; differences under two seconds are only travel time."""
        ahead = server_time - datetime.now(UTC)
        self._ahead = ahead if abs(ahead) >= timedelta(seconds=2) else timedelta()


class SteppedClock:
    """A clock that stands still until it is moved: for tests and pictures."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._seconds = 0.0

    def now(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds by which it was moved."""
        return self._seconds

    def correct(self, server_time: datetime) -> None:
        """Ignore the server: a stepped clock is right by definition."""

    def step(self, seconds: float) -> None:
        """Move on by some seconds."""
        self._now += timedelta(seconds=seconds)
        self._seconds += seconds
