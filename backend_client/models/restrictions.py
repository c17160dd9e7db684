"""Who may not meet whom at a facility, for officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend_client.models.common import VisitType, WireEnum


class RestrictionKind(WireEnum):
    """What kind of restriction it is. Visitors are never told."""

    NO_CONTACT = "no_contact"
    BAN = "ban"
    SEGREGATION = "segregation"
    UNCLASSIFIED = "unclassified"
    KEEP_APART = "keep_apart"


@dataclass(frozen=True)
class RestrictedIndividual:
    """An Incarcerated Individual as officers know them."""

    id: str
    name: str
    booking_number: str


@dataclass(frozen=True)
class Restriction:
    """A restriction in full. Dates are the facility's, both included; minutes are after its midnight.

    `flagged_visits` wait for a person because of it; of one that was just ended, they did until then.
    """

    id: str
    facility_id: str
    kind: RestrictionKind
    first_date: date
    start_minute: int
    end_minute: int
    reason: str
    made_at: datetime
    flagged_visits: int
    individual: RestrictedIndividual | None = None
    other_individual: RestrictedIndividual | None = None
    visitor_name: str | None = None
    visitor_email: str | None = None
    person_name: str | None = None
    person_birth_date: date | None = None
    visit_type: VisitType | None = None
    last_date: date | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class NewRestriction:
    """What is to be restricted. An individual is named by id or booking number.

    A person is a visitor of the facility by `visitor_email`, or anybody by `person_name`.
    """

    kind: RestrictionKind
    reason: str
    individual: str | None = None
    other_individual: str | None = None
    visitor_email: str | None = None
    person_name: str | None = None
    person_birth_date: date | None = None
    visit_type: VisitType | None = None
    first_date: date | None = None
    last_date: date | None = None
    start_minute: int = 0
    end_minute: int = 1440
