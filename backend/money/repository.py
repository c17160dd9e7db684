"""Queries over payments and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from backend.db import Tx
from backend.money.models import LedgerEntry, Payment, Transfer

UNSETTLED = ("checking", "returning")


def payment(tx: Tx, payment_id: str) -> Payment | None:
    """Return a payment, or None."""
    return tx.session.get(Payment, payment_id)


def payment_to_change(tx: Tx, payment_id: str) -> Payment | None:
    """Return a payment as it is now, with its row locked until the transaction ends, or None."""
    query = select(Payment).where(Payment.id == payment_id).with_for_update().execution_options(populate_existing=True)
    return tx.session.exec(query).first()


def payments_of(tx: Tx, booking_id: str) -> Sequence[Payment]:
    """Return every attempt to pay for a booking, newest first."""
    query = select(Payment).where(Payment.booking_id == booking_id).order_by(col(Payment.id).desc())
    return tx.session.exec(query).all()


def payments_for(tx: Tx, booking_ids: Sequence[str]) -> Sequence[Payment]:
    """Return every payment of the bookings that went through, given back since or not, oldest outcome first."""
    query = select(Payment).where(
        col(Payment.booking_id).in_(booking_ids), col(Payment.status).not_in(("checking", "declined"))
    )
    return tx.session.exec(query.order_by(col(Payment.settled_at), col(Payment.id))).all()


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
