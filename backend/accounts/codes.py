"""One-time codes: 8 digits, 15 minutes, 5 tries, one live code an address and purpose.

A code is the HMAC of its row's id under the server's key: it is written into a message when that is sent, checked when
it comes back, and never stored. An address without an account gets a row too, whose code nobody learns, so that every
answer about it is the same.

A code that an operator or a support agent tells a person stands beside the codes that are sent: asking for a message
does not end it, and either opens the account.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import timedelta
from typing import Final, Literal

from backend.accounts import repository
from backend.accounts.models import OneTimeCode
from backend.db import Tx
from backend.errors import Problem
from backend.keys import ServerKey
from backend.types import new_id

Purpose = Literal["create_account", "reset_password"]
Refused = Literal["code_wrong", "code_expired"]

LIVES: Final = timedelta(minutes=15)
TRIES: Final = 5
AT_MOST: Final = 5
"""Codes that one address is sent for one purpose within :data:`WITHIN`: the server is no tool to flood a mailbox."""
WITHIN: Final = timedelta(hours=1)


def issue(
    tx: Tx, purpose: Purpose, email_digest: str, *, account_id: str | None = None, profile: str | None = None
) -> OneTimeCode:
    """Make a new code to send to an address, and end the one sent before it.

    It opens something only with an ``account_id`` (to reset its password) or a ``profile`` (to create an account).
    Raises ``too_many_codes`` (429), for unknown addresses as for known ones.
    """
    count, first = repository.codes_since(tx, email_digest, purpose, tx.now - WITHIN)
    if count >= AT_MOST and first is not None:
        raise Problem(
            "too_many_codes",
            429,
            "Several codes were sent to this address already.",
            "Use the newest one, or try again later.",
            retry_after_seconds=math.ceil((first + WITHIN - tx.now).total_seconds()),
        )
    repository.end_codes(tx, email_digest, purpose)
    code = OneTimeCode(
        id=new_id(tx.now),
        purpose=purpose,
        email_digest=email_digest,
        account_id=account_id,
        created_at=tx.now,
        expires_at=tx.now + LIVES,
        tries_left=TRIES,
        profile=profile,
    )
    tx.session.add(code)
    tx.session.flush()
    return code


def hand_out(tx: Tx, email_digest: str, account_id: str) -> OneTimeCode:
    """Make a code that somebody who works here tells the account's person; it ends the one told before it.

    It sets a new password. Raises ``too_many_codes`` (429).
    """
    return issue(tx, "reset_password", _told(email_digest), account_id=account_id)


def redeem(tx: Tx, key: ServerKey, purpose: Purpose, email_digest: str, given: str) -> OneTimeCode | Refused:
    """Use up the code that was given for an address, or say why it cannot be; a wrong one costs a try.

    That try is one of each live code, sent or told. The caller commits either way: tries that are rolled back would not
    count. ``profile`` is still in the row returned; the caller empties it. With a code, every other one for the same
    purpose ends.
    """
    digests = (email_digest, _told(email_digest))
    newest = [code for digest in digests if (code := repository.newest_code(tx, digest, purpose)) is not None]
    if not newest:
        return "code_wrong"
    live = [code for code in newest if code.used_at is None and code.tries_left > 0 and tx.now < code.expires_at]
    if not live:
        return "code_expired"
    right = [code for code in live if _opens(code, key, given)]
    for code in live:
        if right:
            code.used_at, code.tries_left = tx.now, 0
        else:
            code.tries_left -= 1
        tx.session.add(code)
    return right[0] if right else "code_wrong"


def _opens(code: OneTimeCode, key: ServerKey, given: str) -> bool:
    matches = hmac.compare_digest(key.one_time_code(code.id).encode(), given.encode())
    return matches and (code.account_id is not None or code.profile is not None)


def _told(email_digest: str) -> str:
    """Return under what the codes told for an address are kept: no digest of any address."""
    return hashlib.sha256(f"told:{email_digest}".encode()).hexdigest()
