"""Queries over payments and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_
from sqlmodel import col, select

from backend.db import Tx
from backend.money.models import LedgerEntry, Payment, PaymentPart, PaymentReturn, Transfer
from backend.money.source_models import ProcessorCustomer
from backend.sql import Rows, Sql, Value, insert

_PAYMENT: Final = Rows(Payment, "WHERE id = :id")
_PAYMENTS_OF: Final = Rows(Payment, "WHERE booking_id = :booking ORDER BY id DESC")
_PAYMENTS_FOR: Final = Rows(
    Payment,
    "WHERE booking_id IN (:bookings) AND status NOT IN ('checking', 'declined') ORDER BY settled_at, id",
)
_LABELS: Final = Sql(
    "SELECT e.booking_id, e.fee_source, e.fee_source_label FROM ledger_entry e WHERE e.booking_id IN (:bookings)"
    " AND e.kind = 'charge' AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.undoes_id = e.id"
    " AND r.cause IN ('lost', 'twice'))"
)
_CHARGES_OF: Final = Rows(LedgerEntry, "WHERE booking_id = :booking AND kind = 'charge' ORDER BY id")
_NOT_UNDONE: Final = Sql(
    "SELECT t.line, SUM(CASE WHEN e.id = :charge THEN t.amount_minor ELSE -t.amount_minor END)"
    " FROM ledger_entry e JOIN transfer t ON t.entry_id = e.id"
    " WHERE e.booking_id = :booking AND (e.id = :charge OR e.undoes_id = :charge) GROUP BY t.line"
)
_CREDITED_FOR: Final = Sql(
    "SELECT COALESCE(SUM(t.amount_minor), 0) FROM ledger_entry c JOIN dispute d ON d.id = c.source_id"
    " JOIN transfer t ON t.entry_id = c.id"
    " WHERE c.booking_id = :booking AND c.kind = 'credit' AND d.entry_id = :charge"
)
_CUSTOMER: Final = Sql(
    "SELECT reference FROM processor_customer WHERE account_id = :account AND processor = :processor"
)
_KEEP_CUSTOMER: Final = insert(
    ProcessorCustomer, "ON CONFLICT (account_id, processor) DO UPDATE SET reference = excluded.reference"
)


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


def labels_of(tx: Tx, booking_ids: Sequence[str]) -> Sequence[tuple[str, str, str]]:
    """Return booking, fee source and label of each charge that paid for its visit.

    One that went through too late, and came back at once, paid for nothing.
    """
    if not booking_ids:
        return ()
    said: dict[str, Value] = {}
    rows = tx.run(_LABELS.for_each("bookings", booking_ids, said), said)
    return [(str(booking), str(source), str(label)) for booking, source, label in rows]


def unsettled(tx: Tx, since: datetime, until: datetime, after: str, limit: int) -> Sequence[Payment]:
    """Return payments whose outcome is not known yet, made by ``until``, and made or ended after ``since``.

    They come in the order of their ids, behind ``after``.
    """
    query = select(Payment).where(
        Payment.status == "checking",
        or_(col(Payment.created_at) > since, col(Payment.ends_at).between(since, tx.now)),
        col(Payment.created_at) <= until,
        col(Payment.id) > after,
    )
    return tx.session.exec(query.order_by(col(Payment.id)).limit(limit)).all()


def open_top_up(tx: Tx, account_id: str) -> Payment | None:
    """Return an account's top-up that has no outcome yet, or None."""
    query = select(Payment).where(
        Payment.account_id == account_id, Payment.purpose == "top_up", Payment.status == "checking"
    )
    return tx.session.exec(query).first()


def parts_of(tx: Tx, payment_id: str) -> Sequence[PaymentPart]:
    """Return what other sources pay beside a payment."""
    return tx.session.exec(select(PaymentPart).where(PaymentPart.payment_id == payment_id)).all()


def charges_of(tx: Tx, booking_id: str) -> Sequence[LedgerEntry]:
    """Return the entries of what was charged for a booking, by whatever source, to be read."""
    return tx.all(_CHARGES_OF, {"booking": booking_id})


def charges_to_undo(tx: Tx, booking_id: str) -> Sequence[LedgerEntry]:
    """Return them with their rows locked until the transaction ends, so that nothing comes back twice."""
    query = select(LedgerEntry).where(LedgerEntry.booking_id == booking_id, LedgerEntry.kind == "charge")
    return tx.session.exec(query.order_by(col(LedgerEntry.id)).with_for_update()).all()


def currency_of(tx: Tx, entry_id: str) -> str:
    """Return the currency of what an entry moves."""
    return transfers_of(tx, entry_id)[0].currency


def refund_sentence(tx: Tx, payment: Payment) -> str | None:
    """Return what the first refund of a payment says, or None."""
    query = select(LedgerEntry.sentence).where(
        LedgerEntry.booking_id == payment.booking_id,
        LedgerEntry.payment_id == payment.id,
        LedgerEntry.kind == "refund",
    )
    return tx.session.exec(query.order_by(col(LedgerEntry.id))).first()


def returns_of(tx: Tx, payment_id: str) -> Sequence[PaymentReturn]:
    """Return everything that goes back to a payment's card, oldest first."""
    query = select(PaymentReturn).where(PaymentReturn.payment_id == payment_id)
    return tx.session.exec(query.order_by(col(PaymentReturn.entry_id))).all()


def open_returns(tx: Tx, since: datetime, until: datetime, after: str, limit: int) -> Sequence[PaymentReturn]:
    """Return what has not arrived yet, entered after ``since`` and by ``until``, behind the entry ``after``."""
    query = select(PaymentReturn).where(
        PaymentReturn.status == "returning",
        col(PaymentReturn.created_at) > since,
        col(PaymentReturn.created_at) <= until,
        col(PaymentReturn.entry_id) > after,
    )
    return tx.session.exec(query.order_by(col(PaymentReturn.entry_id)).limit(limit)).all()


def transfers_of(tx: Tx, entry_id: str) -> Sequence[Transfer]:
    """Return the amounts that an entry moves."""
    return tx.session.exec(select(Transfer).where(Transfer.entry_id == entry_id)).all()


def not_undone(tx: Tx, charge: LedgerEntry) -> dict[str, int]:
    """Return, by line, what of an entry no refund has given back, in minor units."""
    rows = tx.run(_NOT_UNDONE, {"booking": charge.booking_id, "charge": charge.id})
    return {str(line): int(amount) for line, amount in rows}


def credited_for(tx: Tx, charge: LedgerEntry) -> int:
    """Return what was given as account credit instead of giving a charge back, in minor units."""
    ((credited,),) = tx.run(_CREDITED_FOR, {"booking": charge.booking_id, "charge": charge.id})
    return int(credited)


def customer(tx: Tx, account_id: str, processor: str) -> str | None:
    """Return what a processor calls an account, None until it knows it."""
    known = tx.run(_CUSTOMER, {"account": account_id, "processor": processor})
    return str(known[0][0]) if known else None


def keep_customer(tx: Tx, account_id: str, processor: str, reference: str) -> None:
    """Note what a processor calls an account; of several payments that learn it at once the last one stays."""
    tx.run(_KEEP_CUSTOMER, {"account_id": account_id, "processor": processor, "reference": reference})
