"""Days and hours without visits, for officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend_client.models.common import VisitType, WireEnum


class BlackoutTreatment(WireEnum):
    """What becomes of visits that a new blackout touches: a person looks at them, or they are cancelled."""

    FLAG = "flag"
    CANCEL = "cancel"


@dataclass(frozen=True)
class NewBlackout:
    """What is to be blacked out: the same hours on each of some days, both dates included.

    Dates are the facility's, minutes are after its midnight, the end exclusive. Without a type or a unit it is for all
    of them. `reason` is for officers, `told` for visitors.
    """

    first_date: date
    last_date: date
    reason: str
    told: str | None = None
    start_minute: int = 0
    end_minute: int = 1440
    visit_type: VisitType | None = None
    housing_unit: str | None = None


@dataclass(frozen=True)
class TouchedVisit:
    """A visit that a blackout would touch. Instants are UTC."""

    id: str
    reference: str
    visit_type: VisitType
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class BlackoutPreview:
    """What a blackout would touch: future visits that stand, of which the first are named, and times that are held."""

    visits: int
    holds: int
    first_visits: tuple[TouchedVisit, ...]


@dataclass(frozen=True)
class Blackout:
    """A blackout in full; `flagged` visits wait for a person because of it."""

    id: str
    facility_id: str
    first_date: date
    last_date: date
    start_minute: int
    end_minute: int
    reason: str
    added_at: datetime
    flagged: int
    told: str | None = None
    visit_type: VisitType | None = None
    housing_unit: str | None = None
    removed_at: datetime | None = None


@dataclass(frozen=True)
class AddedBlackout:
    """A blackout that was added, and how many visits it cancelled."""

    blackout: Blackout
    cancelled: int
