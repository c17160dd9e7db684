"""Hashing and checking passwords: argon2id, in threads of its own, never inside a transaction or on the event loop."""

from __future__ import annotations

import asyncio
import base64
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from argon2.profiles import RFC_9106_LOW_MEMORY
from pydantic import SecretStr

THREADS: Final = 2
"""Each hash takes 64 MiB while it is made: more at once would let strangers fill the memory."""


class Passwords:
    """Hashes and checks passwords. A check against no account costs the same as one against an account."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Use ``hasher``; RFC 9106's second recommended parameters (64 MiB, 3 passes) unless given."""
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._nobodys = _hash_of_nothing(self._hasher)

    async def hash(self, password: SecretStr) -> str:
        """Return the hash to keep of a new password."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.hash_now, password)

    async def check(self, kept: str | None, password: SecretStr) -> bool:
        """Return whether ``password`` is the one whose hash is ``kept``; False, as slowly, if there is none."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._check_now, kept, password)

    def hash_now(self, password: SecretStr) -> str:
        """Do what :meth:`hash` does, on this thread. For commands of the shell."""
        return self._hasher.hash(_said(password))

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=True)

    def _check_now(self, kept: str | None, password: SecretStr) -> bool:
        matches = self._verifies(self._nobodys if kept is None else kept, password)
        return matches and kept is not None

    def _verifies(self, kept: str, password: SecretStr) -> bool:
        try:
            return self._hasher.verify(kept, _said(password))
        except (VerificationError, InvalidHashError):
            return False


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """Return a hash that no password has, and that costs as much to check as one that ``hasher`` makes."""
    salt, digest = (
        base64.b64encode(bytes(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


def _said(password: SecretStr) -> str:
    """Return the password in one form, however the keyboard composes its letters (RFC 8265 asks for the same)."""
    return unicodedata.normalize("NFKC", password.get_secret_value())
