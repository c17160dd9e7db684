"""Drafts on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backend.drafts.service import DraftView
from backend.facilities.setting_values import VisitType
from backend.text import Day, Key, Line, NoCardNumber, NumberLine, ShortLine
from backend.web import Instant, Schema

MOST_ATTENDEES = 20


class DraftAttendee(Schema):
    """Somebody who would come along; the name may still be half typed."""

    name: Annotated[str, Field(max_length=200), NoCardNumber]
    minor: bool


class DraftAnswers(Schema):
    """The answers so far. Nothing about payment: another field is refused."""

    facility_id: Key | None = None
    visit_type: VisitType | None = None
    terms_id: Key | None = None
    individual_id: Key | None = None
    individual_name: Line | None = None
    booking_number: NumberLine | None = None
    duration_minutes: int | None = Field(default=None, ge=1, le=1440)
    date: Day | None = None
    starts_at: Instant | None = None
    hold_id: Key | None = None
    attendees: tuple[DraftAttendee, ...] = Field(default=(), max_length=MOST_ATTENDEES)
    step: ShortLine | None = None


class Draft(DraftAnswers):
    """The answers, and when they were last written."""

    updated_at: Instant


class KeptDraft(Schema):
    """The account's draft, null if it has none."""

    draft: Draft | None

    @classmethod
    def of(cls, view: DraftView | None) -> KeptDraft:
        """Return a draft as it is sent."""
        return cls(draft=None if view is None else Draft.model_validate({**view.body, "updated_at": view.updated_at}))
