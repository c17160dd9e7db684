"""Payments: one attempt to charge a method for a booking, and the states it goes through.

``checking → succeeded | declined``, ``succeeded → returning → returned`` (see :mod:`backend.money.returns`). Every step
is a compare-and-set under the row's lock, so that a request and the reconciler can never both take it. While it is
"checking", its parts put aside what other sources pay beside the card.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.db import Tx
from backend.errors import not_found
from backend.money import ledger, repository
from backend.money.ledger import Charged, Fees
from backend.money.models import Payment, PaymentPart
from backend.money.plan import ORDER, Part
from backend.money.processors.base import PAGE, READER, ChargeResult, Method
from backend.money.words import and_words
from backend.types import EPOCH, new_id

REFERENCE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that are not taken for one another: no 0 O, 1 I L, U."""
PAGE_CODE_LENGTH: Final = 10
_AFTER: Final[Mapping[str, tuple[str, ...]]] = {"checking": ("succeeded", "declined"), "declined": ("succeeded",)}
"""Which outcome a payment may have next, by its status."""
KEEPS_PLACE: Final = timedelta(minutes=15)
"""How long a payment without an outcome keeps its place; a success that comes later finds it free, or is returned."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a card is charged: with which method, by which processor, and until when (UTC) a person is waited for."""

    processor: str
    method: Method
    reader: str | None = None
    ends_at: datetime | None = None
    """For a page or a reader."""


