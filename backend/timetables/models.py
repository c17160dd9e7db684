"""Tables of timetables and blackouts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.types import LocalDate, Table, UtcInstant


class TimetableRow(Table, table=True):
    """Visits of one type on one weekday, in wall-clock time of the facility's zone, every few weeks."""

    __tablename__ = "timetable_row"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="timetable_weekday"),
        CheckConstraint(
            "start_minute % 5 = 0 AND end_minute % 5 = 0 AND every_minutes % 5 = 0", name="timetable_on_quanta"
        ),
        CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="timetable_within_a_day"
        ),
        CheckConstraint("every_minutes > 0 AND every_weeks > 0 AND capacity > 0", name="timetable_positive"),
        Index("timetable_by_facility", "facility_id", "visit_type", "weekday"),
    )

    id: str = Field(primary_key=True)
    facility_id: str = Field(foreign_key="facility.id")
    visit_type: str
    weekday: int
    """0 is Monday."""
    start_minute: int
    """Minutes after local midnight at which the first visit can start."""
    end_minute: int
    """Minutes after local midnight by which the last visit has ended."""
    every_minutes: int
    """Distance between two starts."""
    capacity: int
    """Places at the same time in this row."""
    every_weeks: int = 1
    anchor_date: date | None = Field(default=None, sa_type=LocalDate)
    valid_from: date = Field(sa_type=LocalDate)
    valid_to: date | None = Field(default=None, sa_type=LocalDate)
    """Last facility-local date on which the row holds."""
    housing_unit: str | None = None
    """None: for every housing unit."""
    channel: str = "public"


class Blackout(Table, table=True):
    """A date or a period without visits: of a facility, of one visit type, or of one housing unit.

    It holds on each of its days between two times of the facility's clock; a visit that overlaps with it is touched.
    """

    __tablename__ = "blackout"
    __table_args__ = (
        CheckConstraint("first_date <= last_date", name="blackout_dates"),
        CheckConstraint(
            "start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="blackout_hours"
        ),
        Index("blackout_by_facility", "facility_id", "last_date"),
    )

    id: str = Field(primary_key=True)
    facility_id: str = Field(foreign_key="facility.id")
    visit_type: str | None = None
    """None: every visit type."""
    housing_unit: str | None = None
    """None: every housing unit."""
    first_date: date = Field(sa_type=LocalDate)
    last_date: date = Field(sa_type=LocalDate)
    start_minute: int = 0
    """Minutes after local midnight."""
    end_minute: int = 1440
    """Minutes after local midnight, exclusive."""
    reason: str
    """In full, for officers."""
    told: str | None = None
    """What visitors are told besides that there are no visits; None: nothing."""
    added_at: datetime = Field(sa_type=UtcInstant)
    removed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    """When it was removed; it holds no more from then on."""
