"""Payments: one attempt to charge a method for a booking, and the states it goes through.

``checking → succeeded | declined``, ``succeeded → returning → returned``; one that is returning and has a problem waits
for a person, for the processor refuses to give it back. Every step is a compare-and-set under the
row's lock, so that a request and the reconciler can never both take it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backend.db import Tx
from backend.errors import not_found
from backend.money import ledger, repository
from backend.money.ledger import Cause, Charged, Fees
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult, Method, Order, Payer
from backend.types import EPOCH, new_id

KEEPS_PLACE: Final = timedelta(minutes=15)
"""How long a payment without an outcome keeps its place; a success that comes later finds it free, or is returned."""


@dataclass(frozen=True, slots=True)
class Return:
    """What is sent to the processor to give money back."""

    processor: str
    key: str
    charge_reference: str
    amount_minor: int
    currency: str


def start(
    tx: Tx, *, account_id: str, booking_id: str, processor: str, method: Method, fees: Fees, asked: dict[str, object]
) -> Payment:
    """Write down that a charge is about to be sent; its outcome is not known until :func:`settled` says so.

    ``asked`` (JSON) is all that is needed to finish the booking, should nobody be there when the outcome comes.
    """
    payment = Payment(
        id=new_id(tx.now),
        account_id=account_id,
        booking_id=booking_id,
        processor=processor,
        method_token=method.token,
        label=method.label,
        brand=method.brand,
        last4=method.last4,
        amount_minor=fees.total_minor,
        currency=fees.currency,
        session_fee_minor=fees.session_fee_minor,
        transaction_fee_minor=fees.transaction_fee_minor,
        tax_minor=fees.tax_minor,
        status="checking",
        asked=asked,
        created_at=tx.now,
    )
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
        payer=Payer(payment.account_id, repository.customer(tx, payment.account_id, payment.processor), payment.reader),
        page_code=payment.page_code,
        page_reference=payment.page_reference,
    )


def get(tx: Tx, account_id: str, payment_id: str) -> Payment:
    """Return an account's payment. Raises ``not_found`` (404)."""
    payment = repository.payment(tx, payment_id)
    if payment is None or payment.account_id != account_id:
        raise not_found("The payment")
    return payment


def account_of(tx: Tx, payment_id: str) -> str | None:
    """Return the account that a payment is of, None if there is no such payment."""
    payment = repository.payment(tx, payment_id)
    return None if payment is None else payment.account_id


@dataclass(frozen=True, slots=True)
class Open:
    """A payment that has no outcome yet: what to send, and to which processor."""

    processor: str
    order: Order


def to_send(tx: Tx, payment_id: str) -> Open | None:
    """Return what to send for a payment that has no outcome yet, else None."""
    payment = repository.payment(tx, payment_id)
    if payment is None or payment.status != "checking":
        return None
    return Open(payment.processor, order_of(tx, payment))


def unsettled(
    tx: Tx, older_than: timedelta, younger_than: timedelta | None, after: str, limit: int
) -> Sequence[Payment]:
    """Return payments without an outcome, or on their way back, of an age between the two, behind the id ``after``."""
    since = EPOCH if younger_than is None else tx.now - younger_than
    return repository.unsettled(tx, since, tx.now - older_than, after, limit)


def is_checking(tx: Tx, booking_id: str) -> bool:
    """Say whether a payment for the booking has no outcome yet and still keeps its place."""
    payment = open_payment(tx, booking_id)
    return payment is not None and tx.now < payment.created_at + KEEPS_PLACE


def open_payment(tx: Tx, booking_id: str) -> Payment | None:
    """Return the booking's payment that has no outcome yet, whatever its age, or None.

    A booking has one such payment at most: while it is open no second one is begun, for both could go through.
    """
    return next((one for one in repository.payments_of(tx, booking_id) if one.status == "checking"), None)


def is_paid_otherwise(tx: Tx, payment: Payment) -> bool:
    """Say whether another payment of the same booking is open, or has gone through and stands."""
    attempts = repository.payments_of(tx, payment.booking_id)
    return any(one.id != payment.id and one.status in ("checking", "succeeded") for one in attempts)


