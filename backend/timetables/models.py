"""Table of timetables."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.types import LocalDate, Table


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
