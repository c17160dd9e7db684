"""Tables of the ledger and of payments.

The ledger is double entry by construction: one row moves one amount from one account of the books to another.
Its rows are only ever added. Balances and Transaction Details are views of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.types import JsonText, Table, UtcInstant

FEE_SOURCES = ("card", "balance", "credit", "free", "promo", "facility", "none")
PAYMENT_STATUSES = ("checking", "succeeded", "declined", "returning", "returned")


class LedgerEntry(Table, table=True):
    """One line of Transaction Details: what happened, to whom, paid from where. Its amounts are its transfers.

    A visit that costs nothing has an entry without transfers.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint(f"fee_source IN {FEE_SOURCES}", name="ledger_entry_fee_source"),
        CheckConstraint("kind IN ('charge', 'refund', 'no_charge')", name="ledger_entry_kind"),
        CheckConstraint("(kind = 'refund') = (undoes_id IS NOT NULL)", name="ledger_entry_refund_names_its_charge"),
        Index("ledger_entry_by_account", "account_id", "entered_at"),
        Index("ledger_entry_by_booking", "booking_id"),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    kind: str
    fee_source: str
    fee_source_label: str
    """Brand and last four digits for a card; never more of it."""
    entered_at: datetime = Field(sa_type=UtcInstant)
    booking_id: str
    """The hold's and visit's common id: a charge whose place was lost has no visit."""
    facility_id: str = Field(foreign_key="facility.id")
    individual_id: str = Field(foreign_key="individual.id")
    individual_name: str
    """As it was when the entry was made: past entries never change."""
    appointment_at: datetime = Field(sa_type=UtcInstant)
    zone: str
    payment_id: str | None = Field(default=None, foreign_key="payment.id")
    undoes_id: str | None = Field(default=None, foreign_key="ledger_entry.id")
    sentence: str | None = None


class Transfer(Table, table=True):
    """An amount moved from one account of the books to another, in minor units."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="transfer_moves_something"),
        CheckConstraint("debit <> credit", name="transfer_between_two"),
        CheckConstraint("line IN ('session_fee', 'transaction_fee')", name="transfer_line"),
    )

    id: str = Field(primary_key=True)
    entry_id: str = Field(foreign_key="ledger_entry.id", index=True)
    line: str
    debit: str
    """Where it comes from, such as ``card:<account>`` or ``facility:<id>:session_fees``."""
    credit: str
    amount_minor: int
    currency: str
    moved_at: datetime = Field(sa_type=UtcInstant)


class Payment(Table, table=True):
    """One attempt to charge a payment method for one booking."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(f"status IN {PAYMENT_STATUSES}", name="payment_status"),
        CheckConstraint("amount_minor > 0", name="payment_is_of_something"),
        Index("payment_to_settle", "status", "created_at"),
        Index("payment_by_reference", "processor_reference"),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    booking_id: str = Field(index=True)
    processor: str
    processor_reference: str | None = None
    method_token: str
    label: str
    brand: str
    last4: str
    amount_minor: int
    currency: str
    session_fee_minor: int
    transaction_fee_minor: int
    status: str
    problem_code: str | None = None
    asked: object = Field(sa_type=JsonText)
    """JSON of what was asked to be confirmed (terms, attendees), so that a late success can finish the booking."""
    created_at: datetime = Field(sa_type=UtcInstant)
    settled_at: datetime | None = Field(default=None, sa_type=UtcInstant)
