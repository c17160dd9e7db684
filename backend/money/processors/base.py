"""The interface to a payment processor.

Terminal and server only ever handle payment-method tokens, brands and last four digits; card numbers stay with the
processor. No call here runs inside a database transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Outcome = Literal["succeeded", "declined", "unknown", "never_seen"]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay, as the processor lists it for an account."""

    token: str
    label: str
    brand: str
    last4: str
    test: bool = False
    sentence: str | None = None
    """For a test method: what it does."""


@dataclass(frozen=True, slots=True)
class ChargeResult:
    """What is known of a charge or a refund.

    ``unknown`` is neither success nor failure: it is asked about again, never sent again under another key.
    ``never_seen`` is what a look-up says of a key that never arrived: it may be sent again under the same key.
    """

    outcome: Outcome
    reference: str | None = None
    problem_code: str | None = None
    """For a declined one, such as ``card_declined`` or ``insufficient_funds``."""


class Processor(Protocol):
    """A payment processor. ``key`` is ours, unique per intent: sent twice, it has one effect."""

    name: str

    async def methods(self, account_id: str) -> tuple[Method, ...]:
        """Return the ways in which ``account_id`` can pay."""
        ...

    async def charge(self, key: str, method_token: str, amount_minor: int, currency: str) -> ChargeResult:
        """Charge ``amount_minor`` to a method."""
        ...

    async def look_up(self, key: str) -> ChargeResult:
        """Return what became of the charge sent under ``key``; ``unknown`` if it is still open."""
        ...

    async def refund(self, key: str, charge_reference: str, amount_minor: int, currency: str) -> ChargeResult:
        """Give back ``amount_minor`` of a charge."""
        ...
