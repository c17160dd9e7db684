"""Removing what is left of one-time codes and failed sign-ins that mean nothing any more."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, delete, select, update

from backend.accounts.codes import WITHIN
from backend.accounts.lockout import LOCKED_FOR, WINDOW
from backend.accounts.models import OneTimeCode, SignInFailures
from backend.db import Tx

BATCH: Final = 500
"""Rows removed in one transaction."""


def forget_codes(tx: Tx) -> bool:
    """Empty the profiles that wait for an expired code, and remove codes that count towards no limit any more."""
    tx.session.exec(
        update(OneTimeCode)
        .where(col(OneTimeCode.profile).is_not(None), col(OneTimeCode.expires_at) <= tx.now)
        .values(profile=None)
    )
    old = select(OneTimeCode.id).where(col(OneTimeCode.created_at) <= tx.now - WITHIN).limit(BATCH)
    gone = tx.session.exec(delete(OneTimeCode).where(col(OneTimeCode.id).in_(old)))
    return gone.rowcount == BATCH


def forget_failures(tx: Tx) -> bool:
    """Remove failures of addresses that are neither locked nor near it."""
    long_ago = tx.now - max(WINDOW, LOCKED_FOR) * 2
    old = select(SignInFailures.email_digest).where(col(SignInFailures.first_failed_at) <= long_ago).limit(BATCH)
    gone = tx.session.exec(delete(SignInFailures).where(col(SignInFailures.email_digest).in_(old)))
    return gone.rowcount == BATCH
