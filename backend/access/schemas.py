"""Facility access on the wire."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from backend.access.desk import Decision
from backend.access.transitions import Status
from backend.facilities.schemas import FacilityRef
from backend.facilities.setting_values import VisitType
from backend.text import Day, FullName, Key, Line, ShortLine
from backend.web import Instant, Schema


class AskAccess(Schema):
    """A visitor asks a facility for access, to visit the named individual."""

    facility_id: Key
    individual_name: FullName
    relationship: ShortLine


class Access(Schema):
    """One access as its visitor sees it; ``due_at`` while an answer is awaited, ``answer_days`` are working days."""

    id: str
    facility: FacilityRef
    status: Status
    requested_at: Instant
    due_at: Instant | None
    answer_days: int
    typical_answer_hours: int | None
    missing: list[str]
    decided_at: Instant | None
    reason: str | None
    suspended_until: Instant | None
    individual_name: str
    relationship: str
    can_schedule: bool
    visit_types: list[VisitType]
    zone: str | None


class AccessList(Schema):
    """Every access of the account, newest first."""

    items: list[Access]
    next_cursor: str | None = None


class Applicant(Schema):
    """What the visitor declared."""

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


class EarlierRequest(Schema):
    """Another request of the same visitor at this facility: how it stands, and since when."""

    status: Status
    at: Instant


class AccessRequest(Schema):
    """One request as an officer decides it; a decision names its ``version``.

    ``flagged_visits`` counts, in the answer to a change of access, the visits that it leaves without access.
    """

    id: str
    status: Status
    requested_at: Instant
    due_at: Instant
    version: int
    applicant: Applicant
    individual_name: str
    relationship: str
    individual_found: bool
    id_must_be_seen: bool
    id_seen_at: Instant | None
    id_seen_by: str | None
    earlier: list[EarlierRequest]
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    suspended_until: Instant | None
    flagged_visits: int = 0


class AccessRequestPage(Schema):
    """One page of a facility's requests, soonest due first."""

    items: list[AccessRequest]
    next_cursor: str | None


class Decide(Schema):
    """An officer decides the request as it was at ``version``; a denial says why."""

    decision: Decision
    version: int = Field(ge=1)
    reason: Line | None = None


class Revoke(Schema):
    """An officer takes approved access back, as it was at ``version``, and says why: the visitor is told."""

    version: int = Field(ge=1)
    reason: Line


class Suspend(Schema):
    """An officer suspends approved access up to ``last_day``, the facility's, that day included; null: for now."""

    version: int = Field(ge=1)
    reason: Line
    last_day: Day | None = None


class Restore(Schema):
    """An officer ends a suspension."""

    version: int = Field(ge=1)
    reason: Line | None = None
