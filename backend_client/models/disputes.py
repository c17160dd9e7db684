"""Charges that a visitor says are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend_client.models.common import Money, WireEnum


class DisputeReason(WireEnum):
    """What is wrong with a charge."""

    NEVER_HAPPENED = "never_happened"
    CUT_SHORT = "cut_short"
    BAD_QUALITY = "bad_quality"
    CHARGED_TWICE = "charged_twice"
    WRONG_AMOUNT = "wrong_amount"
    OTHER = "other"


class DisputeStatus(WireEnum):
    """Whether a dispute waits, and how it was decided."""

    OPEN = "open"
    REFUNDED = "refunded"
    CREDITED = "credited"
    REFUSED = "refused"


class DisputeOutcome(WireEnum):
    """What support can decide: give back, give account credit instead, or say no."""

    REFUND = "refund"
    CREDIT = "credit"
    REFUSE = "refuse"


class Side(WireEnum):
    """Whose side of a video visit."""

    VISITOR = "visitor"
    INDIVIDUAL = "individual"


@dataclass(frozen=True)
class Connected:
    """One side was connected from `since` to `until` (UTC), as the video service reported it."""

    side: Side
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Evidence:
    """What was recorded of a visit. Instants are UTC."""

    reference: str
    visit_status: str
    starts_at: datetime
    ends_at: datetime
    connected: tuple[Connected, ...] = ()


@dataclass(frozen=True)
class Dispute:
    """A disputed charge. `left` has not come back yet; `due_on` is a day of the facility, instants are UTC.

    `evidence` and `visitor_name` are there for support only.
    """

    id: str
    transaction_id: str
    facility: str
    individual_name: str
    appointment_at: datetime
    zone: str
    charged: Money
    left: Money
    fee_source_label: str
    reason: DisputeReason
    words: str
    opened_at: datetime
    due_on: date
    status: DisputeStatus
    visit_id: str | None = None
    decided_at: datetime | None = None
    decision: str | None = None
    evidence: Evidence | None = None
    visitor_name: str | None = None
