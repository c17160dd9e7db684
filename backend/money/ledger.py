"""Writing the ledger: entries, and the transfers that are their amounts. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import text

from backend.db import Tx
from backend.money import repository
from backend.money.models import LedgerEntry, Transfer
from backend.sql import insert
from backend.types import microseconds, new_id

FeeSource = Literal["card", "balance", "credit", "free", "promo", "facility", "none", "cash"]
Line = Literal["session_fee", "transaction_fee", "tax", "money"]
Cause = Literal["cancelled", "facility", "unused_minutes", "dispute", "lost", "twice", "mistake"]
NO_CHARGE: Final = "No charge"
SUPPORT: Final = "support:credits"
"""The books that account credit is given from."""
_ENTER: Final = insert(LedgerEntry)
_MOVE: Final = insert(Transfer)
_NOTHING: Final[Mapping[str, None]] = dict.fromkeys(LedgerEntry.model_fields)


@dataclass(frozen=True, slots=True)
class Fees:
    """What a visit costs, or a part of it, in minor units of ``currency``."""

    session_fee_minor: int
    transaction_fee_minor: int
    currency: str
    tax_minor: int = 0

    @property
    def total_minor(self) -> int:
        """Both fees and the tax together."""
        return self.session_fee_minor + self.transaction_fee_minor + self.tax_minor

    def lines(self) -> Mapping[Line, int]:
        """Return the lines that are above zero."""
        every: dict[Line, int] = {
            "session_fee": self.session_fee_minor,
            "transaction_fee": self.transaction_fee_minor,
            "tax": self.tax_minor,
        }
        return {line: amount for line, amount in every.items() if amount > 0}

    @classmethod
    def of_lines(cls, amounts: Mapping[str, int], currency: str) -> Fees:
        """Return the fees that ``amounts`` are, by line; what is not named is zero."""
        return cls(amounts.get("session_fee", 0), amounts.get("transaction_fee", 0), currency, amounts.get("tax", 0))

    def __add__(self, other: Fees) -> Fees:
        """Return both together."""
        return Fees(
            self.session_fee_minor + other.session_fee_minor,
            self.transaction_fee_minor + other.transaction_fee_minor,
            self.currency,
            self.tax_minor + other.tax_minor,
        )

    def __sub__(self, other: Fees) -> Fees:
        """Return what is left without ``other``, line by line."""
        return Fees(
            self.session_fee_minor - other.session_fee_minor,
            self.transaction_fee_minor - other.transaction_fee_minor,
            self.currency,
            self.tax_minor - other.tax_minor,
        )


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
    source_id: str | None = None
    """The promotional code that paid, where one did."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Money that comes onto an account: by a card or in cash onto its prepaid balance, or as account credit."""

    account_id: str
    amount_minor: int
    currency: str
    by: Literal["card", "cash", "credit"]
    label: str
    zone: str
    payment_id: str | None = None
    source_id: str | None = None
    receipt: str | None = None
    sentence: str | None = None
    facility_id: str | None = None
    """Where cash was taken."""
    visit: LedgerEntry | None = None
    """The charge that a credit was given for, where it was for one."""


def charge(tx: Tx, charged: Charged) -> str:
    """Enter a charge: one transfer for each line above zero. A visit without fees is entered as one without charge.

    Return the entry's id.
    """
    entry_id = new_id(tx.now)
    _enter(
        tx,
        id=entry_id,
        account_id=charged.account_id,
        kind="charge" if charged.fees.total_minor > 0 else "no_charge",
        fee_source=charged.fee_source,
        fee_source_label=charged.fee_source_label,
        booking_id=charged.booking_id,
        facility_id=charged.facility_id,
        individual_id=charged.individual_id,
        individual_name=charged.individual_name,
        appointment_at=microseconds(charged.appointment_at),
        zone=charged.zone,
        payment_id=charged.payment_id,
        source_id=charged.source_id,
    )
    payer = _payer(charged)
    for line, amount in charged.fees.lines().items():
        earner = f"facility:{charged.facility_id}:{line}s"
        _move(tx, entry_id, line, (payer, earner), (amount, charged.fees.currency))
    return entry_id


