"""One thread that writes, and one commit for all that wait at the same time: the disk is slow, not the work.

Orders are carried out as they came. Each has a savepoint of its own, so that one that fails takes back what it did
itself and nothing else. Nobody is answered before the commit that holds what he asked for, not even with a refusal,
which may stand on what is only then kept; if that commit fails, everybody in it is told so.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sqlalchemy import Connection

from backend.engines import driver_of, worth_another_try

log = logging.getLogger(__name__)

LARGEST_GROUP: Final = 64
"""Orders that share a commit at most."""
LONGEST_GROUP: Final = 0.005
"""Seconds after which a group takes no further order: whoever is in it waits for all of it."""

Tell = Callable[[], None]
"""Answers who gave an order."""


@dataclass(frozen=True, slots=True)
class Order:
    """Something to be written, and who waits for it."""

    begin: Callable[[], bool]
    """Says whether anybody still wants it; from then on it cannot be called off."""
    run: Callable[[Connection], Tell]
    """Does it as one transaction of a group, and returns how to say so."""
    run_alone: Callable[[], Tell]
    """Does it in a transaction with a commit of its own, again where the engine asks to try again."""
    fail: Callable[[BaseException], None]
    """Says that nothing came of it, and why."""
    is_long: bool = False
    """It may take long: it is carried out alone, so that nobody who is done waits for it."""


class GroupWriter:
    """Carries orders out on one thread, a group at a time."""

    def __init__(self, open_group: Callable[[], AbstractContextManager[Connection]]) -> None:
        """``open_group`` opens a transaction whose parts are savepoints, and commits it when it is left."""
        self._open_group = open_group
        self._waiting: deque[Order] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, order: Order) -> None:
        """Put an order behind those that wait. Raises ``RuntimeError`` once the writer is closed."""
        with self._changed:
            if self._closed:
                raise RuntimeError("the database is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="write", daemon=True)
                self._thread.start()
            self._waiting.append(order)
            self._changed.notify()

    def close(self) -> None:
        """Carry out what waits, and take no more. A second call does nothing."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while self._is_any_waiting():
            if self._waiting[0].is_long:
                order = self._waiting.popleft()
                if order.begin():
                    _carry_out_alone(order)
            else:
                self._carry_out_together()

    def _is_any_waiting(self) -> bool:
        """Wait for an order; return False once there is none and none will come."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return bool(self._waiting)

    def _carry_out_together(self) -> None:
        group = _Group()
        try:
            with self._open_group() as connection:
                for order in self._next_ones():
                    group.carry_out(order, connection)
        except BaseException as error:  # whatever it is, it belongs to those who gave the orders
            if not group.is_any_taken:  # not even the group could begin: the first one's answer; the others try again
                group.take(self._waiting.popleft())
            if not group.begun:
                log.exception("a commit failed that nobody waited for any more")
            for order in group.begun:
                _answer(partial(order.fail, error))
            return
        for tell in group.tells:
            _answer(tell)
        for order in group.again:
            _carry_out_alone(order)

    def _next_ones(self) -> Iterator[Order]:
        until = time.monotonic() + LONGEST_GROUP
        for _number in range(LARGEST_GROUP):
            if not self._waiting or self._waiting[0].is_long:
                return
            yield self._waiting.popleft()
            if time.monotonic() >= until:
                return


@dataclass(slots=True)
class _Group:
    """Orders that are carried out under one commit, and what is to be said after it."""

    is_any_taken: bool = False
    """An order was taken from those that wait, even if it had been called off."""
    begun: list[Order] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)
    again: list[Order] = field(default_factory=list)
    """Those that lost a race with another program and are worth another try."""

    def take(self, order: Order) -> bool:
        """Begin ``order``; return False if it was called off."""
        self.is_any_taken = True
        if not order.begin():
            return False
        self.begun.append(order)
        return True

    def carry_out(self, order: Order, connection: Connection) -> None:
        """Run ``order``. Raises its error if the engine took back the whole group because of it."""
        if not self.take(order):
            return
        try:
            self.tells.append(order.run(connection))
        except BaseException as error:  # whatever it is, it belongs to who gave the order
            if not driver_of(connection).in_transaction:
                raise
            if worth_another_try(error):
                self.again.append(order)
            else:
                self.tells.append(partial(order.fail, error))


def _carry_out_alone(order: Order) -> None:
    try:
        tell = order.run_alone()
    except BaseException as error:  # noqa: BLE001  # whatever it is, it belongs to who gave the order
        tell = partial(order.fail, error)
    _answer(tell)


def _answer(tell: Tell) -> None:
    """Answer who gave an order. If that fails, the others are answered all the same, and the thread goes on."""
    try:
        tell()
    except Exception:  # whoever asked is gone; the thread that writes for everybody else must not go with them
        log.exception("the answer to an order could not be given")
