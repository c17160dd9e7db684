"""Tables of the ledger and of payments.

The ledger is double entry by construction: one row moves one amount from one account of the books to another.
Its rows are only ever added. Balances and Transaction Details are views of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from backend.types import JsonText, Table, UtcInstant

FEE_SOURCES = ("card", "balance", "credit", "free", "promo", "facility", "none", "cash")
"""RULES section 7; ``cash`` fills a balance and pays no visit itself."""
ENTRY_KINDS = ("charge", "refund", "no_charge", "top_up", "credit")
"""``top_up`` fills the prepaid balance, ``credit`` the account credit."""
CAUSES = ("cancelled", "facility", "unused_minutes", "dispute", "lost", "twice", "mistake")
"""Why a refund was made: ``lost``: the place was gone; ``twice``: it was paid for already; ``mistake``: an officer had
taken cash wrongly."""
LINES = ("session_fee", "transaction_fee", "tax", "money")
"""What a transfer is for: a part of a visit's price, or ``money`` put on an account."""
PAYMENT_STATUSES = ("checking", "succeeded", "declined", "returning", "returned")
RETURN_STATUSES = ("returning", "returned")


class LedgerEntry(Table, table=True):
    """One line of Transaction Details: what happened, to whom, paid from where. Its amounts are its transfers.

    A visit that costs nothing has an entry without transfers.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint(f"fee_source IN {FEE_SOURCES}", name="ledger_entry_fee_source"),
        CheckConstraint(f"kind IN {ENTRY_KINDS}", name="ledger_entry_kind"),
        CheckConstraint(f"cause IN {CAUSES}", name="ledger_entry_cause"),
        CheckConstraint("(kind = 'refund') = (undoes_id IS NOT NULL)", name="ledger_entry_refund_names_its_charge"),
        CheckConstraint(
            "kind IN ('top_up', 'credit', 'refund') OR (facility_id IS NOT NULL AND individual_id IS NOT NULL"
            " AND appointment_at IS NOT NULL)",
            name="ledger_entry_of_a_visit_names_it",
        ),
        Index("ledger_entry_by_account", "account_id", "entered_at", "id"),
        Index("ledger_entry_by_booking", "booking_id"),
        Index("ledger_entry_undoing", "undoes_id"),
        Index("ledger_entry_by_payment", "payment_id"),
        Index("ledger_entry_by_time", "entered_at"),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id")
    kind: str
    fee_source: str
    fee_source_label: str
    """Brand and last four digits for a card; never more of it."""
    entered_at: datetime = Field(sa_type=UtcInstant)
    booking_id: str
    """The hold's and visit's common id: a charge whose place was lost has no visit. Of a top-up by card, its payment's
    id; of what else no visit led to, the entry's own."""
    facility_id: str | None = Field(default=None, foreign_key="facility.id")
    individual_id: str | None = Field(default=None, foreign_key="individual.id")
    individual_name: str
    """As it was when the entry was made: past entries never change. Empty where no visit led to it."""
    appointment_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    zone: str
    """The facility's zone; of a top-up by card that of the account's newest facility, else UTC."""
    payment_id: str | None = Field(default=None, foreign_key="payment.id")
    undoes_id: str | None = Field(default=None, foreign_key="ledger_entry.id")
    sentence: str | None = None
    cause: str | None = None
    source_id: str | None = None
    """What paid, where that has an id of its own: a promotional code, a cash receipt, a dispute that gave a credit."""
    receipt: str | None = None
    """The number on the officer's paper receipt, for cash."""


class Transfer(Table, table=True):
    """An amount moved from one account of the books to another, in minor units."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="transfer_moves_something"),
        CheckConstraint("debit <> credit", name="transfer_between_two"),
        CheckConstraint(f"line IN {LINES}", name="transfer_line"),
        Index("transfer_by_debit", "debit"),
        Index("transfer_by_credit", "credit"),
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
    """One attempt to charge a payment method: for one booking, or to top up the prepaid balance."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(f"status IN {PAYMENT_STATUSES}", name="payment_status"),
        CheckConstraint("amount_minor > 0", name="payment_is_of_something"),
        CheckConstraint("purpose IN ('visit', 'top_up')", name="payment_purpose"),
        Index("payment_to_settle", "status", "created_at"),
        Index("payment_by_reference", "processor_reference"),
        Index("payment_by_page", "page_code", unique=True),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    booking_id: str = Field(index=True)
    """Of a top-up, the payment's own id."""
    purpose: str = Field(default="visit", sa_column_kwargs={"server_default": text("'visit'")})
    processor: str
    processor_reference: str | None = None
    """The processor's own name of the charge, once it is known."""
    method_token: str
    label: str
    brand: str
    last4: str
    amount_minor: int
    currency: str
    session_fee_minor: int
    transaction_fee_minor: int
    tax_minor: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    status: str
    problem_code: str | None = None
    asked: object = Field(sa_type=JsonText)
    """JSON of what was asked to be confirmed (terms, attendees), so that a late success can finish the booking."""
    created_at: datetime = Field(sa_type=UtcInstant)
    settled_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    reader: str | None = None
    """What the processor calls the card reader at which it is paid; None elsewhere."""
    page_code: str | None = None
    """The last part of the short address at which a person pays on a phone; None where no page is used."""
    page_url: str | None = None
    """The processor's hosted page, once it is open."""
    page_reference: str | None = None
    """The processor's own name of the page, or of the reader's action, once it is known."""
    ends_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When the page or the reader's question ends (exclusive): with the hold. None where nothing waits for a person."""


class PaymentPart(Table, table=True):
    """What of a booking's price another source pays beside the card; reserved while the payment is open."""

    __tablename__ = "payment_part"
    __table_args__ = (
        CheckConstraint(f"fee_source IN {FEE_SOURCES} AND fee_source <> 'card'", name="payment_part_source"),
        CheckConstraint(
            "session_fee_minor >= 0 AND transaction_fee_minor >= 0 AND tax_minor >= 0", name="payment_part_fees"
        ),
    )

    payment_id: str = Field(primary_key=True, foreign_key="payment.id")
    fee_source: str = Field(primary_key=True)
    label: str
    source_id: str | None = None
    session_fee_minor: int
    transaction_fee_minor: int
    tax_minor: int


class PaymentReturn(Table, table=True):
    """What goes back to a payment's card for one refund entry; several may follow one another."""

    __tablename__ = "payment_return"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="payment_return_is_of_something"),
        CheckConstraint(f"status IN {RETURN_STATUSES}", name="payment_return_status"),
        Index("payment_return_open", "status", "created_at"),
    )

    entry_id: str = Field(primary_key=True, foreign_key="ledger_entry.id")
    payment_id: str = Field(foreign_key="payment.id", index=True)
    amount_minor: int
    currency: str
    status: str
    problem_code: str | None = None
    """Why the processor refuses, while a person has to see to it."""
    reference: str | None = None
    """The processor's own name of the refund, once it has said yes."""
    created_at: datetime = Field(sa_type=UtcInstant)
    settled_at: datetime | None = Field(default=None, sa_type=UtcInstant)
