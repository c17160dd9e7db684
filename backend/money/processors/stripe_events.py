"""Stripe's webhooks: whether one is Stripe's, and which payment it is about.

What it says beyond that is not believed: it may be late, and others may have come since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import stripe

from backend.money.processors.base import BadEventError, Event
from backend.secret import Secret

TOLERANCE: Final = 300
"""Seconds by which the instant under a signature may differ from ours; Stripe's own figure. A webhook that is sent
again is signed again."""
LONGEST_ID: Final = 255


def event(body: bytes, signature: str, secret: Secret, now: datetime) -> Event:
    """Read a webhook that arrived at ``now`` with its ``Stripe-Signature``. Raises :class:`BadEventError`.

    How old it is is judged by our clock, not by the SDK's.
    """
    if not secret:
        raise BadEventError("no secret is set by which it could be checked")
    if not _is_signed(body, signature, secret) or abs(_signed_at(signature) - now.timestamp()) > TOLERANCE:
        raise BadEventError("it is not signed as Stripe signs, or was not signed just now")
    try:
        read: object = json.loads(body)
    except ValueError:
        read = None
    event_id = read.get("id") if isinstance(read, Mapping) else None
    if not isinstance(read, Mapping) or not isinstance(event_id, str) or not 0 < len(event_id) <= LONGEST_ID:
        raise BadEventError("it is no event")
    return Event(event_id, next(_payment_ids(read), None))


def _is_signed(body: bytes, signature: str, secret: Secret) -> bool:
    try:
        # the SDK's own look at the time is left out: it would read the machine's clock
        stripe.WebhookSignature.verify_header(body, signature, secret.reveal(), tolerance=None)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def _signed_at(signature: str) -> int:
    """Return when a header that was checked says that it was signed, in seconds of Unix time."""
    return next(int(value) for name, _, value in (part.partition("=") for part in signature.split(",")) if name == "t")


def _payment_ids(read: Mapping[object, object]) -> Iterator[str]:
    """Yield our names of the payment that the thing in an event is about."""
    data = read.get("data")
    thing = data.get("object") if isinstance(data, Mapping) else None
    if not isinstance(thing, Mapping):
        return
    metadata = thing.get("metadata")
    for found in (
        metadata.get("payment_id") if isinstance(metadata, Mapping) else None,
        thing.get("client_reference_id"),
    ):
        if isinstance(found, str) and 0 < len(found) <= LONGEST_ID:
            yield found
