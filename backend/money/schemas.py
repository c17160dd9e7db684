"""Money on the wire."""

from __future__ import annotations

from backend.money.ledger import FeeSource
from backend.money.transactions import Details, TransactionView
from backend.web import Instant, Schema


class Money(Schema):
    """An amount in integer minor units of a currency: 570 of ``USD`` is $5.70."""

    minor: int
    currency: str


class PaymentMethod(Schema):
    """A way to pay. ``test``: no money moves, and ``sentence`` says what it does."""

    token: str
    label: str
    brand: str
    last4: str
    test: bool
    sentence: str | None


class PaymentMethods(Schema):
    """Every way in which the account can pay."""

    items: tuple[PaymentMethod, ...]
    next_cursor: str | None = None


class Transaction(Schema):
    """One line of Transaction Details. What came back is negative."""

    id: str
    date_paid: Instant
    individual_name: str
    appointment_at: Instant
    zone: str
    session_fee: Money
    transaction_fee: Money
    fee_source: FeeSource
    fee_source_label: str
    details: Details
    details_sentence: str | None
    visit_id: str | None

    @classmethod
    def of(cls, view: TransactionView) -> Transaction:
        """Return a line as it is sent."""
        return cls.model_validate(
            {
                **{name: getattr(view, name) for name in _SAME},
                "session_fee": Money(minor=view.session_fee_minor, currency=view.currency),
                "transaction_fee": Money(minor=view.transaction_fee_minor, currency=view.currency),
            }
        )


_SAME = tuple(name for name in Transaction.model_fields if name not in ("session_fee", "transaction_fee"))


class TransactionPage(Schema):
    """A page of lines."""

    items: tuple[Transaction, ...]
    next_cursor: str | None
