"""Stripe's books, for comparing them with ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

from backend.money.processors.base import NoAnswerError, Record
from backend.money.processors.stripe_wire import MOST_LISTED, Refusal, StripeWire, ask, kept

if TYPE_CHECKING:
    from stripe import Charge, PaymentIntent, Refund


async def records(wire: StripeWire, since: datetime, until: datetime) -> AsyncIterator[Record]:
    """Yield what was charged, then what was given back, from ``since`` (included) to ``until`` (excluded).

    What failed is left out: it moved nothing. Raises :class:`NoAnswerError`.
    """
    # Stripe counts whole seconds: both ends are rounded the same way, so that periods that meet leave nothing out
    first, end = ceil(since.timestamp()), ceil(until.timestamp())
    client = wire.client().v1
    charges = await ask(client.charges.list_async({"created": {"gte": first, "lt": end}, "limit": MOST_LISTED}))
    while not isinstance(charges, Refusal):
        for charge in charges.data:
            if charge.status == "succeeded":
                yield _charged(charge)
        if not charges.has_more:
            break
        charges = await ask(charges.next_page_async())
    refunds = await ask(client.refunds.list_async({"created": {"gte": first, "lt": end}, "limit": MOST_LISTED}))
    while not isinstance(refunds, Refusal):
        for refund in refunds.data:
            if refund.status not in ("failed", "canceled"):
                yield _given_back(refund)
        if not refunds.has_more:
            break
        refunds = await ask(refunds.next_page_async())
    if isinstance(charges, Refusal) or isinstance(refunds, Refusal):
        raise NoAnswerError("Stripe's books could not be read to their end")


def _charged(charge: Charge) -> Record:
    reference = _id_of(charge.payment_intent) or charge.id
    return Record(
        kind="charge",
        reference=reference,
        charge_reference=reference,
        payment_id=kept(charge.metadata, "payment_id"),
        amount_minor=charge.amount_captured,
        currency=charge.currency.upper(),
        at=datetime.fromtimestamp(charge.created, UTC),
    )


def _given_back(refund: Refund) -> Record:
    charge = refund.charge if refund.charge is None or isinstance(refund.charge, str) else refund.charge.id
    return Record(
        kind="refund",
        reference=refund.id,
        charge_reference=_id_of(refund.payment_intent) or charge or "",
        payment_id=kept(refund.metadata, "payment_id"),
        amount_minor=refund.amount,
        currency=refund.currency.upper(),
        at=datetime.fromtimestamp(refund.created, UTC),
    )


def _id_of(intent: str | PaymentIntent | None) -> str | None:
    return intent if intent is None or isinstance(intent, str) else intent.id
