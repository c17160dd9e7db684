"""Cash at a facility's desk: an officer takes it for a prepaid balance, against a numbered paper receipt.

It goes to the account of a visitor of the facility at once, or to whoever enters the code that the payer is given
(:mod:`backend.money.cash_codes`). A receipt's number is good once at a facility. A mistake is put right as long as
nothing of the money is spent; the receipt stays, and says so.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from backend.access import service as access
from backend.accounts import service as accounts
from backend.accounts.models import Account
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, invalid, not_allowed, not_found
from backend.facilities import service as facilities
from backend.facilities.models import Facility
from backend.keys import ServerKey
from backend.money import cash_codes, ledger, spending
from backend.money.amounts import CURRENCY, Bounds
from backend.money.cash_codes import Redeemed
from backend.money.ledger import Filled
from backend.money.models import LedgerEntry
from backend.money.source_models import CashReceipt
from backend.notices import service as notices
from backend.security import Action, Actor, Subject, authorize
from backend.types import new_id

AMOUNT: Final = Bounds(100, 30_000)
"""A dollar is the least that is worth a receipt; above $300 a slip of the hand, or a theft, would cost too much."""


class Taken(BaseModel):
    """A receipt that was just made or put right, by its id."""

    model_config = ConfigDict(frozen=True)

    id: str


def take(
    tx: Tx, actor: Actor, key: ServerKey, facility_id: str, *, receipt: str, amount_minor: int, email: str | None
) -> Taken:
    """Take cash against a paper receipt, for the account of ``email``, or without one for a code.

    Raises ``receipt_exists`` (409), ``not_found`` (404), ``invalid`` (422) for an amount out of :data:`AMOUNT` or an
    address that no visitor of this facility has.
    """
    authorize(actor, Action.TAKE_CASH, Subject(facility_id=facility_id))
    if actor.account_id is None:
        raise not_allowed()
    facility = facilities.get(tx, facility_id)
    AMOUNT.check("amount", amount_minor)
    account = None if email is None else _visitor(tx, facility_id, email)
    taken = CashReceipt(
        id=new_id(tx.now),
        facility_id=facility_id,
        receipt=receipt.upper(),
        amount_minor=amount_minor,
        currency=CURRENCY,
        officer_id=actor.account_id,
        taken_at=tx.now,
    )
    if account is None:
        taken.code_digest = cash_codes.digest_of(key, cash_codes.code_of(key, taken.id))
        taken.code_expires_at = tx.now + cash_codes.LIVES
    _add(tx, taken)
    if account is not None:
        _credit(tx, taken, account, facility)
    _trace(tx, actor, taken, "cash taken")
    return Taken(id=taken.id)


def redeem(tx: Tx, actor: Actor, key: ServerKey, code: str) -> Redeemed:
    """Put the cash behind a code on the prepaid balance of whoever enters it, once; a wrong code is counted.

    The caller commits either way: what was counted and then rolled back would not count.
    """
    account = accounts.account(tx, actor.account)
    if account is None or account.role != "visitor":
        raise not_allowed()
    seconds = cash_codes.seconds_locked(tx, key, account.id)
    if seconds is not None:
        return cash_codes.locked(seconds)
    query = select(CashReceipt).where(CashReceipt.code_digest == cash_codes.digest_of(key, code)).with_for_update()
    taken = tx.session.exec(query).first()
    if taken is None or taken.undone_at is not None:
        return cash_codes.wrong(tx, key, account.id)
    if taken.credited_at is not None:
        return Redeemed(refusal="cash_code_used")
    if taken.code_expires_at is None or tx.now >= taken.code_expires_at:
        return Redeemed(refusal="cash_code_expired")
    cash_codes.right(tx, key, account.id)
    facility = facilities.get(tx, taken.facility_id)
    entry_id = _credit(tx, taken, account, facility)
    _trace(tx, actor, taken, "cash code entered")
    return Redeemed(entry_id=entry_id, amount_minor=taken.amount_minor, currency=taken.currency, facility=facility.name)


def undo(tx: Tx, actor: Actor, receipt_id: str, why: str) -> Taken:
    """Put a mistaken receipt right: its code ends, or its money leaves the balance again; the cash is given back.

    Raises ``not_found`` (404), ``receipt_undone`` (409), or ``cash_spent`` (409) where some of it was spent.
    """
    taken = tx.session.get(CashReceipt, receipt_id)
    if taken is None:
        raise not_found("The receipt")
    try:
        authorize(actor, Action.TAKE_CASH, Subject(facility_id=taken.facility_id))
    except Problem as refusal:
        raise (not_found("The receipt") if actor.role == "officer" else refusal) from refusal
    _lock(tx, taken)
    if taken.undone_at is not None:
        raise Problem("receipt_undone", 409, f"Receipt {taken.receipt} was put right already.", "Nothing was changed.")
    if taken.account_id is not None:
        _take_back(tx, taken, taken.account_id, why)
    taken.undone_at = tx.now
    tx.session.add(taken)
    tx.session.flush()
    _trace(tx, actor, taken, "cash put right", why)
    return Taken(id=taken.id)


def _lock(tx: Tx, taken: CashReceipt) -> None:
    """Lock a receipt, behind the account that has its money, until the transaction ends, and read it as it is now."""
    known = taken.account_id
    while True:
        with tx.session.begin_nested() as attempt:
            if known is not None:
                spending.lock_account(tx, known)
            tx.session.refresh(taken, with_for_update=True)
            if taken.account_id == known:
                return
            known = taken.account_id
            attempt.rollback()  # its code was just entered: the receipt is let go, for its account comes first


def _visitor(tx: Tx, facility_id: str, email: str) -> Account:
    """Return the account of a visitor of this facility; officers learn nothing of those of others."""
    account = accounts.account_of(tx, email)
    if account is None or account.disabled_at is not None or not access.has_asked(tx, account.id, facility_id):
        raise invalid(
            "email", "No visitor of this facility has this address. Without an address, the payer is given a code."
        )
    return account


def _add(tx: Tx, taken: CashReceipt) -> None:
    try:
        with tx.session.begin_nested():
            tx.session.add(taken)
    except IntegrityError:
        raise Problem(
            "receipt_exists",
            409,
            f"Receipt {taken.receipt} was entered at this facility already.",
            "Nothing was changed. Look at the number on the paper, or at today's receipts.",
        ) from None


def _credit(tx: Tx, taken: CashReceipt, account: Account, facility: Facility) -> str:
    """Put a receipt's cash on an account's prepaid balance, and tell the visitor. Return the ledger's entry."""
    entry_id = ledger.fill(
        tx,
        Filled(
            account_id=account.id,
            amount_minor=taken.amount_minor,
            currency=taken.currency,
            by="cash",
            label="Cash",
            zone=facility.zone or "UTC",
            source_id=taken.id,
            receipt=taken.receipt,
            sentence=f"Cash at {facility.name}.",
            facility_id=facility.id,
        ),
    )
    taken.account_id, taken.credited_at, taken.entry_id = account.id, tx.now, entry_id
    tx.session.add(taken)
    tx.session.flush()
    changes.announce(tx, changes.account_stream(account.id), "payment", entry_id)
    _tell(tx, "money_added", account, taken, f"Cash at {facility.name}, receipt {taken.receipt}.")
    return entry_id


