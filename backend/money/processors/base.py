"""The interface to a payment processor.

Terminal and server only ever handle payment-method tokens, brands and last four digits; card numbers stay with the
processor. No call here runs inside a database transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

Outcome = Literal["succeeded", "declined", "unknown", "never_seen"]
PAGE: Final = "page"
"""The token of the method that opens a hosted page, on which a person pays on a phone."""
READER: Final = "reader"
"""The token of the method that asks for a card at the reader beside the kiosk."""


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
class Payer:
    """Whose money it is: our account, what the processor calls it once it knows it, and the reader it stands at."""

    account_id: str
    customer: str | None = None
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be charged. ``key`` is ours, unique per intent: sent twice, it has one effect."""

    key: str
    payment_id: str
    method_token: str
    amount_minor: int
    currency: str
    payer: Payer
    page_code: str | None = None
    """The last part of the short address of its page, where a page is used."""
    page_reference: str | None = None
    """What the processor calls the page, or the reader's action, once one was opened."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a person pays. ``url`` is the processor's, None for a reader; it is reached by our short address."""

    reference: str
    url: str | None = None


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
    page: Page | None = None
    """With ``unknown``: where a person is asked to pay now."""
    paid_with: Method | None = None
    """With ``succeeded`` on a page or at a reader: the card that paid."""
    customer: str | None = None
    """What the processor calls the account, where that is new."""


@dataclass(frozen=True, slots=True)
class Record:
    """One movement in the processor's books, for comparing them with ours. ``at`` is UTC."""

    kind: Literal["charge", "refund"]
    reference: str
    charge_reference: str
    """Of a refund, the charge that it gives back of; of a charge, itself."""
    payment_id: str | None
    """Ours, as we sent it; None for what did not come from us."""
    amount_minor: int
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A webhook whose signature was good: something about one of our payments may have changed."""

    id: str
    payment_id: str | None


class BadEventError(Exception):
    """A webhook that did not come from the processor: its signature is wrong, or too old."""


class NoAnswerError(Exception):
    """The processor did not answer, so that its books are not known to their end."""


class Processor(Protocol):
    """A payment processor."""

    name: str

    async def methods(self, payer: Payer) -> tuple[Method, ...]:
        """Return the ways in which ``payer`` can pay now."""
        ...

    async def charge(self, order: Order) -> ChargeResult:
        """Charge a method, or open a page or a reader's question (``unknown`` with its page)."""
        ...

    async def look_up(self, order: Order) -> ChargeResult:
        """Return what became of an order; ``unknown`` if it is still open."""
        ...

    async def end(self, order: Order) -> ChargeResult:
        """End the page or the reader's question of an order, so that nobody can pay it any more.

        ``declined`` (``page_ended``) once that is sure, ``succeeded`` if somebody has paid, ``unknown`` otherwise.
        """
        ...

    async def refund(self, key: str, charge_reference: str, amount_minor: int, currency: str) -> ChargeResult:
        """Give back ``amount_minor`` of a charge."""
        ...

    def records(self, since: datetime, until: datetime) -> AsyncIterator[Record]:
        """Return what was charged and given back from ``since`` (included) to ``until`` (excluded).

        Raises :class:`NoAnswerError`, after some of them perhaps.
        """
        ...

    def event(self, body: bytes, signature: str) -> Event:
        """Read a webhook. Raises :class:`BadEventError`."""
        ...
