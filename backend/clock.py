"""The only place where the server reads the time.

Everything else is handed an instant: one per transaction (:attr:`backend.db.Tx.now`), so that every rule
of one request is judged at the same moment.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC, in whole microseconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class SteppedClock:
    """A clock that stands still until it is told to move. For tests and simulations."""

    def __init__(self, start: datetime) -> None:
        """Stand at ``start``, an aware instant."""
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant at which the clock stands, in UTC."""
        return self._now

    def step(self, by: timedelta) -> None:
        """Move by ``by``; a negative length steps back, as a corrected server clock does."""
        self._now += by

    def set(self, to: datetime) -> None:
        """Stand at ``to``, an aware instant."""
        self._now = to.astimezone(UTC)
