"""The whole story of one line of Transaction Details: every line, payment and step that belongs to the same booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlmodel import col, select

from backend.db import Tx
from backend.disputes.models import Dispute
from backend.errors import not_found
from backend.money import lines, repository, transactions
from backend.money.lines import Line
from backend.money.models import Payment
from backend.money.transactions import TransactionView
from backend.money.words import problem_words
from backend.security import Actor
from backend.sql import Sql
from backend.types import instant_of

By = Literal["you", "facility", "support", "operator", "server"]
Through = Literal["terminal", "kiosk", "ssh", "shell", "server"]
PaymentState = Literal["checking", "succeeded", "declined", "returning", "returned"]
Arrived = Literal["done", "returning", "returned"]
_REFUNDED_BY: Final[dict[str, By]] = {
    "cancelled": "you",
    "facility": "facility",
    "unused_minutes": "server",
    "dispute": "support",
    "mistake": "facility",
    "lost": "server",
    "twice": "server",
}
_FILLED_BY: Final[dict[str, By]] = {"card": "you", "cash": "facility", "credit": "support"}
_ROLES: Final[dict[str, By]] = {"visitor": "you", "officer": "facility", "support": "support", "operator": "operator"}
_KINDS: Final[dict[str, Through]] = {"desktop": "terminal", "kiosk": "kiosk", "ssh": "ssh"}
_STEPS: Final = Sql(
    "SELECT a.at, a.action, a.why, a.channel, c.role, s.kind FROM audit_entry a"
    " LEFT JOIN account c ON c.id = a.actor_account_id LEFT JOIN sign_in_session s ON s.id = a.sign_in_session_id"
    " WHERE a.subject = :subject ORDER BY a.at, a.seq"
)
_VISIT: Final = Sql(
    "SELECT id, reference, starts_at, ends_at, zone, visit_type, status FROM visit"
    " WHERE id = :booking AND account_id = :account"
)


@dataclass(frozen=True, slots=True)
class PartView:
    """One line of the booking. ``arrived_at`` is when a card had its refund; ``done`` moves nothing outside."""

    transaction: TransactionView
    by: By
    cause: str | None
    arrived: Arrived
    arrived_at: datetime | None
    receipt: str
    """The number on the paper receipt for cash, else the line's own."""


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One attempt to pay with a card."""

    id: str
    asked_at: datetime
    settled_at: datetime | None
    label: str
    brand: str
    last4: str
    amount_minor: int
    currency: str
    status: PaymentState
    sentence: str | None
    """Why it was declined."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that was done about the booking: by whom, and through which channel."""

    at: datetime
    what: str
    by: By
    through: Through
    why: str | None


@dataclass(frozen=True, slots=True)
class VisitOfStory:
    """The visit that was paid for, as it is now."""

    id: str
    reference: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    visit_type: str
    status: str


@dataclass(frozen=True, slots=True)
class DisputeOfStory:
    """What the visitor said is wrong, and how that stands; ``due_on`` is a day of the facility."""

    id: str
    transaction_id: str
    reason: str
    words: str
    opened_at: datetime
    due_on: date
    status: str
    decided_at: datetime | None
    decision: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """Everything about one line. Amounts are in minor units, instants are UTC."""

    transaction: TransactionView
    parts: tuple[PartView, ...]
    """Every line of the booking, the one asked for among them, the oldest first."""
    payments: tuple[PaymentView, ...]
    visit: VisitOfStory | None
    steps: tuple[StepView, ...]
    dispute: DisputeOfStory | None


def story(tx: Tx, actor: Actor, entry_id: str) -> Story:
    """Return the story of one of the account's lines. Raises ``not_found`` (404)."""
    line = lines.of_ids(tx, actor.account, [entry_id]).get(entry_id)
    if line is None:
        raise not_found("This line")
    together = lines.of_booking(tx, actor.account, line.booking_id)
    views = {view.id: view for view in transactions.views(tx, list(together))}
    return Story(
        transaction=views[entry_id],
        parts=tuple(_part(one, views[one.id]) for one in together),
        payments=_payments(tx, actor.account, line.booking_id),
        visit=_visit(tx, actor.account, line.booking_id),
        steps=_steps(tx, line.booking_id),
        dispute=_dispute(tx, actor.account, [one.id for one in together]),
    )


def _part(line: Line, view: TransactionView) -> PartView:
    by: By = "you"
    if line.kind == "refund":
        by = _REFUNDED_BY.get(line.cause or "", "server")
    elif line.kind in ("top_up", "credit"):
        by = _FILLED_BY.get(line.fee_source, "server")
    arrived: Arrived = (
        "done" if line.return_status is None else "returning" if line.return_status == "returning" else "returned"
    )
    return PartView(view, by, line.cause, arrived, line.returned_at, line.receipt or line.id)


def _payments(tx: Tx, account_id: str, booking_id: str) -> tuple[PaymentView, ...]:
    found = [one for one in repository.payments_of(tx, booking_id) if one.account_id == account_id]
    return tuple(_payment(one) for one in sorted(found, key=lambda one: one.id))


def _payment(payment: Payment) -> PaymentView:
    status: PaymentState = payment.status  # type: ignore[assignment]  # the column's constraint says no more
    return PaymentView(
        id=payment.id,
        asked_at=payment.created_at,
        settled_at=payment.settled_at,
        label=payment.label,
        brand=payment.brand,
        last4=payment.last4,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        status=status,
        sentence=problem_words(payment.problem_code) if status == "declined" else None,
    )


def _visit(tx: Tx, account_id: str, booking_id: str) -> VisitOfStory | None:
    rows = tx.run(_VISIT, {"booking": booking_id, "account": account_id})
    if not rows:
        return None
    ((visit_id, reference, starts_at, ends_at, zone, visit_type, status),) = rows
    return VisitOfStory(visit_id, reference, instant_of(starts_at), instant_of(ends_at), zone, visit_type, status)


def _steps(tx: Tx, booking_id: str) -> tuple[StepView, ...]:
    found = []
    for at, action, why, channel, role, kind in tx.run(_STEPS, {"subject": f"visit:{booking_id}"}):
        by: By = _ROLES.get(role, "operator") if role else ("operator" if channel == "shell" else "server")
        through: Through = "shell" if channel == "shell" else "server" if channel == "server" else "terminal"
        found.append(StepView(instant_of(at), action, by, _KINDS.get(kind or "", through), why))
    return tuple(found)


def _dispute(tx: Tx, account_id: str, entry_ids: Sequence[str]) -> DisputeOfStory | None:
    query = (
        select(Dispute)
        .where(Dispute.account_id == account_id, col(Dispute.entry_id).in_(entry_ids))
        .order_by(col(Dispute.id).desc())
    )
    found = tx.session.exec(query).first()
    if found is None:
        return None
    return DisputeOfStory(
        id=found.id,
        transaction_id=found.entry_id,
        reason=found.reason,
        words=found.words,
        opened_at=found.opened_at,
        due_on=found.due_on,
        status=found.status,
        decided_at=found.decided_at,
        decision=found.decision,
    )
