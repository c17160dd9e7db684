"""What the server derives from its own key: sign-in tokens, one-time codes, digests.

Nothing derived here is stored, so a copy of the database opens no account.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32
CODE_DIGITS: Final = 8


class ServerKey:
    """The server's secret, and the purposes it is used for; each purpose has its own derivation."""

    def __init__(self, secret: bytes) -> None:
        """Hold ``secret``, at least 32 bytes."""
        if len(secret) < KEY_BYTES:
            raise ValueError("the server's key is too short")
        self._secret = secret

    def __repr__(self) -> str:
        """Say nothing of the secret."""
        return "ServerKey(…)"

    def _derive(self, purpose: str, text: str) -> bytes:
        return hmac.new(self._secret, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()

    def token(self, sign_in_session_id: str) -> str:
        """Return the bearer token of a sign-in session."""
        return f"{sign_in_session_id}.{self._derive('token', sign_in_session_id).hex()}"

    def session_of(self, token: str) -> str | None:
        """Return the id of the sign-in session that ``token`` was made for, or None if it was not made here."""
        session_id, _, _ = token.partition(".")
        return session_id if hmac.compare_digest(token.encode(), self.token(session_id).encode()) else None

    def kiosk_credential(self, kiosk_id: str) -> str:
        """Return what the device of a kiosk proves itself with."""
        return f"{kiosk_id}.{self._derive('kiosk', kiosk_id).hex()}"

    def kiosk_of(self, credential: str) -> str | None:
        """Return the id of the kiosk that ``credential`` was made for, or None if it was not made here."""
        kiosk_id, _, _ = credential.partition(".")
        made = self.kiosk_credential(kiosk_id)
        return kiosk_id if hmac.compare_digest(credential.encode(), made.encode()) else None

    def one_time_code(self, code_id: str) -> str:
        """Return the eight digits of the one-time code ``code_id``."""
        number = int.from_bytes(self._derive("one-time code", code_id)[:8], "big")
        return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

    def digest(self, purpose: str, text: str) -> str:
        """Return a digest of ``text`` that cannot be guessed at without the key."""
        return self._derive(f"digest {purpose}", text).hex()


def load_or_make(path: Path) -> ServerKey:
    """Return the key kept in ``path``, made there (mode 0600) the first time."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return ServerKey(path.read_bytes())
    with os.fdopen(handle, "wb") as file:
        secret = secrets.token_bytes(KEY_BYTES)
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return ServerKey(secret)
