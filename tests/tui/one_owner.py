"""A stand-in for the local server: one owner of a data directory, a private socket, presence, and an end.

Run as a program, with the arguments of ``python -m backend``. It writes the process id of every owner to ``owners``.
With a file ``broken`` in its directory it says why it cannot start, and does not.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

LINGER = 0.2


class Server:
    """Counts terminals and ends with the last one."""

    def __init__(self) -> None:
        self.present = 0
        self.over = asyncio.Event()
        self._leaving: asyncio.TimerHandle | None = None

    async def greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one presence."""
        if self._leaving is not None:
            self._leaving.cancel()
        self.present += 1
        with suppress(asyncio.IncompleteReadError, OSError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n")
            writer.write(b"6\r\nready\n\r\n")
            await reader.read()
        writer.close()
        self.present -= 1
        if not self.present:
            self._leaving = asyncio.get_running_loop().call_later(LINGER, self.over.set)


async def serve(listener: socket.socket) -> None:
    """Serve until the last terminal has gone."""
    server = Server()
    await asyncio.start_unix_server(server.greet, sock=listener)
    await server.over.wait()


def main() -> int:
    """Become the owner, or say that somebody else is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("word")
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--stop-when-unused", action="store_true")
    given = parser.parse_args()
    if (given.data_dir / "broken").exists():
        print("the disk is full", file=sys.stderr)
        return 1
    with (given.data_dir / "owner.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return 75
        with (given.data_dir / "owners").open("a") as owners:
            owners.write(f"{os.getpid()}\n")
        given.socket.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(given.socket))
        asyncio.run(serve(listener))
        given.socket.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
