"""Transaction Details: its lines, a line's whole story, totals, and pieces of exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend_client.models.common import Money, VisitType, WireEnum
from backend_client.models.disputes import DisputeReason, DisputeStatus
from backend_client.models.payments import FeeSource


class TransactionKind(WireEnum):
    """What a line is: of a visit, money that came back, or money that was put on an account."""

    CHARGE = "charge"
    REFUND = "refund"
    NO_CHARGE = "no_charge"
    TOP_UP = "top_up"
    CREDIT = "credit"


class TransactionDetails(WireEnum):
    """What a line of Transaction Details records."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    DONE = "done"
    REFUND = "refund"
    RETURNED = "returned"
    TOP_UP = "top_up"
    CREDIT = "credit"


@dataclass(frozen=True)
class Transaction:
    """A line of Transaction Details. `date_paid` and `appointment_at` are UTC; the appointment is shown in `zone`.

    `money` was put on an account, or came back of that: such a line has no visit, and its name may be empty. `total` is
    everything that the line moves, `tax` too.
    """

    id: str
    kind: TransactionKind
    date_paid: datetime
    individual_name: str
    zone: str
    session_fee: Money
    transaction_fee: Money
    tax: Money
    money: Money
    total: Money
    fee_source: FeeSource
    fee_source_label: str
    details: TransactionDetails
    appointment_at: datetime | None = None
    facility_name: str | None = None
    details_sentence: str | None = None
    visit_id: str | None = None


class StoryBy(WireEnum):
    """Who did it, as the account's owner reads it."""

    YOU = "you"
    FACILITY = "facility"
    SUPPORT = "support"
    OPERATOR = "operator"
    SERVER = "server"


class StoryThrough(WireEnum):
    """Through which channel it was done."""

    TERMINAL = "terminal"
    KIOSK = "kiosk"
    SSH = "ssh"
    SHELL = "shell"
    SERVER = "server"


class RefundCause(WireEnum):
    """Why something came back."""

    CANCELLED = "cancelled"
    FACILITY = "facility"
    UNUSED_MINUTES = "unused_minutes"
    DISPUTE = "dispute"
    LOST = "lost"
    TWICE = "twice"
    MISTAKE = "mistake"


class Arrived(WireEnum):
    """Whether a card has its refund; `done` moves nothing outside of Visit Desk."""

    DONE = "done"
    RETURNING = "returning"
    RETURNED = "returned"


class AttemptStatus(WireEnum):
    """How an attempt to pay with a card ended, and whether all of it went back."""

    CHECKING = "checking"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    RETURNING = "returning"
    RETURNED = "returned"


@dataclass(frozen=True)
class StoryPart:
    """One line of the same booking. `receipt` is the number to quote: a paper receipt's, else the line's own."""

    transaction: Transaction
    by: StoryBy
    arrived: Arrived
    receipt: str
    cause: RefundCause | None = None
    arrived_at: datetime | None = None


@dataclass(frozen=True)
class StoryPayment:
    """One attempt to pay with a card; `sentence` says why it was declined."""

    id: str
    asked_at: datetime
    label: str
    brand: str
    last4: str
    amount: Money
    status: AttemptStatus
    settled_at: datetime | None = None
    sentence: str | None = None


@dataclass(frozen=True)
class StoryVisit:
    """The visit that was paid for, as it is now."""

    id: str
    reference: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    visit_type: VisitType
    status: str


@dataclass(frozen=True)
class StoryStep:
    """One thing that was done about the booking; `what` is an action of the trace."""

    at: datetime
    what: str
    by: StoryBy
    through: StoryThrough
    why: str | None = None


@dataclass(frozen=True)
class StoryDispute:
    """What the visitor said is wrong with a line. `due_on` is a day of the facility."""

    id: str
    transaction_id: str
    reason: DisputeReason
    words: str
    opened_at: datetime
    due_on: date
    status: DisputeStatus
    decided_at: datetime | None = None
    decision: str | None = None


@dataclass(frozen=True)
class TransactionStory:
    """Everything about one line: every line of its booking (oldest first), payments, visit, steps, dispute."""

    transaction: Transaction
    parts: tuple[StoryPart, ...]
    payments: tuple[StoryPayment, ...]
    steps: tuple[StoryStep, ...]
    visit: StoryVisit | None = None
    dispute: StoryDispute | None = None


@dataclass(frozen=True)
class SourceTotal:
    """What one source paid for visits, and what came back to it."""

    fee_source: FeeSource
    charged: Money
    came_back: Money
    net: Money


@dataclass(frozen=True)
class MonthTotal:
    """What you paid in one of the facilities' months, named by its first day."""

    month: date
    charged: Money
    came_back: Money
    net: Money


@dataclass(frozen=True)
class CurrencyTotal:
    """Totals in one currency. `net` is what you paid less what came back; money put on a balance counts apart."""

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


@dataclass(frozen=True)
class TransactionTotals:
    """How many lines fit, and what they come to."""

    lines: int
    currencies: tuple[CurrencyTotal, ...]


@dataclass(frozen=True)
class ExportPiece:
    """Rows of CSV, to be joined by CRLF. `done` of `lines` lines are out; the last piece has no cursor."""

    rows: tuple[str, ...]
    done: int
    lines: int
    next_cursor: str | None = None


@dataclass(frozen=True)
class StatementPiece:
    """Pages of print, each its lines of 80 columns. `done` of `lines` lines are out; the last has no cursor."""

    pages: tuple[tuple[str, ...], ...]
    done: int
    lines: int
    next_cursor: str | None = None
