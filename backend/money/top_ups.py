"""Topping up the prepaid balance by a card: begun, charged and settled as any payment is, for no booking."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from backend.access import service as access
from backend.accounts import service as accounts
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, Reason
from backend.money import ledger, repository, returns, spending
from backend.money import service as money
from backend.money.amounts import CURRENCY, Bounds
from backend.money.ledger import Fees, Filled
from backend.money.models import LedgerEntry, Payment
from backend.money.service import Way
from backend.money.words import amount_words
from backend.notices import service as notices
from backend.security import Actor

AMOUNT: Final = Bounds(500, 30_000)
"""Five dollars is the least for which a card is worth charging; above $300 a slip of the hand would cost too much."""
PAGE_LASTS: Final = timedelta(minutes=10)
"""How long a page or a reader waits for somebody, where no time is kept for a visit."""


def begin(tx: Tx, actor: Actor, amount_minor: int, way: Way | None) -> str:
    """Write down that a top-up is about to be charged. Return its payment's id.

    ``way`` is None where the method is not known any more. Raises ``invalid`` (422), ``payment_required`` or
    ``payment_checking`` (409).
    """
    spending.lock_account(tx, actor.account)
    AMOUNT.check("amount", amount_minor)
    if way is None:
        sentence = "That way to pay is not known any more."
        raise Problem(
            "payment_required",
            409,
            sentence,
            "Choose another way to pay. Nothing was charged.",
            reasons=(Reason("payment_required", sentence),),
        )
    if repository.open_top_up(tx, actor.account) is not None:
        raise Problem(
            "payment_checking",
            409,
            "An earlier payment to your balance is still being checked.",
            "Wait a moment, then look again. You are not charged twice.",
        )
    payment = money.start(
        tx,
        account_id=actor.account,
        booking_id=None,
        way=way,
        fees=Fees(amount_minor, 0, CURRENCY),
        asked={},
    )
    _trace(tx, actor, payment, "top-up begun")
    changes.announce(tx, changes.account_stream(actor.account), "payment", payment.id)
    return payment.id


def settled(tx: Tx, actor: Actor, payment: Payment, *, given_up: bool) -> None:
    """Act on the outcome of a top-up, once. One that was ``given_up`` and went through after all comes back."""
    if payment.status == "declined":
        _trace(tx, actor, payment, "payment declined")
        return
    entry_id = ledger.fill(
        tx,
        Filled(
            account_id=payment.account_id,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            by="card",
            label=payment.label,
            zone=access.newest_zone(tx, payment.account_id) or "UTC",
            payment_id=payment.id,
        ),
    )
    if given_up:
        give_back(tx, actor, entry_id, "The payment came through after it had been given up.")
        return
    _trace(tx, actor, payment, "balance topped up")
    said = f"{amount_words(payment.amount_minor, payment.currency)} from {payment.label}."
    account = accounts.account(tx, payment.account_id)
    if account is not None:
        notices.post(
            tx,
            "money_added",
            account.id,
            account.email,
            {
                "said": said,
                "amount_minor": payment.amount_minor,
                "currency": payment.currency,
                "to": "your prepaid balance",
            },
        )


def give_back(tx: Tx, actor: Actor, entry_id: str, why: str) -> int:
    """Give back to its card what of a top-up has neither come back nor been spent. Return how much, in minor units."""
    entry = tx.session.get(LedgerEntry, entry_id)
    if entry is None or entry.kind != "top_up" or entry.payment_id is None:
        raise AssertionError("what came from no card cannot go back to one")
    spending.lock_account(tx, entry.account_id)
    left = ledger.not_given_back(tx, entry).get("money", 0)
    amount = min(left, max(0, spending.balance(tx, entry.account_id)))
    if amount == 0:
        return 0
    back = ledger.refund(tx, entry, amount, why, "lost")
    returns.send(tx, entry.payment_id, back.id, amount)
    payment = repository.payment(tx, entry.payment_id)
    if payment is not None:
        _trace(tx, actor, payment, "top-up given back")
        changes.announce(tx, changes.account_stream(entry.account_id), "payment", payment.id)
    return amount


def _trace(tx: Tx, actor: Actor, payment: Payment, action: str) -> None:
    audit.record(
        tx,
        actor,
        audit.account_chain(payment.account_id),
        action=action,
        subject=f"payment:{payment.id}",
        what={"amount_minor": payment.amount_minor, "currency": payment.currency, "problem": payment.problem_code},
    )
