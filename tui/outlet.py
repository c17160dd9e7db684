"""What is written to the terminal, in whole frames that nobody ever waits for.

A terminal may be slower than the program (a line of 9,600 baud takes seconds for a page), or stop reading altogether.
What it does not take waits here; when more waits than :data:`ROOM`, frames are dropped instead of queued. A frame that
has begun is always finished, for half an escape sequence would take the next one along. Once everything that waits is
out, the whole picture is asked for anew, since each frame only tells what changed since the one before.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

ROOM: Final = 16 * 1024
"""Bytes that may wait behind the frame that is being written: about two pictures of 80 by 24."""
_ABORT: Final = b"\x18"
"""CAN: ends an escape sequence of which only a part was written."""


class Outlet:
    """Frames on their way to the terminal at ``descriptor``, which must not block.

    Args:
        descriptor: Where to write.
        loop: What tells when the terminal takes more.
        caught_up: Called when the terminal has taken everything after frames were dropped.
    """

    def __init__(self, descriptor: int, loop: AbstractEventLoop, caught_up: Callable[[], object]) -> None:
        self._descriptor = descriptor
        self._loop = loop
        self._caught_up = caught_up
        self._frame: list[bytes] = []
        self._waiting: deque[bytes] = deque()
        self._begun = False
        self._dropped = False
        self._lost = False
        self._watched = False

    def add(self, data: bytes) -> None:
        """Add to the frame; what is not ended by :meth:`end_frame` is at the end of this turn of the loop."""
        if not self._frame:
            self._loop.call_soon(self.end_frame)
        self._frame.append(data)

    def end_frame(self, *, keep: bool = False) -> None:
        """Send the frame, or drop it if the terminal is too far behind; one to ``keep`` is never dropped."""
        frame = b"".join(self._frame)
        self._frame.clear()
        if not frame or self._lost or (self._dropped and not keep):
            return
        if self._waiting and not keep and len(frame) + sum(map(len, self._waiting)) > ROOM:
            self._drop()
            return
        self._waiting.append(frame)
        if not self._watched:
            self._write()

    def finish(self, last: bytes, seconds: float) -> None:
        """Write what waits and then ``last``, in so many seconds at most; after that without what waits.

        A terminal that has not read until then finds ``last`` when it does.
        """
        self.end_frame()
        self._waiting.append(last)
        self._write()
        deadline = monotonic() + seconds
        while self._waiting and (left := deadline - monotonic()) > 0:
            _writable(self._descriptor, left)
            self._write()
        self._unwatch()
        if self._waiting:
            _discard(self._descriptor)
            self._waiting.clear()
            self._waiting.append(_ABORT + last if self._begun else last)
            self._begun = False
            self._write()
            self._unwatch()

    def _drop(self) -> None:
        self._dropped = True
        while len(self._waiting) > int(self._begun):
            self._waiting.pop()

    def _write(self) -> None:
        while self._waiting and not self._lost:
            first = self._waiting[0]
            try:
                written = os.write(self._descriptor, first)
            except BlockingIOError:
                written = 0
            except OSError:  # the line is lost; whoever reads from it finds out too
                self._lost = True
                break
            if written < len(first):
                self._waiting[0] = first[written:]
                self._begun = self._begun or written > 0
                self._watch()
                return
            self._waiting.popleft()
            self._begun = False
        self._waiting.clear()
        self._unwatch()
        if self._dropped:
            self._dropped = False
            self._caught_up()

    def _watch(self) -> None:
        if not self._watched:
            self._watched = True
            self._loop.add_writer(self._descriptor, self._write)

    def _unwatch(self) -> None:
        if self._watched:
            self._watched = False
            self._loop.remove_writer(self._descriptor)


def _writable(descriptor: int, seconds: float) -> None:
    """Wait until the terminal takes something, or has hung up, for so many seconds at most."""
    import select

    waiting = select.poll()
    waiting.register(descriptor, select.POLLOUT)
    waiting.poll(seconds * 1000)


def _discard(descriptor: int) -> None:
    """Throw away what the kernel keeps for a terminal that does not read."""
    import termios
    from contextlib import suppress

    with suppress(termios.error):
        termios.tcflush(descriptor, termios.TCOFLUSH)
