"""Moves, check-ins and outcomes on the wire. Instants are UTC, dates local to the facility."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from backend.facilities.setting_values import VisitType
from backend.text import Line
from backend.visits.desk import DeskDay as DeskDayView
from backend.visits.desk import DeskVisit as DeskVisitView
from backend.visits.moving import Move, MoveView
from backend.visits.outcomes import Outcome
from backend.visits.schemas import Override, reasons_of
from backend.visits.visit_schemas import ShownAttendee, VisitStatus
from backend.web import Instant, ReasonDocument, Schema


class MoveOffer(Schema):
    """Whether a visit can be moved, and until when (exclusive). Its price stays, and nothing is to pay."""

    allowed: bool
    reasons: tuple[ReasonDocument, ...]
    until: Instant

    @classmethod
    def of(cls, view: MoveView) -> MoveOffer:
        """Return it as it is sent."""
        return cls(allowed=not view.reasons, reasons=reasons_of(view.reasons), until=view.until)


class MoveVisit(Schema):
    """Move a visit to ``starts_at``; ``expected_starts_at`` is when it starts now, as far as the terminal knows."""

    starts_at: Instant
    expected_starts_at: Instant

    def asked(self, visit_id: str) -> Move:
        """Return what is asked."""
        return Move(visit_id, self.starts_at, self.expected_starts_at)


class MoveForFacility(MoveVisit):
    """Move a visit because of the facility; the visitor is told ``reason``."""

    reason: Line
    override: Override | None = None

    def asked(self, visit_id: str) -> Move:
        """Return what is asked."""
        override = self.override.said if self.override else None
        return Move(visit_id, self.starts_at, self.expected_starts_at, self.reason, override)


class Touched(Schema):
    """Which visit was changed, and the payment to send back; kept for its idempotency key, and never sent."""

    visit_id: str
    payment_id: str | None = None


class RecordOutcome(Schema):
    """What became of a visit; ``note`` is for the trace."""

    outcome: Outcome
    note: Line | None = None


class VisitFlag(Schema):
    """Why a visit needs review."""

    kind: Literal["blackout", "released", "moved", "restriction", "keep_apart", "capacity", "access"]
    sentence: str


class DeskVisit(Schema):
    """A visit as officers see it; it needs review if it has ``flags``."""

    id: str
    reference: str
    visit_type: VisitType
    visitor_name: str
    attendees: tuple[ShownAttendee, ...]
    individual_name: str
    booking_number: str
    housing_unit: str | None
    station: str | None
    starts_at: Instant
    ends_at: Instant
    zone: str
    status: VisitStatus
    check_in_opens_at: Instant
    checked_in_at: Instant | None
    flags: tuple[VisitFlag, ...]

    @classmethod
    def of(cls, view: DeskVisitView) -> DeskVisit:
        """Return a visit as it is sent."""
        return cls.model_validate(view)


class DeskVisits(Schema):
    """A page of the visits of one date, soonest first."""

    date: dt.date
    zone: str
    items: tuple[DeskVisit, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, view: DeskDayView) -> DeskVisits:
        """Return a page as it is sent."""
        return cls.model_validate(view)
