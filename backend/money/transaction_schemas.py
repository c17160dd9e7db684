"""Transaction Details on the wire: its lines, a line's whole story, totals, and pieces of exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from backend.money.lines import Kind
from backend.money.schemas import Money
from backend.money.story import Arrived, By, PartView, PaymentState, PaymentView, Story, Through
from backend.money.totals import CurrencyTotals, Sums, Totals
from backend.money.transactions import Details, TransactionView
from backend.money.where import Source
from backend.web import Instant, Schema

Cause = Literal["cancelled", "facility", "unused_minutes", "dispute", "lost", "twice", "mistake"]


class Transaction(Schema):
    """One line of Transaction Details. What came back is negative.

    ``money`` was put on an account; such a line has no visit. ``total`` is everything that the line moves, tax too.
    """

    id: str
    kind: Kind
    date_paid: Instant
    individual_name: str
    appointment_at: Instant | None
    zone: str
    facility_name: str | None
    session_fee: Money
    transaction_fee: Money
    tax: Money
    money: Money
    total: Money
    fee_source: Source
    fee_source_label: str
    details: Details
    details_sentence: str | None
    visit_id: str | None

    @classmethod
    def of(cls, view: TransactionView) -> Transaction:
        """Return a line as it is sent."""
        amounts = {
            name: Money(minor=getattr(view, f"{name}_minor"), currency=view.currency)
            for name in ("session_fee", "transaction_fee", "tax", "money", "total")
        }
        same = {name: getattr(view, name) for name in cls.model_fields if name not in amounts}
        return cls.model_validate({**same, **amounts})


class TransactionPage(Schema):
    """A page of lines."""

    items: tuple[Transaction, ...]
    next_cursor: str | None


class StoryPart(Schema):
    """One line of the same booking: by whom, why it came back, and whether it has arrived."""

    transaction: Transaction
    by: By
    cause: Cause | None
    arrived: Arrived
    arrived_at: Instant | None
    receipt: str

    @classmethod
    def of(cls, view: PartView) -> StoryPart:
        """Return it as it is sent."""
        said = {name: getattr(view, name) for name in ("by", "cause", "arrived", "arrived_at", "receipt")}
        return cls.model_validate({**said, "transaction": Transaction.of(view.transaction)})


class StoryPayment(Schema):
    """One attempt to pay; ``sentence`` says why it was declined."""

    id: str
    asked_at: Instant
    settled_at: Instant | None
    label: str
    brand: str
    last4: str
    amount: Money
    status: PaymentState
    sentence: str | None

    @classmethod
    def of(cls, view: PaymentView) -> StoryPayment:
        """Return it as it is sent."""
        same = {name: getattr(view, name) for name in cls.model_fields if name != "amount"}
        return cls.model_validate({**same, "amount": Money(minor=view.amount_minor, currency=view.currency)})


class StoryVisit(Schema):
    """The visit that was paid for, as it is now."""

    id: str
    reference: str
    starts_at: Instant
    ends_at: Instant
    zone: str
    visit_type: Literal["remote", "onsite_video", "in_person"]
    status: str


class StoryStep(Schema):
    """One thing that was done about it: what, by whom, through which channel."""

    at: Instant
    what: str
    by: By
    through: Through
    why: str | None


class StoryDispute(Schema):
    """What the visitor said is wrong with a line, and how that stands. ``due_on`` is a day of the facility."""

    id: str
    transaction_id: str
    reason: Literal["never_happened", "cut_short", "bad_quality", "charged_twice", "wrong_amount", "other"]
    words: str
    opened_at: Instant
    due_on: dt.date
    status: Literal["open", "refunded", "credited", "refused"]
    decided_at: Instant | None
    decision: str | None


class TransactionStory(Schema):
    """Everything about one line."""

    transaction: Transaction
    parts: tuple[StoryPart, ...]
    payments: tuple[StoryPayment, ...]
    visit: StoryVisit | None
    steps: tuple[StoryStep, ...]
    dispute: StoryDispute | None

    @classmethod
    def of(cls, told: Story) -> TransactionStory:
        """Return a story as it is sent."""
        return cls(
            transaction=Transaction.of(told.transaction),
            parts=tuple(map(StoryPart.of, told.parts)),
            payments=tuple(map(StoryPayment.of, told.payments)),
            visit=StoryVisit.model_validate(told.visit) if told.visit else None,
            steps=tuple(map(StoryStep.model_validate, told.steps)),
            dispute=StoryDispute.model_validate(told.dispute) if told.dispute else None,
        )


class SourceTotal(Schema):
    """What one source paid for visits, and what came back to it."""

    fee_source: Source
    charged: Money
    came_back: Money
    net: Money


class MonthTotal(Schema):
    """What the account itself paid in one of its facilities' months, named by its first day."""

    month: dt.date
    charged: Money
    came_back: Money
    net: Money


class CurrencyTotal(Schema):
    """What the lines come to in one currency. Money put on a balance is not spent yet, and counts apart."""

    currency: str
    paid_by_you: Money
    paid_by_others: Money
    came_back: Money
    net: Money
    tax: Money
    put_on_balance: Money
    credited: Money
    sources: tuple[SourceTotal, ...]
    months: tuple[MonthTotal, ...]

    @classmethod
    def of(cls, found: CurrencyTotals) -> CurrencyTotal:
        """Return totals as they are sent."""

        def money(minor: int) -> Money:
            return Money(minor=minor, currency=found.currency)

        def sums(of: Sums) -> Mapping[str, Money]:
            return {
                "charged": money(of.charged_minor),
                "came_back": money(of.came_back_minor),
                "net": money(of.net_minor),
            }

        return cls(
            currency=found.currency,
            paid_by_you=money(found.by_you.charged_minor),
            paid_by_others=money(found.by_others.net_minor),
            came_back=money(found.by_you.came_back_minor),
            net=money(found.by_you.net_minor),
            tax=money(found.tax_minor),
            put_on_balance=money(found.put_on_balance_minor),
            credited=money(found.credited_minor),
            sources=tuple(SourceTotal(fee_source=name, **sums(of)) for name, of in sorted(found.sources.items())),
            months=tuple(MonthTotal(month=name, **sums(of)) for name, of in sorted(found.months.items(), reverse=True)),
        )


class TransactionTotals(Schema):
    """How many lines fit, and what they come to, currency by currency."""

    lines: int
    currencies: tuple[CurrencyTotal, ...]

    @classmethod
    def of(cls, found: Totals) -> TransactionTotals:
        """Return totals as they are sent."""
        return cls(lines=found.lines, currencies=tuple(map(CurrencyTotal.of, found.currencies)))


class ExportPiece(Schema):
    """Rows of CSV, to be joined by CRLF. ``done`` of ``lines`` are out; the last piece has no cursor."""

    rows: tuple[str, ...]
    next_cursor: str | None
    done: int
    lines: int


class StatementPiece(Schema):
    """Pages of print, each its lines of 80 columns. ``done`` of ``lines`` are out; the last piece has no cursor."""

    pages: tuple[tuple[str, ...], ...]
    next_cursor: str | None
    done: int
    lines: int
