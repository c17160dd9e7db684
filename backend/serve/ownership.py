"""One data directory, one owner: a file lock that dies with its process.

Whoever holds the lock, a server or a command, is the only process on the files of the directory. Nothing heavy is
imported here, so that a process which comes second knows it within milliseconds.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from backend.settings import SettingsError

IN_USE: Final = 75
"""Exit code of a process that found the data directory owned by another (EX_TEMPFAIL of sysexits.h)."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What the owner of a data directory says of itself: its process, its Unix socket if it is a server, since when."""

    pid: int
    socket: Path | None
    started: str
    """RFC 3339, UTC."""


class DirectoryInUse(Exception):
    """Another process owns the data directory; ``owner`` is None while that one has not said who it is."""

    def __init__(self, data_dir: Path, owner: Owner | None) -> None:
        super().__init__(str(data_dir))
        self.data_dir = data_dir
        self.owner = owner


class Ownership:
    """The lock on a data directory. It is free again when :meth:`release` is called, or when the process ends."""

    def __init__(self, data_dir: Path) -> None:
        """Take the lock on ``data_dir``, which is made (0700) if it is not there.

        Raises :class:`DirectoryInUse`, or :class:`backend.settings.SettingsError` if the directory cannot be used.
        """
        self.data_dir = data_dir
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(data_dir / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SettingsError(f"The data directory {data_dir} cannot be used: {error.strerror or error}.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise DirectoryInUse(data_dir, owner_of(data_dir)) from None
        # what a killed owner left behind speaks of a process that is gone
        _record(data_dir).unlink(missing_ok=True)

    def announce(self, socket: Path | None, started: datetime) -> None:
        """Say who owns the directory and on which Unix socket, if any, it takes commands."""
        said = {"pid": os.getpid(), "socket": str(socket) if socket else None, "started": started.isoformat()}
        fresh = self.data_dir / f"owner.json.{os.getpid()}"
        fresh.write_text(json.dumps(said) + "\n", encoding="utf-8")
        fresh.replace(_record(self.data_dir))

    def release(self) -> None:
        """Let another process have the directory."""
        _record(self.data_dir).unlink(missing_ok=True)
        os.close(self._lock)


def owner_of(data_dir: Path) -> Owner | None:
    """Return what the owner of ``data_dir`` said of itself, None if nothing readable is there."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(_record(data_dir).read_text(encoding="utf-8"))
        socket = said["socket"]
        return Owner(int(said["pid"]), Path(socket) if socket else None, str(said["started"]))
    return None


def _record(data_dir: Path) -> Path:
    return data_dir / "owner.json"
