"""What a timetable makes of the next days, for an operator who looks before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.cli.report import count_of
from backend.db import Tx
from backend.facilities.holidays import holiday_on
from backend.facilities.models import Facility
from backend.facilities.policy import VisitPolicy, policy_on
from backend.facilities.setting_values import VisitType
from backend.timetables import service as timetables
from backend.timetables.derive import CHANNELS, STAFF, Start, days_between, starts_on
from backend.timetables.models import TimetableRow
from backend.timetables.periods import Period

DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One facility-local date: how many start times there would be, with their places, and the first and last of them.

    Times are of the facility's clock. ``closed`` start times are not counted: a blackout or a holiday has them.
    """

    date: date
    times: int
    places: int
    first: str | None
    last: str | None
    closed: int
    holiday: str | None

    @property
    def words(self) -> str:
        """The day as a line of text."""
        said = f"{count_of(self.times, 'time')}, {self.first} to {self.last}" if self.times else "none"
        why = f": {self.holiday}" if self.holiday else f"; {self.closed} blacked out" if self.closed else ""
        return f"  {self.date:%a %Y-%m-%d}  {said}{why}"


@dataclass(frozen=True, slots=True)
class PlannedOpenings:
    """What there would be for visits of one type, of the shortest length, on each of the next days.

    ``housing_unit`` None stands for individuals of units without rows of their own.
    """

    facility_id: str
    facility: str
    visit_type: VisitType
    minutes: int
    housing_unit: str | None
    channel: str
    days: tuple[PlannedDay, ...]

    @property
    def lines(self) -> list[str]:
        """All of it as text."""
        unit = f", housing unit {self.housing_unit}" if self.housing_unit else ""
        staff = ", for staff only" if self.channel == STAFF else ""
        title = f"{self.facility}, {self.visit_type}, {self.minutes} minutes{unit}{staff}:"
        return [title, *(day.words for day in self.days)]

    @property
    def data(self) -> dict[str, object]:
        """All of it as JSON."""
        return {
            "facility_id": self.facility_id,
            "facility": self.facility,
            "visit_type": self.visit_type,
            "minutes": self.minutes,
            "housing_unit": self.housing_unit,
            "channel": self.channel,
            "days": [
                {
                    "date": day.date.isoformat(),
                    "times": day.times,
                    "places": day.places,
                    "first": day.first,
                    "last": day.last,
                    "closed": day.closed,
                    "holiday": day.holiday,
                }
                for day in self.days
            ],
        }


@dataclass(frozen=True, slots=True)
class _Plan:
    """Rows of one channel, as individuals of one housing unit have them."""

    facility: Facility
    zone: ZoneInfo
    policy: VisitPolicy
    rows: tuple[TimetableRow, ...]
    channel: str
    unit: str | None
    closed: tuple[Period, ...]


def planned(tx: Tx, facility: Facility, visit_type: VisitType, begins: date) -> Iterator[PlannedOpenings]:
    """Return the openings from ``begins`` (facility-local) on: for the public and for staff, and by housing unit."""
    policy = policy_on(tx, facility.id, visit_type, begins)
    days = days_between(begins, begins + timedelta(days=DAYS - 1))
    rows = timetables.rows_between(tx, facility.id, visit_type, days[0], days[-1])
    for channel in CHANNELS:
        mine = tuple(row for row in rows if row.channel == channel)
        for unit in sorted({row.housing_unit for row in mine}, key=lambda named: named or ""):
            closed = timetables.closed_from(tx, facility.id, visit_type, unit, begins)
            plan = _Plan(facility, ZoneInfo(facility.zone or "UTC"), policy, mine, channel, unit, closed)
            yield PlannedOpenings(
                facility_id=facility.id,
                facility=facility.name,
                visit_type=visit_type,
                minutes=policy.durations[0],
                housing_unit=unit,
                channel=channel,
                days=tuple(_day(plan, day) for day in days),
            )


def _day(plan: _Plan, day: date) -> PlannedDay:
    policy = plan.policy
    starts = starts_on(plan.rows, plan.zone, day, policy.durations[0], plan.unit, channels=(plan.channel,))
    holiday = holiday_on(plan.facility.state, day) if policy.of_day(day).holidays_closed else None
    open_ = [] if holiday else [start for start in starts if not _is_closed(plan, start)]
    times = sorted({start.starts_at for start in open_})
    shown = [f"{instant.astimezone(plan.zone):%H:%M}" for instant in times]
    return PlannedDay(
        date=day,
        times=len(times),
        places=sum(start.row.capacity for start in open_),
        first=shown[0] if shown else None,
        last=shown[-1] if shown else None,
        closed=len({start.starts_at for start in starts} - set(times)),
        holiday=holiday if starts else None,
    )


def _is_closed(plan: _Plan, start: Start) -> bool:
    return any(period.touches(plan.zone, start.starts_at, start.ends_at) for period in plan.closed)
