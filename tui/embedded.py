"""Finds the local server of a data directory, or starts it, and stays with it.

The server is a process of its own on a Unix socket; several terminals of one user share it. It counts terminals by a
connection each of them holds open (*presence*) and stops when the last has gone. Nothing here imports the server: what
both sides must agree on, the socket's path, each computes for itself.

:meth:`Embedded.begin` is called as soon as the first page is painted, so that the server comes up while the client is
loaded: earlier it would take the processors from that page, and answer no sooner. :meth:`Embedded.stay` then runs for
as long as the terminal does.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path

DIRECTORY_IN_USE = 75
"""Exit code of a server that found the data directory owned by another process: that one will answer soon."""

_PAUSE = 0.03
_YIELDED_PAUSE = 0.5
"""Seconds before another start after a server has yielded: enough for the one it yielded to."""
_GREETING = b"GET /v1/local/presence HTTP/1.1\r\nHost: visitdesk\r\nAccept: text/plain\r\n\r\n"
_DEATHS, _DEATHS_SECONDS = 3, 10.0
"""A server that dies so often in so many seconds is not started again until somebody asks for it."""


class State(Enum):
    """Where the local server is."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the local server.

    Attributes:
        state: Where it is now.
        log: Where it writes; worth telling when it failed.
    """

    state: State
    log: Path


class UnsafeDirectory(Exception):
    """The directory for the socket belongs to somebody else or is open to others; the text is its path."""


def socket_path(data_dir: Path) -> Path:
    """Return the socket of the server that owns a data directory.

    It lies in ``$XDG_RUNTIME_DIR/visitdesk``, else in ``visitdesk-<uid>`` below the temporary directory; its name
    is the first 16 hexadecimal digits of the SHA-256 of the directory's resolved path, for sockets have only 108
    bytes.
    """
    name = sha256(str(data_dir.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    base = Path(runtime) / "visitdesk" if runtime else Path(tempfile.gettempdir()) / f"visitdesk-{os.getuid()}"
    return base / f"{name}.sock"


def make_socket_directory(directory: Path) -> None:
    """Make the socket's directory, 0700 and ours.

    Raises:
        UnsafeDirectory: There is one already that is not ours alone.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise UnsafeDirectory(str(directory))
    if found.st_mode & 0o077:
        directory.chmod(0o700)


class _Detached(subprocess.Popen[bytes]):
    """A process that outlives us on purpose: other terminals may be using it when we go."""

    def __del__(self) -> None:
        """Leave it alone; Popen's own would warn that it is still running."""


class Embedded:
    """The local server of one data directory, as a terminal sees it.

    Args:
        data_dir: What the server owns.
        demo: Whether it serves demonstration data.
        command: What starts it, for tests; by default this Python's ``-m backend serve``.
        patience: Seconds until a server that runs but does not answer counts as failed.
    """

    def __init__(
        self, data_dir: Path, *, demo: bool = False, command: list[str] | None = None, patience: float = 30.0
    ) -> None:
        self.data_dir = data_dir
        self.socket = socket_path(data_dir)
        self.log = data_dir / "server.log"
        self._demo = demo
        self._command = command or [sys.executable, "-P", "-m", "backend"]
        self._patience = patience
        self._child: _Detached | None = None
        self._not_before = 0.0
        self._again = asyncio.Event()

    def begin(self) -> None:
        """Start the server unless one answers already. Returns at once; what fails is told by :meth:`stay`."""
        with suppress(OSError, UnsafeDirectory):
            if not self._answers():
                self._spawn()

    def try_again(self) -> None:
        """Stop waiting and try now, after a failure."""
        self._again.set()

    async def stay(self, tell: Callable[[Report], None]) -> None:
        """Hold a presence connection for ever; start the server again when it has died.

        Args:
            tell: Called with every change of state.
        """
        deaths: list[float] = []
        now = asyncio.get_running_loop().time
        while True:
            tell(Report(State.STARTING, self.log))
            deaths = [moment for moment in deaths if moment > now() - _DEATHS_SECONDS]
            presence = await self._connect() if len(deaths) < _DEATHS else None
            if presence is None:
                deaths.clear()
                tell(Report(State.FAILED, self.log))
                self._again.clear()
                await self._again.wait()
                continue
            reader, writer = presence
            tell(Report(State.READY, self.log))
            try:
                while await reader.read(4096):
                    pass
            except OSError:
                pass
            finally:
                writer.close()
            deaths.append(now())
            self._forget_child()

    def _forget_child(self) -> None:
        """The server was up and is gone: how its process ended says nothing about the next one."""
        if self._child is not None:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(0.05)
            self._child = None

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Return a presence connection of a server that is ready, started by us if need be, or nothing."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        while loop.time() < deadline:
            presence = await self._greet()
            if presence is not None:
                return presence
            try:
                if not self._starting(loop.time()):
                    return None
            except (OSError, UnsafeDirectory):
                return None
            await asyncio.sleep(_PAUSE)
        return None

    async def _greet(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.socket))
        except OSError:
            return None
        writer.write(_GREETING)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            async with asyncio.timeout(self._patience):
                head = await reader.readuntil(b"\r\n\r\n")
                if b" 200 " in head.split(b"\r\n", 1)[0]:
                    await reader.readuntil(b"ready\n")
                    return reader, writer
        writer.close()
        return None

    def _starting(self, now: float) -> bool:
        """See to it that a server is on its way; False when ours has ended and nobody else's is coming."""
        if self._child is None:
            if now >= self._not_before:
                self._spawn()
            return True
        code = self._child.poll()
        if code is None:
            return True
        self._child = None
        self._not_before = now + _YIELDED_PAUSE
        # A server that stopped as the last terminal left (0), or yielded to another, leaves the place to a new one.
        return code in (0, DIRECTORY_IN_USE)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket))
            except OSError:
                return False
        return True

    def _spawn(self) -> None:
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_socket_directory(self.socket.parent)
        options = ["serve", "--socket", str(self.socket), "--data-dir", str(self.data_dir), "--stop-when-unused"]
        if self._demo:
            options.append("--demo")
        with open(self.log, "ab", opener=_private) as log:
            self._child = _Detached(
                [*self._command, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.data_dir,
            )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