def start(
    tx: Tx,
    *,
    account_id: str,
    booking_id: str | None,
    way: Way,
    fees: Fees,
    asked: dict[str, object],
    parts: Sequence[Part] = (),
) -> Payment:
    """Write down that a charge is about to be sent; its outcome is not known until :func:`settled` says so.

    ``asked`` (JSON) is all that is needed to finish the booking, should nobody be there when the outcome comes;
    without a booking it is a top-up. ``parts`` are what other sources pay beside it.
    """
    payment_id, method = new_id(tx.now), way.method
    waits = method.token in (PAGE, READER)
    payment = Payment(
        id=payment_id,
        account_id=account_id,
        booking_id=booking_id or payment_id,
        purpose="visit" if booking_id else "top_up",
        processor=way.processor,
        reader=way.reader,
        page_code=new_page_code() if method.token == PAGE else None,
        ends_at=way.ends_at if waits else None,
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
    if parts:
        tx.session.add_all(_row(payment_id, part) for part in parts)
        tx.session.flush()
    return payment


def _row(payment_id: str, part: Part) -> PaymentPart:
    return PaymentPart(
        payment_id=payment_id,
        fee_source=part.fee_source,
        label=part.label,
        source_id=part.source_id,
        session_fee_minor=part.fees.session_fee_minor,
        transaction_fee_minor=part.fees.transaction_fee_minor,
        tax_minor=part.fees.tax_minor,
    )


def parts_of(tx: Tx, payment: Payment) -> tuple[Part, ...]:
    """Return what other sources pay beside a payment, who pays first before the rest."""
    rows = {row.fee_source: row for row in repository.parts_of(tx, payment.id)}
    return tuple(
        Part(
            source,
            row.label,
            Fees(row.session_fee_minor, row.transaction_fee_minor, payment.currency, row.tax_minor),
            row.source_id,
        )
        for source in ORDER
        if (row := rows.get(source)) is not None
    )


def new_page_code() -> str:
    """Return a code such as ``4HT8WPN2QX`` for a short address; 48 bits of it, so that nobody finds one by trying."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(PAGE_CODE_LENGTH))


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


def unsettled(
    tx: Tx, older_than: timedelta, younger_than: timedelta | None, after: str, limit: int
) -> Sequence[Payment]:
    """Return payments without an outcome, of an age between the two, behind the id ``after``."""
    since = EPOCH if younger_than is None else tx.now - younger_than
    return repository.unsettled(tx, since, tx.now - older_than, after, limit)


def is_checking(tx: Tx, booking_id: str) -> bool:
    """Say whether a payment for the booking has no outcome yet and still keeps its place."""
    payment = open_payment(tx, booking_id)
    return payment is not None and tx.now < kept_until(payment)


def kept_until(payment: Payment) -> datetime:
    """Return until when (UTC, exclusive) a payment keeps its place: as long as a person may still pay, at least."""
    kept = payment.created_at + KEEPS_PLACE
    return kept if payment.ends_at is None else max(kept, payment.ends_at)


def open_payment(tx: Tx, booking_id: str) -> Payment | None:
    """Return the booking's payment that has no outcome yet, whatever its age, or None.

    A booking has one such payment at most: while it is open no second one is begun, for both could go through.
    """
    return next((one for one in repository.payments_of(tx, booking_id) if one.status == "checking"), None)


def end_waiting(tx: Tx, payment_id: str) -> None:
    """Let a payment's page, or its reader's question, end now: nobody stands there any more.

    The reconciler ends it at the processor; money that has come by then counts.
    """
    payment = repository.payment_to_change(tx, payment_id)
    if payment is not None and payment.status == "checking" and payment.ends_at is not None:
        payment.ends_at = min(payment.ends_at, tx.now)
        tx.session.add(payment)
        tx.session.flush()


def is_paid_otherwise(tx: Tx, payment: Payment) -> bool:
    """Say whether another payment of the same booking is open, or has gone through and stands."""
    attempts = repository.payments_of(tx, payment.booking_id)
    return any(one.id != payment.id and one.status in ("checking", "succeeded") for one in attempts)


def keeps_place(tx: Tx, payment_id: str) -> bool:
    """Say whether a payment is young enough for its place to be kept."""
    payment = repository.payment(tx, payment_id)
    return payment is not None and tx.now < kept_until(payment)


def paid(tx: Tx, booking_id: str) -> Payment | None:
    """Return the payment that paid for the booking, given back since or not, or None."""
    return _paying(repository.payments_for(tx, [booking_id])).get(booking_id)


def labels(tx: Tx, booking_ids: Sequence[str]) -> dict[str, str]:
    """Return what each of the bookings was paid with, where something was paid."""
    found: dict[str, list[str]] = {}
    paying = (*ORDER, "card")
    for booking_id, _, label in sorted(repository.labels_of(tx, booking_ids), key=lambda row: paying.index(row[1])):
        names = found.setdefault(booking_id, [])
        if label not in names:
            names.append(label)
    return {booking_id: and_words(names) for booking_id, names in found.items()}


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


@dataclass(frozen=True, slots=True)
class Settled:
    """A payment that has its outcome now."""

    payment: Payment
    was_given_up: bool
    """It had been declined, or ended, and has gone through after all: the caller gives it back."""


def settled(tx: Tx, payment_id: str, result: ChargeResult) -> Settled | None:
    """Note the outcome of a charge. Return None if it had one already: then nothing more is to do."""
    payment = repository.payment_to_change(tx, payment_id)
    if payment is None or result.outcome not in _AFTER.get(payment.status, ()):
        return None
    given_up = payment.status == "declined"
    payment.status = result.outcome
    payment.processor_reference = result.reference or payment.processor_reference
    payment.problem_code = result.problem_code
    if result.customer is not None:
        repository.keep_customer(tx, payment.account_id, payment.processor, result.customer)
    if (card := result.paid_with) is not None:
        payment.label, payment.brand, payment.last4 = card.label, card.brand, card.last4
    payment.settled_at = tx.now
    tx.session.add(payment)
    tx.session.flush()
    return Settled(payment, given_up)


def enter_charge(tx: Tx, charged: Charged) -> None:
    """Enter what was charged, or that nothing was, in the ledger."""
    ledger.charge(tx, charged)


def why_returned(tx: Tx, payment: Payment) -> str:
    """Return why a payment that paid for nothing came back, as a sentence; empty if nothing of it came back."""
    return repository.refund_sentence(tx, payment) or ""


def fees_of(payment: Payment) -> Fees:
    """Return what a payment charged, line by line."""
    return Fees(payment.session_fee_minor, payment.transaction_fee_minor, payment.currency, payment.tax_minor)
