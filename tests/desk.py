"""A machine on which the real program runs: a home, a data directory, and terminals that share its embedded server."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.terminal import Terminal
from tui.embedded import socket_path

HEALTH = b"GET /v1/health HTTP/1.1\r\nHost: visitdesk\r\nConnection: close\r\n\r\n"


class Desk:
    """One person's machine: a home, a data directory, and any number of terminals on it."""

    def __init__(self, home: Path, runtime: Path, terminals: list[Terminal]) -> None:
        """Use ``home`` for everything that is kept, and ``runtime`` (a short path) for sockets."""
        self.home = home
        self.runtime = runtime
        self.data_dir = home / "data"
        self.terminals = terminals

    @property
    def env(self) -> dict[str, str]:
        """The environment of every program on this machine."""
        return {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.runtime), "PYTHONWARNINGS": "default"}

    def open(self, *arguments: str, columns: int = 80, rows: int = 24, env: dict[str, str] | None = None) -> Terminal:
        """Start ``visitdesk`` with this machine's data directory in a new terminal."""
        command = [sys.executable, "-m", "tui", "--data-dir", str(self.data_dir), *arguments]
        terminal = Terminal(command, columns=columns, rows=rows, env={**self.env, **(env or {})}, cwd=self.home)
        self.terminals.append(terminal)
        return terminal

    def server_pids(self) -> list[int]:
        """Return the server processes of this machine, one that only just starts among them."""
        found = []
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # it has ended meanwhile
                words = process.read_bytes().split(b"\0")
                if b"serve" in words and os.fsencode(self.data_dir) in words:
                    found.append(int(process.parent.name))
        return found

    def kill_server(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the server, if one runs, with a signal, and wait until it has gone."""
        for pid in self.server_pids():
            with suppress(ProcessLookupError):
                process = os.pidfd_open(pid)
                signal.pidfd_send_signal(process, how)
                select.select([process], [], [])
                os.close(process)

    def wait_answering(self) -> None:
        """Wait until the server answers, trying every few milliseconds. Raises ``TimeoutError`` after half a minute."""
        place = str(self.runtime / "visitdesk" / socket_path(self.data_dir).name)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket(socket.AF_UNIX) as asking, suppress(OSError):
                asking.connect(place)
                asking.sendall(HEALTH)
                if asking.recv(64).startswith(b"HTTP/1.1 200"):
                    return
            select.select([], [], [], 0.004)
        raise TimeoutError("the embedded server did not answer")


@contextmanager
def opened_desk(home: Path) -> Iterator[Desk]:
    """Give a machine on which Visit Desk has never run; its terminals and its server are ended with the block."""
    runtime = Path(tempfile.mkdtemp(prefix="vd-run-"))
    desk = Desk(home, runtime, [])
    try:
        yield desk
    finally:
        for terminal in desk.terminals:
            terminal.close()
        desk.kill_server(signal.SIGTERM)
        shutil.rmtree(runtime)
