"""What is sent to a processor for a payment that has no outcome yet, and what it says of where a person pays."""

from __future__ import annotations

from dataclasses import dataclass

from backend.db import Tx
from backend.money import repository
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult, Order, Payer
from backend.money.service import kept_until


@dataclass(frozen=True, slots=True)
class Open:
    """A payment that has no outcome yet: what to send, and to which processor."""

    processor: str
    order: Order
    keeps_place: bool
    is_over: bool
    """Its page, or its reader's question, has to be ended."""


def to_send(tx: Tx, payment_id: str) -> Open | None:
    """Return what to send for a payment that has no outcome yet, else None."""
    payment = repository.payment(tx, payment_id)
    if payment is None or payment.status != "checking":
        return None
    over = payment.ends_at is not None and tx.now >= payment.ends_at
    return Open(payment.processor, order_of(tx, payment), tx.now < kept_until(payment), over)


def to_ask(tx: Tx, payment_id: str) -> Open | None:
    """Return what to ask about for a payment that has no outcome, or was given up: money may have come after all."""
    payment = repository.payment(tx, payment_id)
    if payment is None or payment.status not in ("checking", "declined"):
        return None
    return Open(payment.processor, order_of(tx, payment), tx.now < kept_until(payment), is_over=False)


def note_opened(tx: Tx, payment_id: str, result: ChargeResult) -> Payment | None:
    """Note where a person pays now, and what the processor calls the account. Return the payment if that is new."""
    payment = repository.payment_to_change(tx, payment_id)
    if payment is None or payment.status != "checking":
        return None
    if result.customer is not None:
        repository.keep_customer(tx, payment.account_id, payment.processor, result.customer)
    if result.page is None or (payment.page_reference, payment.page_url) == (result.page.reference, result.page.url):
        return None
    payment.page_reference, payment.page_url = result.page.reference, result.page.url
    tx.session.add(payment)
    tx.session.flush()
    return payment


def order_of(tx: Tx, payment: Payment) -> Order:
    """Return what to send for a payment. The key names payment and method: the same intent always has the same key."""
    return Order(
        key=f"charge:{payment.id}:{payment.method_token}",
        payment_id=payment.id,
        method_token=payment.method_token,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        payer=payer(tx, payment.account_id, payment.processor, payment.reader),
        page_code=payment.page_code,
        page_reference=payment.page_reference,
    )


def payer(tx: Tx, account_id: str, processor: str, reader: str | None) -> Payer:
    """Return an account as a processor knows it; ``reader`` stands beside it."""
    return Payer(account_id, repository.customer(tx, account_id, processor), reader)
