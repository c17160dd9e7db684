"""What one press of a key means to the server: one idempotency key, however often it is sent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that a person wants done once. Reuse it for every retry of that same thing, and never for another."""

    key: str

    @classmethod
    def new(cls) -> Self:
        """Return an intent that nobody had before (128 random bits)."""
        return cls(secrets.token_hex(16))
