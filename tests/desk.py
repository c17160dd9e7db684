"""A machine on which the real program runs: a home, a data directory, and terminals that share its embedded server."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.terminal import Terminal


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

    def server_pid(self) -> int | None:
        """Return the process that owns the data directory, if one does."""
        try:
            said = json.loads((self.data_dir / "owner.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return int(said["pid"])

    def kill_server(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the server, if one runs, with a signal, and wait until the data directory is nobody's."""
        path = self.data_dir / "owner.lock"
        if not path.exists():
            return
        with path.open() as lock:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return  # whoever is named in owner.json has gone
            pid = self.server_pid()
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, how)
            fcntl.flock(lock, fcntl.LOCK_EX)


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
