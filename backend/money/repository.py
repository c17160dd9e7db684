"""Queries over payments and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from backend.db import Tx
from backend.money.models import LedgerEntry, Payment, Transfer
from backend.money.source_models import ProcessorCustomer
from backend.sql import Rows, Sql, Value

_PAYMENT: Final = Rows(Payment, "WHERE id = :id")
_PAYMENTS_OF: Final = Rows(Payment, "WHERE booking_id = :booking ORDER BY id DESC")
_PAYMENTS_FOR: Final = Rows(
    Payment,
    "WHERE booking_id IN (:bookings) AND status NOT IN ('checking', 'declined') ORDER BY settled_at, id",
)
_LEFT_IN: Final = Sql(
    "SELECT (SELECT COALESCE(SUM(amount_minor), 0) FROM transfer WHERE credit = :books)"
    " - (SELECT COALESCE(SUM(amount_minor), 0) FROM transfer WHERE debit = :books)"
)
UNSETTLED = ("checking", "returning")


def payment(tx: Tx, payment_id: str) -> Payment | None:
    """Return a payment to be read, or None."""
    return tx.first(_PAYMENT, {"id": payment_id})


def payment_to_change(tx: Tx, payment_id: str) -> Payment | None:
    """Return a payment as it is now, with its row locked until the transaction ends, or None."""
    query = select(Payment).where(Payment.id == payment_id).with_for_update().execution_options(populate_existing=True)
    return tx.session.exec(query).first()


def payments_of(tx: Tx, booking_id: str) -> Sequence[Payment]:
    """Return every attempt to pay for a booking, newest first."""
    return tx.all(_PAYMENTS_OF, {"booking": booking_id})


def payments_for(tx: Tx, booking_ids: Sequence[str]) -> Sequence[Payment]:
    """Return every payment of the bookings that went through, given back since or not, oldest outcome first."""
    if not booking_ids:
        return ()
    said: dict[str, Value] = {}
    return _PAYMENTS_FOR.made_of(tx.run(_PAYMENTS_FOR.statement.for_each("bookings", booking_ids, said), said))


def unsettled(tx: Tx, since: datetime, until: datetime, after: str, limit: int) -> Sequence[Payment]:
    """Return payments whose outcome, or whose way back, is not known yet, made after ``since`` and by ``until``.

    They come in the order of their ids, behind ``after``.
    """
    query = select(Payment).where(
        col(Payment.status).in_(UNSETTLED),
        col(Payment.created_at) > since,
        col(Payment.created_at) <= until,
        col(Payment.id) > after,
    )
    return tx.session.exec(query.order_by(col(Payment.id)).limit(limit)).all()


def charge_entry(tx: Tx, payment_id: str) -> LedgerEntry | None:
    """Return the entry of what a payment charged, or None."""
    query = select(LedgerEntry).where(LedgerEntry.payment_id == payment_id, LedgerEntry.kind == "charge")
    return tx.session.exec(query).first()


def refund_entry(tx: Tx, payment: Payment) -> LedgerEntry | None:
    """Return the entry that gives back a payment, or None."""
    query = select(LedgerEntry).where(
        LedgerEntry.booking_id == payment.booking_id,
        LedgerEntry.payment_id == payment.id,
        LedgerEntry.kind == "refund",
    )
    return tx.session.exec(query).first()


def transfers_of(tx: Tx, entry_id: str) -> Sequence[Transfer]:
    """Return the amounts that an entry moves."""
    return tx.session.exec(select(Transfer).where(Transfer.entry_id == entry_id)).all()


def left_in(tx: Tx, books: str) -> int:
    """Return what one account of the books has, in minor units: credits minus debits."""
    ((left,),) = tx.run(_LEFT_IN, {"books": books})
    return int(left)


def customer(tx: Tx, account_id: str, processor: str) -> str | None:
    """Return what a processor calls an account, None until it knows it."""
    known = tx.session.get(ProcessorCustomer, (account_id, processor))
    return None if known is None else known.reference


def keep_customer(tx: Tx, account_id: str, processor: str, reference: str) -> None:
    """Note what a processor calls an account."""
    tx.session.merge(ProcessorCustomer(account_id=account_id, processor=processor, reference=reference))
    tx.session.flush()
