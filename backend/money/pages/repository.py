"""Queries over payments by the code of their page."""

from __future__ import annotations

from sqlmodel import select

from backend.db import Tx
from backend.money.models import Payment


def payment(tx: Tx, code: str) -> Payment | None:
    """Return the payment whose page has this code, to be read, or None."""
    return tx.session.exec(select(Payment).where(Payment.page_code == code)).first()


def payment_to_change(tx: Tx, code: str) -> Payment | None:
    """Return the payment as it is now, with its row locked until the transaction ends, or None."""
    query = select(Payment).where(Payment.page_code == code).with_for_update()
    return tx.session.exec(query.execution_options(populate_existing=True)).first()
