"""Facility access as its visitor sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend_client.models.common import FacilityRef, VisitType, WireEnum


class AccessStatus(WireEnum):
    """Where facility access stands."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Access:
    """One facility access.

    `due_at` is when an answer is due, `answer_days` its working days, `missing` what the facility still needs.
    """

    id: str
    facility: FacilityRef
    status: AccessStatus
    requested_at: datetime
    answer_days: int
    missing: tuple[str, ...]
    individual_name: str
    relationship: str
    can_schedule: bool
    visit_types: tuple[VisitType, ...]
    due_at: datetime | None = None
    typical_answer_hours: int | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    suspended_until: datetime | None = None
    zone: str | None = None