def fill(tx: Tx, filled: Filled) -> str:
    """Enter money that comes onto an account. ``amount_minor`` is above zero. Return the entry's id."""
    entry_id, visit = new_id(tx.now), filled.visit
    _enter(
        tx,
        id=entry_id,
        account_id=filled.account_id,
        kind="credit" if filled.by == "credit" else "top_up",
        fee_source=filled.by,
        fee_source_label=filled.label,
        booking_id=visit.booking_id if visit else filled.payment_id or entry_id,
        facility_id=visit.facility_id if visit else filled.facility_id,
        individual_id=visit.individual_id if visit else None,
        individual_name=visit.individual_name if visit else "",
        appointment_at=microseconds(visit.appointment_at) if visit and visit.appointment_at else None,
        zone=filled.zone,
        payment_id=filled.payment_id,
        sentence=filled.sentence,
        source_id=filled.source_id,
        receipt=filled.receipt,
    )
    giver = {
        "card": f"card:{filled.account_id}",
        "cash": f"cash:{filled.facility_id}",
        "credit": SUPPORT,
    }[filled.by]
    taker = credit_of(filled.account_id) if filled.by == "credit" else balance_of(filled.account_id)
    _move(tx, entry_id, "money", (giver, taker), (filled.amount_minor, filled.currency))
    return entry_id


def refund(
    tx: Tx, undone: LedgerEntry, back: Fees | int, sentence: str, cause: Cause, *, source_id: str | None = None
) -> LedgerEntry:
    """Enter what comes back of a charge, to where it came from, line by line. ``back`` is above zero.

    Of a top-up it is a number of minor units. ``source_id`` is what led to it, such as a dispute. Raises ValueError if
    more of a line would come back than was charged and has not come back yet.
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
        cause=cause,
        source_id=source_id or undone.source_id,
    )
    tx.session.add(entry)
    tx.session.flush()
    moved = {transfer.line: transfer for transfer in repository.transfers_of(tx, undone.id)}
    left = not_given_back(tx, undone)
    wanted: Mapping[Line, int] = {"money": back} if isinstance(back, int) else back.lines()
    for line, amount in wanted.items():
        if amount > left.get(line, 0):
            raise ValueError(f"more than was charged would come back of {line}")
        way = moved[line]
        _move(tx, entry.id, line, (way.credit, way.debit), (amount, way.currency))
    return entry


def not_given_back(tx: Tx, charge: LedgerEntry) -> Mapping[str, int]:
    """Return, by line, what of an entry has not come back yet, in minor units.

    Account credit that was given for a charge counts as if it had come back: of the session fee first, of the tax last.
    """
    left, credited = repository.not_undone(tx, charge), repository.credited_for(tx, charge)
    for line in ("session_fee", "transaction_fee", "tax"):
        instead = min(credited, left.get(line, 0))
        left[line] = left.get(line, 0) - instead
        credited -= instead
    return left


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


def balance_of(account_id: str) -> str:
    """Return the books of an account's prepaid balance."""
    return f"balance:{account_id}"


def credit_of(account_id: str) -> str:
    """Return the books of an account's credit."""
    return f"credit:{account_id}"


def _payer(charged: Charged) -> str:
    """Return the account of the books that pays."""
    match charged.fee_source:
        case "free":
            return f"free:{charged.facility_id}"
        case "promo":
            return f"promo:{charged.source_id}"
        case "facility":
            return f"facility:{charged.facility_id}:pays"
        case source:
            return f"{source}:{charged.account_id}"


def _enter(tx: Tx, **values: str | int | None) -> None:
    """Add an entry of now; what is not said of it is empty."""
    tx.run(_ENTER, {**_NOTHING, "entered_at": microseconds(tx.now), **values})


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