def _take_back(tx: Tx, taken: CashReceipt, account_id: str, why: str) -> None:
    entry = tx.session.get(LedgerEntry, taken.entry_id)
    account = accounts.account(tx, account_id)
    if entry is None or account is None:
        raise AssertionError("what was credited has its account and its line in the ledger")
    if spending.balance(tx, account_id) < taken.amount_minor:
        raise Problem(
            "cash_spent",
            409,
            "Some of this money has been spent, or is being spent now.",
            "It cannot be put right here. Ask support.",
        )
    said = f"Receipt {taken.receipt} was put right by the facility: {why}"
    back = ledger.refund(tx, entry, taken.amount_minor, said, "mistake")
    changes.announce(tx, changes.account_stream(account_id), "payment", back.id)
    _tell(tx, "money_taken_back", account, taken, said)


def _tell(
    tx: Tx, kind: Literal["money_added", "money_taken_back"], account: Account, taken: CashReceipt, said: str
) -> None:
    data: dict[str, object] = {
        "said": said,
        "amount_minor": taken.amount_minor,
        "currency": taken.currency,
        "to": "your prepaid balance",
    }
    notices.post(tx, kind, account.id, account.email, data)


def _trace(tx: Tx, actor: Actor, taken: CashReceipt, action: str, why: str | None = None) -> None:
    audit.record(
        tx,
        actor,
        audit.facility_chain(taken.facility_id),
        action=action,
        subject=f"cash:{taken.id}",
        what={
            "receipt": taken.receipt,
            "amount_minor": taken.amount_minor,
            "currency": taken.currency,
            "account": taken.account_id,
            "code": taken.code_digest is not None,
        },
        why=why,
    )
