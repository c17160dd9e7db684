"""What officers work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend_client.models.access import AccessStatus
from backend_client.models.common import VisitType, WireEnum
from backend_client.models.visits import Attendee, VisitStatus


@dataclass(frozen=True)
class Applicant:
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


@dataclass(frozen=True)
class EarlierRequest:
    """An earlier request of the same visitor at this facility: how it ended, and when."""

    status: AccessStatus
    at: datetime


@dataclass(frozen=True)
class AccessRequest:
    """A request as the officer decides it; send `version` back with the decision.

    `id_seen_by` and `decided_by` are names. `flagged_visits` counts, in the answer to a change of access, the visits
    that it leaves without access.
    """

    id: str
    status: AccessStatus
    requested_at: datetime
    due_at: datetime
    version: int
    applicant: Applicant
    individual_name: str
    relationship: str
    individual_found: bool
    id_must_be_seen: bool
    earlier: tuple[EarlierRequest, ...]
    id_seen_at: datetime | None = None
    id_seen_by: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    suspended_until: datetime | None = None
    flagged_visits: int = 0


class FlagKind(WireEnum):
    """What made a visit need review."""

    BLACKOUT = "blackout"
    RELEASED = "released"
    MOVED = "moved"
    RESTRICTION = "restriction"
    KEEP_APART = "keep_apart"
    CAPACITY = "capacity"
    ACCESS = "access"


@dataclass(frozen=True)
class VisitFlag:
    """Why a visit needs review."""

    kind: FlagKind
    sentence: str


@dataclass(frozen=True)
class DeskVisit:
    """A visit as officers see it; with `flags` it needs review. Instants are UTC, `zone` is the facility's."""

    id: str
    reference: str
    visit_type: VisitType
    visitor_name: str
    attendees: tuple[Attendee, ...]
    individual_name: str
    booking_number: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    status: VisitStatus
    check_in_opens_at: datetime
    flags: tuple[VisitFlag, ...]
    housing_unit: str | None = None
    station: str | None = None
    checked_in_at: datetime | None = None


@dataclass(frozen=True)
class DeskVisits:
    """A page of the visits of one facility-local date, soonest first."""

    date: date
    zone: str
    items: tuple[DeskVisit, ...]
    next_cursor: str | None = None
