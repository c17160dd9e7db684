"""Writing the ledger: entries, and the transfers that are their amounts. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import text

from backend.db import Tx
from backend.money import repository
from backend.money.models import LedgerEntry, Payment, Transfer
from backend.sql import insert
from backend.types import microseconds, new_id

FeeSource = Literal["card", "balance", "credit", "free", "promo", "facility", "none"]
Line = Literal["session_fee", "transaction_fee"]
NO_CHARGE: Final = "No charge"
_ENTER: Final = insert(LedgerEntry)
_MOVE: Final = insert(Transfer)


@dataclass(frozen=True, slots=True)
class Fees:
    """What a visit costs, in minor units of ``currency``."""

    session_fee_minor: int
    transaction_fee_minor: int
    currency: str

    @property
    def total_minor(self) -> int:
        """Both fees together."""
        return self.session_fee_minor + self.transaction_fee_minor

    def lines(self) -> Mapping[Line, int]:
        """Return the fees that are above zero."""
        both: dict[Line, int] = {
            "session_fee": self.session_fee_minor,
            "transaction_fee": self.transaction_fee_minor,
        }
        return {line: amount for line, amount in both.items() if amount > 0}


@dataclass(frozen=True, slots=True)
class Charged:
    """What an entry is about: for which booking, and how it is paid. Instants are UTC."""

    account_id: str
    booking_id: str
    facility_id: str
    individual_id: str
    individual_name: str
    appointment_at: datetime
    zone: str
    fees: Fees
    fee_source: FeeSource
    fee_source_label: str
    payment_id: str | None


def charge(tx: Tx, charged: Charged) -> str:
    """Enter a charge: one transfer for each fee above zero. A visit without fees is entered as one without charge.

    Return the entry's id.
    """
    entry_id = new_id(tx.now)
    tx.run(
        _ENTER,
        {
            "id": entry_id,
            "account_id": charged.account_id,
            "kind": "charge" if charged.fees.total_minor > 0 else "no_charge",
            "fee_source": charged.fee_source,
            "fee_source_label": charged.fee_source_label,
            "entered_at": microseconds(tx.now),
            "booking_id": charged.booking_id,
            "facility_id": charged.facility_id,
            "individual_id": charged.individual_id,
            "individual_name": charged.individual_name,
            "appointment_at": microseconds(charged.appointment_at),
            "zone": charged.zone,
            "payment_id": charged.payment_id,
            "undoes_id": None,
            "sentence": None,
        },
    )
    for line, amount in charged.fees.lines().items():
        payer, earner = _books(charged.account_id, charged.fee_source, charged.facility_id, line)
        _move(tx, entry_id, line, (payer, earner), (amount, charged.fees.currency))
    return entry_id


def refund(tx: Tx, undone: LedgerEntry, back: Fees, sentence: str) -> LedgerEntry:
    """Enter what comes back of a charge, to where it came from, line by line. ``back`` is above zero.

    Raises ValueError if more of a line would come back than was charged and has not come back yet.
    """
    entry = LedgerEntry(
        id=new_id(tx.now),
        account_id=undone.account_id,
        kind="refund",
        fee_source=undone.fee_source,
        fee_source_label=undone.fee_source_label,
        entered_at=tx.now,
        booking_id=undone.booking_id,
        facility_id=undone.facility_id,
        individual_id=undone.individual_id,
        individual_name=undone.individual_name,
        appointment_at=undone.appointment_at,
        zone=undone.zone,
        payment_id=undone.payment_id,
        undoes_id=undone.id,
        sentence=sentence,
    )
    tx.session.add(entry)
    tx.session.flush()
    left = _not_given_back(tx, undone)
    for line, amount in back.lines().items():
        if amount > left.get(line, 0):
            raise ValueError(f"more than was charged would come back of {line}")
        payer, earner = _books(undone.account_id, undone.fee_source, undone.facility_id, line)
        _move(tx, entry.id, line, (earner, payer), (amount, back.currency))
    return entry


def balances(tx: Tx, account_id: str) -> Mapping[str, int]:
    """Return what the entries of one account have left in each account of the books, in minor units.

    A view of the transfers: credits minus debits. All of them together are zero, always.
    """
    rows = tx.session.execute(
        text(
            "SELECT books, SUM(amount) FROM ("
            " SELECT t.credit AS books, t.amount_minor AS amount FROM transfer t"
            " JOIN ledger_entry e ON e.id = t.entry_id WHERE e.account_id = :account"
            " UNION ALL SELECT t.debit, -t.amount_minor FROM transfer t"
            " JOIN ledger_entry e ON e.id = t.entry_id WHERE e.account_id = :account"
            ") AS moved GROUP BY books ORDER BY books"
        ),
        {"account": account_id},
    )
    return {books: int(amount) for books, amount in rows}


def given_back(tx: Tx, payment: Payment) -> tuple[str, Fees] | None:
    """Return the entry (its id) that gives back a payment, and how much; None if nothing comes back."""
    entry = repository.refund_entry(tx, payment)
    if entry is None:
        return None
    moved = {transfer.line: transfer for transfer in repository.transfers_of(tx, entry.id)}
    currency = next(iter(moved.values())).currency
    amounts = {line: transfer.amount_minor for line, transfer in moved.items()}
    return entry.id, Fees(amounts.get("session_fee", 0), amounts.get("transaction_fee", 0), currency)


def _books(account_id: str, fee_source: str, facility_id: str, line: Line) -> tuple[str, str]:
    """Return the two accounts of the books between which a fee moves: who pays, who earns."""
    return f"{fee_source}:{account_id}", f"facility:{facility_id}:{line}s"


def _not_given_back(tx: Tx, charge: LedgerEntry) -> dict[str, int]:
    rows = tx.session.execute(
        text(
            "SELECT t.line, SUM(CASE WHEN e.id = :charge THEN t.amount_minor ELSE -t.amount_minor END)"
            " FROM ledger_entry e JOIN transfer t ON t.entry_id = e.id"
            " WHERE e.booking_id = :booking AND (e.id = :charge OR e.undoes_id = :charge) GROUP BY t.line"
        ),
        {"booking": charge.booking_id, "charge": charge.id},
    )
    return {line: int(amount) for line, amount in rows}


def _move(tx: Tx, entry_id: str, line: Line, books: tuple[str, str], amount: tuple[int, str]) -> None:
    """Move ``amount`` (minor units, currency) from the first of ``books`` to the second."""
    debit, credit = books
    amount_minor, currency = amount
    tx.run(
        _MOVE,
        {
            "id": new_id(tx.now),
            "entry_id": entry_id,
            "line": line,
            "debit": debit,
            "credit": credit,
            "amount_minor": amount_minor,
            "currency": currency,
            "moved_at": microseconds(tx.now),
        },
    )
