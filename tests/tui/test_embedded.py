"""The local server as terminals see it: found or started, shared, brought back, gone with the last of them.

Each sentence is told of a stand-in (quick, and broken on purpose where needed) and of the real server.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from tui.embedded import Embedded, Report, State, UnsafeDirectory, make_socket_directory, socket_path

STAND_IN = [sys.executable, str(Path(__file__).with_name("one_owner.py"))]
REAL = [sys.executable, "-P", "-m", "backend"]
both = pytest.mark.parametrize("command", [STAND_IN, REAL], ids=["stand-in", "real"])


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # not below pytest's own directory: a socket's path has 108 bytes
    base = Path(tempfile.mkdtemp(prefix="vd"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(base))
    yield base / "data"
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def broken(data_dir: Path) -> Path:
    data_dir.mkdir()
    (data_dir / "broken").touch()
    return data_dir / "broken"


class Terminal:
    """One terminal: what it was told, and how to wait for it."""

    def __init__(self, embedded: Embedded) -> None:
        self.embedded = embedded
        self.reports: list[Report] = []
        self._told = asyncio.Event()

    def tell(self, report: Report) -> None:
        self.reports.append(report)
        self._told.set()

    @property
    def states(self) -> list[State]:
        return [report.state for report in self.reports]

    async def hears(self, true: Callable[[list[State]], bool]) -> None:
        async with asyncio.timeout(30):
            while not true(self.states):
                self._told.clear()
                await self._told.wait()

    async def ready(self) -> None:
        await self.hears(lambda states: states[-1:] == [State.READY])


@asynccontextmanager
async def terminal(data_dir: Path, command: list[str]) -> AsyncIterator[Terminal]:
    opened = Terminal(Embedded(data_dir, command=command))
    opened.embedded.begin()
    staying = asyncio.create_task(opened.embedded.stay(opened.tell))
    try:
        yield opened
    finally:
        staying.cancel()
        with suppress(asyncio.CancelledError):
            await staying


def lives(times: int, states: list[State]) -> bool:
    return states.count(State.READY) == times


def owner_of(data_dir: Path) -> int:
    """Return the process that owns the directory now, by the kernel's own list of locks."""
    inode = (data_dir / "owner.lock").stat().st_ino
    for line in Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if words[1] == "FLOCK" and words[5].endswith(f":{inode}"):
            return int(words[4])
    return 0


async def gone(data_dir: Path) -> None:
    """Wait until nobody owns the directory: by taking its lock as a server would."""
    import fcntl

    with (data_dir / "owner.lock").open("a") as lock:
        async with asyncio.timeout(20):
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)


@both
async def test_a_terminal_starts_the_server_and_it_stops_when_the_terminal_has_gone(
    data_dir: Path, command: list[str]
) -> None:
    async with terminal(data_dir, command) as one:
        await one.ready()
        assert owner_of(data_dir)
        assert stat.S_IMODE(one.embedded.socket.parent.stat().st_mode) == 0o700
    await gone(data_dir)
    assert not one.embedded.socket.exists()


@both
async def test_two_terminals_that_start_at_once_share_one_server(data_dir: Path, command: list[str]) -> None:
    async with terminal(data_dir, command) as one, terminal(data_dir, command) as other:
        await one.ready()
        await other.ready()
        owner = owner_of(data_dir)
        async with terminal(data_dir, command) as third:
            await third.ready()
            assert owner_of(data_dir) == owner
    await gone(data_dir)


@both
async def test_a_server_that_was_killed_comes_back(data_dir: Path, command: list[str]) -> None:
    async with terminal(data_dir, command) as one:
        await one.ready()
        first = owner_of(data_dir)
        os.kill(first, signal.SIGKILL)
        await one.hears(lambda states: states.count(State.READY) == 2)
        assert one.states == [State.STARTING, State.READY, State.STARTING, State.READY]
        assert owner_of(data_dir) not in (0, first)
    await gone(data_dir)


async def test_a_server_that_cannot_start_is_told_with_its_log_and_tried_again_when_asked(broken: Path) -> None:
    data_dir = broken.parent
    async with terminal(data_dir, STAND_IN) as one:
        await one.hears(lambda states: states[-1:] == [State.FAILED])
        assert one.reports[-1].log.read_text() == "the disk is full\n"
        assert stat.S_IMODE(one.reports[-1].log.stat().st_mode) == 0o600
        await asyncio.to_thread(broken.unlink)
        one.embedded.try_again()
        await one.ready()
    await gone(data_dir)


async def test_a_server_that_dies_again_and_again_is_told_instead_of_started_for_ever(data_dir: Path) -> None:
    async with terminal(data_dir, STAND_IN) as one:
        for life in range(1, 4):
            await one.hears(partial(lives, life))
            os.kill(owner_of(data_dir), signal.SIGKILL)
        await one.hears(lambda states: states[-1:] == [State.FAILED])


async def test_a_server_that_runs_and_never_answers_counts_as_failed(data_dir: Path) -> None:
    mute = [sys.executable, "-c", "import time; time.sleep(3)"]
    opened = Terminal(Embedded(data_dir, command=mute, patience=0.2))
    staying = asyncio.create_task(opened.embedded.stay(opened.tell))
    await opened.hears(lambda states: states[-1:] == [State.FAILED])
    staying.cancel()


def test_each_data_directory_has_a_socket_of_its_own_in_a_short_path(data_dir: Path) -> None:
    one, other = socket_path(data_dir), socket_path(data_dir / ("deep" * 40))
    assert one != other
    assert one.parent == other.parent
    assert len(other.name) == len("0123456789abcdef.sock")


def test_both_sides_name_the_socket_alike(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.settings import socket_path as the_servers_own

    assert socket_path(data_dir) == the_servers_own(data_dir, os.environ)
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert socket_path(data_dir) == the_servers_own(data_dir, os.environ)


def test_a_socket_directory_of_somebody_else_is_refused(data_dir: Path) -> None:
    data_dir.mkdir()
    link = data_dir / "visitdesk"
    link.symlink_to(data_dir)
    with pytest.raises(UnsafeDirectory):
        make_socket_directory(link)


def test_a_socket_directory_that_is_open_to_others_is_closed(data_dir: Path) -> None:
    open_to_all = data_dir / "visitdesk"
    open_to_all.mkdir(parents=True, mode=0o777)
    open_to_all.chmod(0o777)
    make_socket_directory(open_to_all)
    assert stat.S_IMODE(open_to_all.stat().st_mode) == 0o700
