"""What became of an attempt to sign in or to use a code.

A refused attempt has an effect that must be kept (it is counted), so it is a value that is committed, and becomes a
problem only afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from backend.errors import FieldError, Problem

Refusal = Literal["sign_in_failed", "sign_in_locked", "code_wrong", "code_expired", "password_wrong"]

_SAID: Final[Mapping[Refusal, tuple[int, str, str]]] = {
    "sign_in_failed": (
        401,
        "E-mail and password do not belong together.",
        "Check both, or choose Forgotten password to set a new one.",
    ),
    "sign_in_locked": (
        429,
        "Too many tries: signing in is locked for a while.",
        "Wait, or choose Forgotten password to set a new one now.",
    ),
    "code_wrong": (400, "This code is not the right one.", "Check the eight digits of the newest message."),
    "code_expired": (400, "This code can no longer be used.", "Ask for a new one."),
    "password_wrong": (422, "Something needs to be corrected.", "Look at the marked fields."),
}


class Attempt(BaseModel):
    """An attempt: the sign-in session that it opened, if it did, or why it was refused."""

    model_config = ConfigDict(frozen=True)

    session_id: str | None = None
    refusal: Refusal | None = None
    retry_after_seconds: int | None = None

    def opened(self) -> str:
        """Return the id of the sign-in session. Raises the refusal as a :class:`Problem`."""
        self.settle()
        if self.session_id is None:
            raise ValueError("this attempt opened no sign-in session")
        return self.session_id

    def settle(self) -> None:
        """Raise the refusal as a :class:`Problem`, if it was refused."""
        if self.refusal is None:
            return
        status, title, detail = _SAID[self.refusal]
        if self.refusal == "password_wrong":
            errors = (FieldError("current_password", "This is not your present password."),)
            raise Problem("invalid", status, title, detail, errors=errors)
        raise Problem(self.refusal, status, title, detail, retry_after_seconds=self.retry_after_seconds)


def locked(seconds: int) -> Attempt:
    """Return an attempt refused because the address is locked out for ``seconds`` more."""
    return Attempt(refusal="sign_in_locked", retry_after_seconds=seconds)
