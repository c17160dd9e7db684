"""Codes for cash: who paid at a desk enters one, and the prepaid balance has the money.

A code has 60 bits that only the server's key makes of its receipt's id. It is shown once, and only its digest is kept:
a copy of the database spends no cash. Wrong ones are counted for each account, as wrong passwords are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from backend.accounts import lockout
from backend.db import Tx
from backend.errors import Problem
from backend.keys import ServerKey

LIVES: Final = timedelta(days=30)
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12
GROUP: Final = 4
_LOOKS_LIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
"""Letters that a code does not have, by the digit that was meant."""

Refusal = Literal["cash_code_wrong", "cash_code_used", "cash_code_expired", "cash_codes_locked"]
_SAID: Final[dict[Refusal, tuple[int, str, str]]] = {
    "cash_code_wrong": (400, "This is no code for cash.", "Compare it with the paper, letter by letter."),
    "cash_code_used": (
        409,
        "This code was used already.",
        "A code works once. Transaction Details shows what came of it.",
    ),
    "cash_code_expired": (
        409,
        "This code can no longer be used: it was good for 30 days.",
        "Take your receipt to the facility's desk. The money is not lost.",
    ),
    "cash_codes_locked": (429, "Too many wrong codes.", "Wait a while, then try again. Your code stays good."),
}


class Redeemed(BaseModel):
    """What became of a code: the ledger's entry that it made, or why it was refused.

    A refused one has an effect that must be kept (it is counted), so it is committed, and becomes a problem afterwards.
    """

    model_config = ConfigDict(frozen=True)

    entry_id: str | None = None
    amount_minor: int = 0
    currency: str = "USD"
    facility: str = ""
    refusal: Refusal | None = None
    retry_after_seconds: int | None = None

    def settle(self) -> None:
        """Raise the refusal as a :class:`Problem`, if it was refused."""
        if self.refusal is not None:
            status, title, detail = _SAID[self.refusal]
            raise Problem(self.refusal, status, title, detail, retry_after_seconds=self.retry_after_seconds)


def code_of(key: ServerKey, receipt_id: str) -> str:
    """Return the code of a receipt, in groups of four: ``7KQ2-M4XN-0B3D``."""
    number = int(key.digest("cash code", receipt_id), 16)
    letters = "".join(LETTERS[number >> 5 * place & 31] for place in range(LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def digest_of(key: ServerKey, code: str) -> str:
    """Return what is kept of a code, however it is written: small letters, gaps, an O for a zero."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum()).translate(_LOOKS_LIKE)
    return key.digest("cash code at rest", plain)


def seconds_locked(tx: Tx, key: ServerKey, account_id: str) -> int | None:
    """Return for how many seconds more an account may enter no code, None if it may."""
    return lockout.seconds_locked(tx, _tries(key, account_id))


def wrong(tx: Tx, key: ServerKey, account_id: str) -> Redeemed:
    """Count a wrong code of an account: the fifth within a quarter of an hour locks it for as long."""
    seconds = lockout.note_failure(tx, _tries(key, account_id))
    return Redeemed(refusal="cash_code_wrong") if seconds is None else locked(seconds)


def right(tx: Tx, key: ServerKey, account_id: str) -> None:
    """Forget an account's wrong codes."""
    lockout.forget(tx, _tries(key, account_id))


def locked(seconds: int) -> Redeemed:
    """Return the refusal of any code for ``seconds`` more."""
    return Redeemed(refusal="cash_codes_locked", retry_after_seconds=seconds)


def _tries(key: ServerKey, account_id: str) -> str:
    return key.digest("cash code tries", account_id)
