"""What a facility of the demonstration is described by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from backend.facilities.setting_values import Approval, VisitType

WEEK: Final = (0, 1, 2, 3, 4, 5, 6)
WORKDAYS: Final = (0, 1, 2, 3, 4)
WEEKEND: Final = (5, 6)


@dataclass(frozen=True, slots=True)
class Window:
    """Visits on some weekdays (0 is Monday) between two local hours, a start every so many minutes."""

    weekdays: tuple[int, ...]
    from_hour: int
    to_hour: int
    every_minutes: int = 30
    capacity: int = 3
    housing_unit: str | None = None
    every_weeks: int = 1


@dataclass(frozen=True, slots=True)
class Fee:
    """A session fee in US cents: by the minute, or for a visit of ``minutes`` (0: of any length). The tax on top of it
    is in hundredths of a percent."""

    cents: int
    per_minute: bool = False
    minutes: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True)
class Offering:
    """How a facility offers one visit type. Without a fee it is free."""

    visit_type: VisitType
    durations: tuple[int, ...]
    windows: tuple[Window, ...]
    fees: tuple[Fee, ...] = ()
    notice_hours: int = 24
    horizon_days: int = 28
    cancel_cutoff_hours: int = 24
    attendees: int = 2
    place: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One facility, how it decides on access, and what it offers."""

    key: str
    name: str
    state: str
    city: str
    address: str
    postal_code: str
    phone: str
    kind: str
    population: int
    zone: str
    individuals: int
    booking_numbers: str
    """How a booking number is written: ``{n}`` is a number of five digits."""
    offerings: tuple[Offering, ...]
    housing_units: tuple[str, ...] = ("A", "B", "C")
    approval: Approval = "officer"
    id_must_be_seen: bool = False
    answer_working_days: int = 3
