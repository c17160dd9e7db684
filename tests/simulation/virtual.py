"""Virtual time: an event loop whose clock jumps to the next thing to do, and a database that takes turns on it."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from typing import Final, TypeVar

from backend.db import Database, Tx

T = TypeVar("T")
LONGEST_STEP: Final = 0.02
"""Seconds, at most, that a transaction waits for its turn, and then its answer for the way back."""


class _Nobody(selectors.SelectSelector):
    """Nothing ever comes from outside: to wait is to be there at once."""

    def __init__(self, passes: Callable[[float], None]) -> None:
        super().__init__()
        self._passes = passes

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let ``timeout`` seconds pass. Raises RuntimeError if nothing is left that could ever happen."""
        if timeout is None:
            raise RuntimeError("everybody waits for somebody")
        self._passes(max(0.0, timeout))
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on which time passes only by waiting, and in which ``seed`` decides every order."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.passed = 0.0
        """Virtual seconds since the beginning."""
        super().__init__(_Nobody(self._pass))

    def time(self) -> float:
        """Return the virtual seconds that have passed."""
        return self.passed

    def run_in_executor(self, executor: Executor | None, func: Callable[..., T], *args: object) -> asyncio.Future[T]:
        """Run ``func`` after a while, and give its value a while later."""
        return asyncio.wrap_future(self.in_turn(lambda: func(*args)), loop=self)

    def in_turn(self, work: Callable[[], T]) -> Future[T]:
        """Run ``work`` after a while, and give its value a while later."""
        answer: Future[T] = Future()

        def run() -> None:
            try:
                value = work()
            except Exception as error:  # noqa: BLE001  # handed to whoever waits for it
                self._later(answer.set_exception, error)
            else:
                self._later(answer.set_result, value)

        answer.set_running_or_notify_cancel()
        self._later(run)
        return answer

    def _later(self, work: Callable[..., None], *args: object) -> None:
        self.call_later(self.chance.uniform(0, LONGEST_STEP), work, *args)

    def _pass(self, seconds: float) -> None:
        self.passed += seconds


class VirtualClock:
    """The clock of the simulated server: it goes by the loop's time."""

    def __init__(self, loop: VirtualLoop, start: datetime) -> None:
        """Begin at ``start``, an aware instant in UTC."""
        self._loop = loop
        self._start = start

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return self._start + timedelta(seconds=self._loop.time())


class SimulatedDatabase(Database):
    """A database whose transactions take their turns on the loop; between two of them anything can happen."""

    def __init__(self, url: str, loop: VirtualLoop, start: datetime) -> None:
        """Open ``url``; the first instant is ``start`` (UTC)."""
        super().__init__(url, VirtualClock(loop, start))
        self._loop = loop

    def _submit(self, work: Callable[[Tx], T], *, is_long: bool = False) -> Future[T]:
        return self._loop.in_turn(lambda: self.write_now(work))


def drawn(loop: VirtualLoop, weights: Mapping[str, float]) -> str:
    """Return one of the names in ``weights``, as often as its weight says."""
    (found,) = loop.chance.choices(list(weights), list(weights.values()))
    return found
