"""Running ``visitdesk-server`` as a user does: as a process of its own, in directories of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 60
"""Seconds that a test waits for a process on a busy machine."""
SERVER = (sys.executable, "-P", "-m", "backend")


class Presence:
    """A terminal, as far as the server can see: a connection that stays open."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self.socket.sendall(b"GET /v1/local/presence HTTP/1.1\r\nHost: visitdesk\r\n\r\n")
        self.said = b""
        while b"ready\n" not in self.said:
            more = self.socket.recv(4096)
            if not more:
                raise ConnectionError("the server hung up")
            self.said += more

    def wait_for_the_end(self) -> None:
        """Wait until the server hangs up."""
        while self.socket.recv(4096):
            pass

    def close(self) -> None:
        self.socket.close()


class OverSocket(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("visitdesk", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(str(self._path))


def ask(path: Path, address: str, method: str = "GET", body: str | None = None) -> tuple[int, bytes]:
    """Return status and body of one request over the socket."""
    connection = OverSocket(path)
    connection.request(method, address, body)
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


class Running:
    """A server process that has said where it listens."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.places: list[str] = []

    @property
    def socket(self) -> Path:
        return Path(next(place for place in self.places if place.startswith("/")))

    @property
    def port(self) -> int:
        return int(next(place for place in self.places if place.startswith("http")).rpartition(":")[2])

    def wait_for_start(self, listeners: int = 1) -> Self:
        """Wait until it has said where it listens. Raises if it ended before."""
        if self.process.stdout is None:
            raise ValueError("its output is not read")
        while len(self.places) < listeners:
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"it ended with {self.process.wait(PATIENCE)}: {self.errors()}")
            self.places.append(line.rpartition(" ")[2].strip())
        return self

    def wait(self) -> int:
        return self.process.wait(PATIENCE)

    def stop(self) -> int:
        self.process.terminate()
        return self.wait()

    def errors(self) -> str:
        return self.process.stderr.read() if self.process.stderr else ""


class Installation:
    """A data directory and a place for sockets, and processes that use them."""

    def __init__(self) -> None:
        # sockets have 108 bytes: a test's own directory can be too deep
        self.root = Path(tempfile.mkdtemp(prefix="vd-"))
        self.data_dir = self.root / "data"
        self.environ: dict[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith("VISITDESK_")},
            "XDG_RUNTIME_DIR": str(self.root),
            "VISITDESK_DATA_DIR": str(self.data_dir),
            "PYTHONWARNINGS": "default",
        }
        self._started: list[Running] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for running in self._started:
            running.process.kill()
            running.process.communicate()
        shutil.rmtree(self.root)

    def begin(
        self, *options: str, environ: Mapping[str, str] | None = None, program: Sequence[str] = SERVER
    ) -> Running:
        """Start a server, without waiting for it; ``program`` is what runs it."""
        process = subprocess.Popen(
            [*program, "serve", *options],
            env={**self.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(running := Running(process))
        return running

    def serve(
        self,
        *options: str,
        listeners: int = 1,
        environ: Mapping[str, str] | None = None,
        program: Sequence[str] = SERVER,
    ) -> Running:
        """Start a server and wait until it listens."""
        return self.begin(*options, environ=environ, program=program).wait_for_start(listeners)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [*SERVER, *words], env=self.environ, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
