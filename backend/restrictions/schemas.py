"""Restrictions on the wire, for officers. Dates are local to the facility, minutes are after its midnight."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from backend.facilities.setting_values import VisitType
from backend.restrictions.service import Kind
from backend.text import Day, FullName, Line, NumberLine
from backend.visits.restricting import AskedRestriction, RestrictionView
from backend.web import Instant, Schema

Minute = Annotated[int, Field(ge=0, le=1440)]


class MakeRestriction(Schema):
    """Restrict visits. Which fields belong to which kind:

    ``no_contact``: ``individual`` and a person; ``ban``: a person; ``segregation``: ``individual``, days and hours;
    ``unclassified``: ``individual``; ``keep_apart``: ``individual`` and ``other_individual``. A person is a visitor of
    the facility by ``visitor_email``, or anybody by ``person_name``. An individual is named by id or booking number.
    """

    kind: Kind
    reason: Line
    individual: NumberLine | None = None
    other_individual: NumberLine | None = None
    visitor_email: Line | None = None
    person_name: FullName | None = None
    person_birth_date: Day | None = None
    visit_type: VisitType | None = None
    first_date: Day | None = None
    last_date: Day | None = None
    start_minute: Minute = 0
    end_minute: Minute = 1440

    @property
    def asked(self) -> AskedRestriction:
        """What is asked for."""
        return AskedRestriction(**{name: getattr(self, name) for name in type(self).model_fields})


class RestrictedIndividual(Schema):
    """An Incarcerated Individual as officers know them."""

    id: str
    name: str
    booking_number: str


class Restriction(Schema):
    """A restriction in full, with how many visits are flagged because of it."""

    id: str
    facility_id: str
    kind: Kind
    individual: RestrictedIndividual | None
    other_individual: RestrictedIndividual | None
    visitor_name: str | None
    visitor_email: str | None
    person_name: str | None
    person_birth_date: dt.date | None
    visit_type: VisitType | None
    first_date: dt.date
    last_date: dt.date | None
    start_minute: int
    end_minute: int
    reason: str
    made_at: Instant
    ended_at: Instant | None
    flagged_visits: int

    @classmethod
    def of(cls, view: RestrictionView) -> Restriction:
        """Return a restriction as it is sent."""
        return cls.model_validate(view)


class Restrictions(Schema):
    """A facility's restrictions, the newest first."""

    items: list[Restriction]
    next_cursor: str | None = None
