"""Table of restrictions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.types import LocalDate, Table, UtcInstant

KINDS = ("no_contact", "ban", "segregation", "unclassified", "keep_apart")


class Restriction(Table, table=True):
    """Something that stands in the way of visits at a facility, for some days.

    ``no_contact``: an individual and a person; ``ban``: a person, with whomever; ``segregation`` and ``unclassified``:
    an individual, with whomever; ``keep_apart``: two individuals, who are never in visits that overlap.
    """

    __tablename__ = "restriction"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="restriction_kind"),
        CheckConstraint(
            "(kind = 'ban') = (individual_id IS NULL)"
            " AND (kind = 'keep_apart') = (other_individual_id IS NOT NULL)"
            " AND (kind IN ('ban', 'no_contact')) = (account_id IS NOT NULL OR person_name IS NOT NULL)",
            name="restriction_is_about",
        ),
        CheckConstraint("other_individual_id IS NULL OR individual_id < other_individual_id", name="restriction_pair"),
        CheckConstraint(
            "kind <> 'keep_apart'"
            " OR (last_date IS NULL AND visit_type IS NULL AND start_minute = 0 AND end_minute = 1440)",
            name="restriction_pair_is_for_all_time",
        ),
        CheckConstraint("last_date IS NULL OR first_date <= last_date", name="restriction_dates"),
        CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="restriction_hours"
        ),
        Index("restriction_by_facility", "facility_id", "kind"),
        Index("restriction_by_individual", "individual_id"),
        Index("restriction_by_other_individual", "other_individual_id"),
    )

    id: str = Field(primary_key=True)
    facility_id: str = Field(foreign_key="facility.id")
    kind: str
    individual_id: str | None = Field(default=None, foreign_key="individual.id")
    other_individual_id: str | None = Field(default=None, foreign_key="individual.id")
    """Of two who are kept apart, the one whose id sorts last."""
    account_id: str | None = Field(default=None, foreign_key="account.id")
    person_name: str | None = None
    """A person without an account, or besides it: first and last name as on the ID."""
    person_birth_date: date | None = Field(default=None, sa_type=LocalDate)
    """Where it is known, only a person born on that day is meant."""
    visit_type: str | None = None
    """None: for every visit type."""
    first_date: date = Field(sa_type=LocalDate)
    last_date: date | None = Field(default=None, sa_type=LocalDate)
    """Last facility-local date on which it holds, that day included; None: until it is ended."""
    start_minute: int = 0
    """Minutes after local midnight between which it holds on each of its days: segregation has hours."""
    end_minute: int = 1440
    reason: str
    """In full, for officers."""
    made_at: datetime = Field(sa_type=UtcInstant)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When an officer ended it; it holds no more from then on."""
