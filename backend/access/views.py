"""What the access noun tells others: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend.access.transitions import Status
from backend.facilities.setting_values import VisitType
from backend.facilities.views import FacilityRef


@dataclass(frozen=True, slots=True)
class AccessView:
    """One access as its visitor sees it."""

    id: str
    facility: FacilityRef
    status: Status
    requested_at: datetime
    due_at: datetime | None
    """When an answer is due; None unless one is awaited."""
    answer_days: int
    typical_answer_hours: int | None
    missing: tuple[str, ...]
    """What the visitor still has to do, in sentences."""
    decided_at: datetime | None
    reason: str | None
    suspended_until: datetime | None
    """When a suspension is over, if it has an end; None otherwise."""
    individual_name: str
    relationship: str
    can_schedule: bool
    visit_types: tuple[VisitType, ...]
    zone: str | None


@dataclass(frozen=True, slots=True)
class AccessNow:
    """How an account's access to one facility stands at an instant."""

    status: Status | None
    """None: it has neither access nor a request that is open."""
    suspended_until: datetime | None = None
    """When a suspension that counts is over (UTC), if it has an end; None otherwise."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the visitor declared in the account's profile."""

    first_name: str
    last_name: str
    birth_date: date
    address_line: str
    city: str
    state: str
    postal_code: str
    phone: str
    email: str
    id_kind: str
    id_last4: str


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """Another request of the same visitor at the same facility: how it stands, and since when."""

    status: Status
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request as an officer decides it. ``id_seen_by`` and ``decided_by`` are names."""

    id: str
    account_id: str
    facility_id: str
    status: Status
    requested_at: datetime
    due_at: datetime
    version: int
    applicant: Applicant
    individual_name: str
    relationship: str
    individual_found: bool
    """Whether somebody of about that name is on the facility's roster."""
    id_must_be_seen: bool
    id_seen_at: datetime | None
    id_seen_by: str | None
    earlier: tuple[EarlierRequest, ...]
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    suspended_until: datetime | None
    """When a suspension is over, if it has an end; None otherwise."""
    flagged_visits: int = 0
    """Visits that a change of access has left without it, in the answer to that change."""
