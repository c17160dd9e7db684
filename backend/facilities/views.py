"""What the facilities noun tells others: plain values, ready to be shown or judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.facilities.prices import PriceLine
from backend.facilities.setting_values import Approval, VisitType


@dataclass(frozen=True, slots=True)
class StateView:
    """A state that has facilities."""

    code: str
    name: str
    facilities: int


@dataclass(frozen=True, slots=True)
class DurationView:
    """A length that can be chosen, in minutes, and the most that it costs today."""

    minutes: int
    price: PriceLine


@dataclass(frozen=True, slots=True)
class OfferView:
    """A visit type that can be scheduled at a facility today, and on what conditions."""

    visit_type: VisitType
    durations: tuple[DurationView, ...]
    notice_hours: int
    """Notice in days is told as so many times 24 hours; what is judged are the days."""
    horizon_days: int
    cancel_cutoff_hours: int
    attendees_max: int
    join: str | None


@dataclass(frozen=True, slots=True)
class FacilityView:
    """A facility and what holds there on its own today."""

    id: str
    name: str
    state: str
    city: str | None
    address: str | None
    zone: str | None
    phone: str | None
    kind: str
    bookable: bool
    not_bookable_because: str | None
    approval: Approval
    id_must_be_seen: bool
    answer_days: int
    typical_answer_hours: int | None
    offers: tuple[OfferView, ...]


@dataclass(frozen=True, slots=True)
class FacilityRef:
    """A facility in few words."""

    id: str
    name: str
    state: str
    city: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class TermsView:
    """One version of the Terms and Conditions, and when an account accepted it, if it has."""

    id: str
    facility_id: str
    visit_type: str
    version: int
    title: str
    text: str
    accepted_at: datetime | None
