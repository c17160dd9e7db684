"""The session keyring of the Linux kernel, as a backend of `keyring`: what is in it ends with the login session.

For the SSH profile, where there is no desktop and no keyring service. The kernel keeps what it is given in memory that
is never written to disk, lets only processes of the same login session read it, and drops it when its time is up or the
session is over. See keyrings(7), session-keyring(7) and keyctl(2).

A login that PAM did not set up (sshd with `UsePAM no`) has no session keyring of its own: the kernel then gives the
one of the user, `_uid_ses`, which all logins of that user share and which outlives them. That one is refused.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

_CALLS: Final = {"x86_64": (248, 250), "aarch64": (217, 219), "riscv64": (217, 219), "ppc64le": (269, 271)}
"""Numbers of the calls add_key and keyctl, by machine."""
_SET_PERMISSIONS, _DESCRIBE, _LINK, _SEARCH, _READ, _SET_TIMEOUT, _INVALIDATE = 5, 6, 8, 10, 11, 15, 21
_OF_THREAD, _OF_SESSION = -1, -3
_ONLY_POSSESSORS: Final = 0x3F000000
_LONGEST: Final = 4096


class SessionKeyringError(KeyringError):
    """The kernel has no session keyring for us alone, or refuses to use it."""


class SessionKeyring(KeyringBackend):
    """Keeps passwords in the session keyring of this login.

    `lasts_seconds` is how long the next one that is set is kept (`with_properties` sets it); without it, as long as the
    session. Everything may raise SessionKeyringError.
    """

    priority = 1
    lasts_seconds: int | None = None

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves its constructor untyped
        name = os.uname().machine
        if os.uname().sysname != "Linux" or name not in _CALLS:
            raise SessionKeyringError(f"no kernel keyring on {name}")
        self._add_key, self._keyctl = _CALLS[name]
        self._call = ctypes.CDLL(None, use_errno=True).syscall
        self._call.restype = ctypes.c_long
        if self._description(_OF_SESSION).rpartition(";")[2].startswith("_uid_ses"):
            raise SessionKeyringError("the session keyring is shared by all logins of the user")

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept, or None; what has expired is not there."""
        key = self._find(service, username)
        if key is None:
            return None
        kept = ctypes.create_string_buffer(_LONGEST)
        length = self._asked(self._keyctl, _READ, key, kept, _LONGEST)
        return kept.raw[: min(length, _LONGEST)].decode()

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep `password` in the place of any other."""
        secret = password.encode()
        # Made apart and linked when its time is set: if we die in between, nothing stays that has no end.
        key = self._asked(self._add_key, b"user", _named(service, username), secret, len(secret), _OF_THREAD)
        if self.lasts_seconds is not None:
            self._asked(self._keyctl, _SET_TIMEOUT, key, max(1, self.lasts_seconds))
        self._asked(self._keyctl, _SET_PERMISSIONS, key, _ONLY_POSSESSORS)
        self._asked(self._keyctl, _LINK, key, _OF_SESSION)

    def delete_password(self, service: str, username: str) -> None:
        """Keep it no longer. Raises PasswordDeleteError where there is nothing."""
        key = self._find(service, username)
        if key is None:
            raise PasswordDeleteError("nothing is kept")
        self._asked(self._keyctl, _INVALIDATE, key)

    def _find(self, service: str, username: str) -> int | None:
        try:
            return self._asked(self._keyctl, _SEARCH, _OF_SESSION, b"user", _named(service, username), 0)
        except _AbsentError:
            return None

    def _description(self, key: int) -> str:
        """Return `type;uid;gid;permissions;name` of a key."""
        told = ctypes.create_string_buffer(_LONGEST)
        self._asked(self._keyctl, _DESCRIBE, key, told, _LONGEST)
        return told.value.decode(errors="replace")

    def _asked(self, call: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char]) -> int:
        whole = (ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments)
        answer = int(self._call(ctypes.c_long(call), *whole))
        if answer < 0:
            number = ctypes.get_errno()
            raise (_AbsentError if number in _ABSENT else SessionKeyringError)(os.strerror(number))
        return answer


class _AbsentError(SessionKeyringError):
    """There is no such key, or its time is up."""


_ABSENT: Final = frozenset({126, 127, 128})
"""ENOKEY, EKEYEXPIRED, EKEYREVOKED; Python's `errno` has names for them on Linux only."""


def _named(service: str, username: str) -> bytes:
    return f"{service}:{username}".encode()
