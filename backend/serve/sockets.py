"""Where the server listens: its Unix socket, which only its own user may use, and a TCP port if one is asked for."""

from __future__ import annotations

import errno
import os
import socket
import stat
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

BACKLOG: Final = 128


class CannotListen(Exception):
    """A place where the server cannot listen; the text is the sentence for the operator."""


class LocalSocket:
    """A listening Unix socket (0600), and the file that stands for it."""

    def __init__(self, path: Path) -> None:
        """Listen on ``path``. Called under the lock of the data directory; a stale socket file is removed.

        Raises :class:`CannotListen` if another server answers there, or if something else than a socket is in the way.
        """
        self.path = path
        _clear(path)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # the file has its mode from the moment it exists: no instant in which others could connect
        before = os.umask(0o177)
        try:
            self.listener.bind(str(path))
        except OSError as error:
            self.listener.close()
            raise CannotListen(f"Cannot listen on {path}: {error.strerror or error}.") from error
        finally:
            os.umask(before)
        self.listener.listen(BACKLOG)
        # held open, so that its number is not given to a file of somebody else before ours is removed
        self._file = os.open(path, os.O_PATH | os.O_CLOEXEC)

    def remove(self) -> None:
        """Remove the socket's file, unless somebody put another one in its place. A second call does nothing."""
        if self._file < 0:
            return
        with suppress(FileNotFoundError):
            if os.path.samestat(self.path.stat(), os.fstat(self._file)):
                self.path.unlink()
        os.close(self._file)
        self._file = -1


def _clear(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    if not stat.S_ISSOCK(mode):
        raise CannotListen(f"{path} is in the way: it is not a socket. Remove it, or name another place with --socket.")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise CannotListen(f"Another server already listens on {path}. Stop it, or name another place with --socket.")


def listen_on_tcp(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port`` (0: any free one). Raises :class:`CannotListen`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise CannotListen(f"Cannot listen on {host}: {error.strerror or error}.") from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        said = "another program has that port" if error.errno == errno.EADDRINUSE else (error.strerror or str(error))
        raise CannotListen(f"Cannot listen on {host}, port {port}: {said}. Name another one with --port.") from error
    listener.listen(BACKLOG)
    return listener


def peer_uid(connection: socket.socket) -> int | None:
    """Return the user id of the process at the other end of a Unix socket, as the kernel tells it, else None."""
    if hasattr(socket, "SO_PEERCRED"):
        said = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        _pid, uid, _gid = struct.unpack("3i", said)
        return int(uid)
    if sys.platform == "darwin":
        # <sys/un.h>: level SOL_LOCAL is 0, option LOCAL_PEERCRED is 1; struct xucred begins with version and uid
        _version, uid = struct.unpack("2I", connection.getsockopt(0, 1, 76)[:8])
        return int(uid)
    return None
