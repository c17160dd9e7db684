"""What an account can still spend of its own money: what it has, without what open payments have put aside."""

from __future__ import annotations

from typing import Final, Literal

from backend.db import Tx
from backend.money import ledger
from backend.sql import Sql

_LOCK: Final = Sql("SELECT id FROM account WHERE id = :account /* FOR NO KEY UPDATE */")
_SPENDABLE: Final = Sql(
    "SELECT (SELECT COALESCE(SUM(amount_minor), 0) FROM transfer WHERE credit = :books)"
    " - (SELECT COALESCE(SUM(amount_minor), 0) FROM transfer WHERE debit = :books)"
    " - (SELECT COALESCE(SUM(r.session_fee_minor + r.transaction_fee_minor + r.tax_minor), 0)"
    " FROM payment p JOIN payment_part r ON r.payment_id = p.id"
    " WHERE p.account_id = :account AND p.status = 'checking' AND r.fee_source = :source)"
)
"""One statement: what a payment has put aside becomes a transfer when it settles, and counts once at every moment."""


def lock_account(tx: Tx, account_id: str) -> None:
    """Let nobody else spend of this account until this transaction ends; taken before any other lock."""
    tx.lock(_LOCK, {"account": account_id})


def balance(tx: Tx, account_id: str) -> int:
    """Return what of the prepaid balance can be spent now, in minor units."""
    return _spendable(tx, account_id, "balance", ledger.balance_of(account_id))


def credit(tx: Tx, account_id: str) -> int:
    """Return what of the account credit can be spent now, in minor units."""
    return _spendable(tx, account_id, "credit", ledger.credit_of(account_id))


def _spendable(tx: Tx, account_id: str, source: Literal["balance", "credit"], books: str) -> int:
    ((amount,),) = tx.run(_SPENDABLE, {"account": account_id, "source": source, "books": books})
    return int(amount)
