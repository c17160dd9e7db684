"""What an account can still spend of its own money: what it has, without what open payments have put aside."""

from __future__ import annotations

from typing import Final, Literal

from backend.db import Tx
from backend.money import ledger
from backend.sql import Sql

_LOCK: Final = Sql("SELECT id FROM account WHERE id = :account /* FOR NO KEY UPDATE */")
_PUT_ASIDE: Final = Sql(
    "SELECT COALESCE(SUM(r.session_fee_minor + r.transaction_fee_minor + r.tax_minor), 0)"
    " FROM payment p JOIN payment_part r ON r.payment_id = p.id"
    " WHERE p.account_id = :account AND p.status = 'checking' AND r.fee_source = :source"
)


def lock_account(tx: Tx, account_id: str) -> None:
    """Let nobody else spend of this account until this transaction ends; taken before any other lock."""
    tx.lock(_LOCK, {"account": account_id})


def balance(tx: Tx, account_id: str) -> int:
    """Return what of the prepaid balance can be spent now, in minor units."""
    return ledger.left_in(tx, ledger.balance_of(account_id)) - _put_aside(tx, account_id, "balance")


def credit(tx: Tx, account_id: str) -> int:
    """Return what of the account credit can be spent now, in minor units."""
    return ledger.left_in(tx, ledger.credit_of(account_id)) - _put_aside(tx, account_id, "credit")


def _put_aside(tx: Tx, account_id: str, source: Literal["balance", "credit"]) -> int:
    ((amount,),) = tx.run(_PUT_ASIDE, {"account": account_id, "source": source})
    return int(amount)
