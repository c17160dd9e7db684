"""Blackouts on the wire, for officers. Dates are local to the facility, minutes are after its midnight."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from backend.facilities.setting_values import VisitType
from backend.text import Day, Line, ShortLine
from backend.visits.blackouts import Added, BlackoutView, NewBlackout, TouchedView, Treatment
from backend.web import Instant, Schema

Minute = Annotated[int, Field(ge=0, le=1440)]


class PlannedBlackout(Schema):
    """The same hours on each of some days, both dates included; ``end_minute`` is exclusive.

    Without a type or a unit it is for all of them. ``reason`` is for officers; ``told`` is what visitors are told
    besides that there are no visits.
    """

    first_date: Day
    last_date: Day
    start_minute: Minute = 0
    end_minute: Minute = 1440
    visit_type: VisitType | None = None
    housing_unit: ShortLine | None = None
    reason: Line
    told: Line | None = None

    @property
    def asked(self) -> NewBlackout:
        """What is asked for."""
        return NewBlackout(
            first_date=self.first_date,
            last_date=self.last_date,
            reason=self.reason,
            told=self.told,
            start_minute=self.start_minute,
            end_minute=self.end_minute,
            visit_type=self.visit_type,
            housing_unit=self.housing_unit,
        )


class AddBlackout(PlannedBlackout):
    """A blackout to add. ``expected_visits`` is how many visits the preview counted."""

    expected_visits: Annotated[int, Field(ge=0)]
    treatment: Treatment = "flag"
    """What becomes of those visits."""


class TouchedVisit(Schema):
    """A visit that a blackout touches."""

    id: str
    reference: str
    visit_type: VisitType
    starts_at: Instant
    ends_at: Instant


class BlackoutPreview(Schema):
    """What a blackout would touch: future visits that stand, of which the first are named, and holds."""

    visits: int
    holds: int
    first_visits: tuple[TouchedVisit, ...]

    @classmethod
    def of(cls, view: TouchedView) -> BlackoutPreview:
        """Return it as the wire has it."""
        return cls.model_validate(view)


class Blackout(Schema):
    """A blackout in full, with how many visits are flagged because of it."""

    id: str
    facility_id: str
    visit_type: VisitType | None
    housing_unit: str | None
    first_date: dt.date
    last_date: dt.date
    start_minute: int
    end_minute: int
    reason: str
    told: str | None
    added_at: Instant
    removed_at: Instant | None
    flagged: int

    @classmethod
    def of(cls, view: BlackoutView) -> Blackout:
        """Return it as the wire has it."""
        return cls.model_validate(view)


class AddedBlackout(Schema):
    """A blackout that was added, and how many visits it cancelled."""

    blackout: Blackout
    cancelled: int

    @classmethod
    def of(cls, added: Added) -> AddedBlackout:
        """Return it as the wire has it."""
        return cls(blackout=Blackout.of(added.blackout), cancelled=added.cancelled)


class Blackouts(Schema):
    """The blackouts of a facility that are not over, by their dates."""

    items: list[Blackout]
    next_cursor: str | None = None
    """All are on one page."""
