"""Locking an address out after repeated failures, whether or not it has an account.

Five failures within 15 minutes lock it for 15 minutes. The fifth says so; while it is locked nothing is counted, so a
stranger cannot prolong it; a sign-in, or a password set with a one-time code, forgets it.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

from backend.accounts import repository
from backend.db import Tx

WINDOW: Final = timedelta(minutes=15)
LOCKED_FOR: Final = timedelta(minutes=15)
FAILURES: Final = 5


def seconds_locked(tx: Tx, email_digest: str) -> int | None:
    """Return for how many seconds more (rounded up) an address is locked out, None if it is not."""
    found = repository.failures(tx, email_digest)
    if found is None or found.locked_until is None or tx.now >= found.locked_until:
        return None
    return math.ceil((found.locked_until - tx.now).total_seconds())


def note_failure(tx: Tx, email_digest: str) -> int | None:
    """Count a failed sign-in; return the seconds of the lockout if this one brought it about, else None."""
    found = repository.locked_failures(tx, email_digest)
    if found.locked_until is not None or tx.now >= found.first_failed_at + WINDOW:
        found.failures, found.first_failed_at, found.locked_until = 0, tx.now, None
    found.failures += 1
    if found.failures >= FAILURES:
        found.locked_until = tx.now + LOCKED_FOR
    tx.session.add(found)
    tx.session.flush()
    return seconds_locked(tx, email_digest)


def forget(tx: Tx, email_digest: str) -> None:
    """Forget the failures of an address."""
    found = repository.failures(tx, email_digest)
    if found is not None:
        tx.session.delete(found)
        tx.session.flush()
