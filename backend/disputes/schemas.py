"""Disputes on the wire. Instants are UTC, ``due_on`` is a day of the facility."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from backend.disputes.evidence import Evidence as EvidenceView
from backend.disputes.service import Decision, DisputeView, Outcome, Reason, Status
from backend.money.schemas import Money
from backend.text import Paragraphs
from backend.web import Instant, Schema


class OpenDispute(Schema):
    """What is wrong with a charge; ``words`` may be empty."""

    reason: Reason
    words: Annotated[Paragraphs, Field(max_length=1000)] | None = None


class DecideDispute(Schema):
    """What support decides. ``amount``: what comes back, or is given as credit; null: all that is left."""

    outcome: Outcome
    decision: Paragraphs
    amount_minor: Annotated[int, Field(ge=1, le=10_000_000)] | None = None

    @property
    def said(self) -> Decision:
        """What is decided."""
        return Decision(self.outcome, self.decision, self.amount_minor)


class Connected(Schema):
    """One side was connected."""

    side: Literal["visitor", "individual"]
    since: Instant
    until: Instant


class Evidence(Schema):
    """What was recorded of the visit."""

    reference: str
    visit_status: str
    starts_at: Instant
    ends_at: Instant
    connected: tuple[Connected, ...]

    @classmethod
    def of(cls, view: EvidenceView) -> Evidence:
        """Return it as it is sent."""
        return cls(
            reference=view.reference,
            visit_status=view.visit_status,
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            connected=tuple(Connected(side=one.side, since=one.since, until=one.until) for one in view.connected),
        )


class Dispute(Schema):
    """A dispute and its charge; ``left`` has not come back, nor as credit. Support sees ``evidence`` and a name."""

    id: str
    transaction_id: str
    visit_id: str | None
    facility: str
    individual_name: str
    appointment_at: Instant
    zone: str
    charged: Money
    left: Money
    fee_source_label: str
    reason: Reason
    words: str
    opened_at: Instant
    due_on: dt.date
    status: Status
    decided_at: Instant | None
    decision: str | None
    evidence: Evidence | None
    visitor_name: str | None

    @classmethod
    def of(cls, view: DisputeView) -> Dispute:
        """Return it as it is sent."""
        return cls.model_validate(
            {
                **{name: getattr(view, name) for name in _SAME},
                "charged": Money(minor=view.charged_minor, currency=view.currency),
                "left": Money(minor=view.left_minor, currency=view.currency),
                "evidence": Evidence.of(view.evidence) if view.evidence else None,
            }
        )


_SAME = tuple(name for name in Dispute.model_fields if name not in ("charged", "left", "evidence"))


class Disputes(Schema):
    """A page of disputes."""

    items: tuple[Dispute, ...]
    next_cursor: str | None = None
