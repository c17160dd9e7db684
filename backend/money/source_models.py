"""Tables of what pays beside a card, and of what a processor calls our accounts and events."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from backend.types import LocalDate, Table, UtcInstant


class PromoCode(Table, table=True):
    """A promotional code of a facility: it pays up to an amount of a visit's price. Its uses are ledger entries."""

    __tablename__ = "promo_code"
    __table_args__ = (
        CheckConstraint("most_minor > 0", name="promo_code_pays_something"),
        CheckConstraint("uses > 0 AND uses_each > 0", name="promo_code_uses"),
    )

    id: str = Field(primary_key=True)
    code: str = Field(unique=True)
    """In capitals, as it is compared."""
    facility_id: str = Field(foreign_key="facility.id", index=True)
    most_minor: int
    """The most that it pays of one visit."""
    currency: str
    uses: int
    """How many visits it pays in all."""
    uses_each: int
    """How many visits of one account it pays."""
    first_day: date = Field(sa_type=LocalDate)
    last_day: date = Field(sa_type=LocalDate)
    """Both included: days of the facility on which a visit is confirmed."""
    made_by: str | None = Field(default=None, foreign_key="account.id")
    made_at: datetime = Field(sa_type=UtcInstant)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class CashReceipt(Table, table=True):
    """Cash that an officer took for a prepaid balance: credited at once, or by a code that the payer enters."""

    __tablename__ = "cash_receipt"
    __table_args__ = (
        UniqueConstraint("facility_id", "receipt", name="cash_receipt_once"),
        CheckConstraint("amount_minor > 0", name="cash_receipt_is_of_something"),
        CheckConstraint("(account_id IS NULL) = (credited_at IS NULL)", name="cash_receipt_credited"),
        Index("cash_receipt_by_time", "facility_id", "taken_at"),
    )

    id: str = Field(primary_key=True)
    facility_id: str = Field(foreign_key="facility.id")
    receipt: str
    """The number on the paper receipt."""
    amount_minor: int
    currency: str
    officer_id: str = Field(foreign_key="account.id")
    taken_at: datetime = Field(sa_type=UtcInstant)
    code_digest: str | None = Field(default=None, unique=True)
    code_expires_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    account_id: str | None = Field(default=None, foreign_key="account.id")
    """Whose balance has it; None while a code waits."""
    credited_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    entry_id: str | None = Field(default=None, foreign_key="ledger_entry.id")
    undone_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it was put right: the cash was given back, and nothing of it is on a balance or behind a code any more."""


class ProcessorCustomer(Table, table=True):
    """What a processor calls an account, under which it keeps the account's cards."""

    __tablename__ = "processor_customer"

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    processor: str = Field(primary_key=True)
    reference: str


class ProcessorEvent(Table, table=True):
    """A webhook that was received, so that one which comes twice is acted on once."""

    __tablename__ = "processor_event"

    processor: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    received_at: datetime = Field(sa_type=UtcInstant, index=True)
