"""Frames reach a terminal whole, in order, or not at all, and nobody waits for them."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from threading import Timer

import pytest

from tui.outlet import ROOM, Outlet

HOLDS = 4096
"""Bytes that the pipe takes unread."""


class Pipe:
    """A terminal that reads when it is told to."""

    def __init__(self) -> None:
        self.reads, self.writes = os.pipe()
        os.set_blocking(self.reads, False)
        os.set_blocking(self.writes, False)
        fcntl.fcntl(self.writes, 1031, HOLDS)  # F_SETPIPE_SZ
        self.caught_up = 0

    def outlet(self) -> Outlet:
        """Return an outlet to it."""
        return Outlet(self.writes, asyncio.get_running_loop(), self._count)

    def _count(self) -> None:
        self.caught_up += 1

    def read(self) -> bytes:
        """Read everything that is there."""
        try:
            return os.read(self.reads, 1 << 20)
        except BlockingIOError:
            return b""

    async def read_all(self) -> bytes:
        """Read until nothing more comes."""
        found, quiet = b"", 0
        while quiet < 5:
            await asyncio.sleep(0)
            part = self.read()
            found += part
            quiet = 0 if part else quiet + 1
        return found


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    os.close(made.reads)
    os.close(made.writes)


def send(outlet: Outlet, frame: bytes) -> None:
    outlet.add(frame)
    outlet.end_frame()


async def test_a_frame_is_written_at_once_where_there_is_room(pipe: Pipe) -> None:
    outlet = pipe.outlet()
    outlet.add(b"one ")
    outlet.add(b"frame")
    assert pipe.read() == b""
    outlet.end_frame()
    assert pipe.read() == b"one frame"


async def test_what_nobody_ends_is_a_frame_of_its_own(pipe: Pipe) -> None:
    pipe.outlet().add(b"\a")
    assert await pipe.read_all() == b"\a"


async def test_what_a_slow_terminal_does_not_take_follows_in_order(pipe: Pipe) -> None:
    outlet = pipe.outlet()
    frames = [bytes([ord("a") + number]) * 3000 for number in range(5)]
    for frame in frames:
        send(outlet, frame)
    assert await pipe.read_all() == b"".join(frames)
    assert pipe.caught_up == 0


async def test_frames_that_find_no_room_are_dropped_whole_and_the_picture_is_asked_for_anew(pipe: Pipe) -> None:
    outlet = pipe.outlet()
    first = b"<" + b"1" * (2 * HOLDS) + b">"
    send(outlet, first)
    for number in range(200):
        send(outlet, b"<" + str(number).encode() * 500 + b">")
    assert pipe.caught_up == 0
    assert await pipe.read_all() == first
    assert pipe.caught_up == 1
    send(outlet, b"<the picture of now>")
    assert await pipe.read_all() == b"<the picture of now>"


@pytest.mark.parametrize(("more", "last"), [(ROOM, b"1kept"), (ROOM - HOLDS, b"2kept")], ids=["dropped", "just not"])
async def test_what_must_not_be_dropped_is_written_however_far_behind_the_terminal_is(
    pipe: Pipe, more: int, last: bytes
) -> None:
    outlet = pipe.outlet()
    send(outlet, b"1" * (2 * HOLDS))
    send(outlet, b"2" * more)
    outlet.add(b"kept")
    outlet.end_frame(keep=True)
    assert (await pipe.read_all()).endswith(last)


async def test_a_frame_larger_than_all_room_is_written_if_nothing_waits(pipe: Pipe) -> None:
    outlet = pipe.outlet()
    send(outlet, b"x" * (ROOM * 3))
    assert len(await pipe.read_all()) == ROOM * 3


async def test_the_last_words_wait_for_what_is_on_its_way(pipe: Pipe) -> None:
    outlet = pipe.outlet()
    outlet.add(b"frame ")
    outlet.finish(b"last", 5.0)
    assert pipe.read() == b"frame last"


@pytest.mark.parametrize("more", [0, 1, HOLDS], ids=["just full", "one too many", "twice as much"])
async def test_the_last_words_reach_a_terminal_that_is_full_once_it_reads(pipe: Pipe, more: int) -> None:
    outlet = pipe.outlet()
    send(outlet, b"x" * (HOLDS + more))
    os.set_blocking(pipe.reads, True)
    found: list[bytes] = []

    def read() -> None:
        while not b"".join(found).endswith(b"last"):
            found.append(os.read(pipe.reads, 1000))

    reader = Timer(0.05, read)  # it reads only once the last words are waiting
    reader.start()
    outlet.finish(b"last", 10.0)
    reader.join(10.0)
    assert b"".join(found) == b"x" * (HOLDS + more) + b"last"


async def test_the_last_words_do_not_wait_for_a_terminal_that_does_not_read(pipe: Pipe) -> None:
    outlet = pipe.outlet()
    send(outlet, b"x" * (4 * HOLDS))
    outlet.finish(b"last", 0.01)
    assert pipe.read() == b"x" * HOLDS


async def test_a_terminal_that_is_gone_breaks_nothing(pipe: Pipe) -> None:
    outlet = pipe.outlet()
    os.close(pipe.reads)
    pipe.reads = os.open(os.devnull, os.O_RDONLY)
    for _ in range(3):
        send(outlet, b"frame")
    outlet.finish(b"last", 0.01)