def keeps_place(tx: Tx, payment_id: str) -> bool:
    """Say whether a payment is young enough for its place to be kept."""
    payment = repository.payment(tx, payment_id)
    return payment is not None and tx.now < payment.created_at + KEEPS_PLACE


def paid(tx: Tx, booking_id: str) -> Payment | None:
    """Return the payment that paid for the booking, given back since or not, or None."""
    return _paying(repository.payments_for(tx, [booking_id])).get(booking_id)


def labels(tx: Tx, booking_ids: Sequence[str]) -> dict[str, str]:
    """Return what each of the bookings was paid with, where something was paid."""
    found = _paying(repository.payments_for(tx, booking_ids))
    return {booking_id: payment.label for booking_id, payment in found.items()}


def _paying(payments: Sequence[Payment]) -> dict[str, Payment]:
    """Return, of payments that went through (oldest outcome first), the one that paid for each booking.

    It is the one that has not been given back; where all have been, the first to go through: one that went through when
    the booking was paid for already was given back at once.
    """
    found: dict[str, Payment] = {}
    for payment in payments:
        if payment.booking_id not in found or payment.status == "succeeded":
            found[payment.booking_id] = payment
    return found


def settled(tx: Tx, payment_id: str, result: ChargeResult) -> Payment | None:
    """Note the outcome of a charge. Return the payment, or None if it had one already: then nothing more is to do."""
    payment = repository.payment_to_change(tx, payment_id)
    if payment is None or payment.status != "checking" or result.outcome not in ("succeeded", "declined"):
        return None
    payment.status = result.outcome
    payment.processor_reference = result.reference
    payment.problem_code = result.problem_code
    payment.settled_at = tx.now
    tx.session.add(payment)
    tx.session.flush()
    return payment


def enter_charge(tx: Tx, charged: Charged) -> None:
    """Enter what was charged, or that nothing was, in the ledger."""
    ledger.charge(tx, charged)


def give_back(tx: Tx, payment_id: str, back: Fees, sentence: str, cause: Cause) -> Payment | None:
    """Enter in the ledger that ``back`` comes back of what a payment charged, and let it be sent.

    Return the payment, which is "returning" until the processor has said yes; None if nothing is left to give back.
    """
    entry = repository.charge_entry(tx, payment_id)
    locked = repository.payment_to_change(tx, payment_id)
    if entry is None or locked is None or locked.status != "succeeded" or back.total_minor == 0:
        return None
    ledger.refund(tx, entry, back, sentence, cause)
    locked.status = "returning"
    tx.session.add(locked)
    tx.session.flush()
    return locked


def return_of(tx: Tx, payment_id: str) -> Return | None:
    """Return what to send for a payment on its way back, else None."""
    payment = repository.payment(tx, payment_id)
    if payment is None or payment.status != "returning" or payment.processor_reference is None:
        return None
    entry = repository.refund_entry(tx, payment)
    if entry is None:
        return None
    back = sum(transfer.amount_minor for transfer in repository.transfers_of(tx, entry.id))
    return Return(payment.processor, f"refund:{entry.id}", payment.processor_reference, back, payment.currency)


def returned(tx: Tx, payment_id: str) -> Payment | None:
    """Note that the money is back. Return the payment, or None if that was known already."""
    payment = repository.payment_to_change(tx, payment_id)
    if payment is None or payment.status != "returning":
        return None
    payment.status, payment.problem_code = "returned", None
    tx.session.add(payment)
    tx.session.flush()
    return payment


def refund_refused(tx: Tx, payment_id: str, problem_code: str | None) -> Payment | None:
    """Note that the processor refuses to give the money back. Return the payment, or None if that was known already.

    It stays "returning", with a problem: it is asked for again, and a person has to look at it.
    """
    payment = repository.payment_to_change(tx, payment_id)
    if payment is None or payment.status != "returning" or payment.problem_code is not None:
        return None
    payment.problem_code = problem_code or "refund_refused"
    tx.session.add(payment)
    tx.session.flush()
    return payment


def fees_of(payment: Payment) -> Fees:
    """Return what a payment charged, line by line."""
    return Fees(payment.session_fee_minor, payment.transaction_fee_minor, payment.currency, payment.tax_minor)
