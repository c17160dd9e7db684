"""A CSV file of visits that were booked elsewhere: what its lines say, before anything is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from backend.csv_rows import Broken, NotThisFile, read_rows
from backend.facilities.policy import as_visit_type
from backend.facilities.setting_values import VisitType
from backend.import_report import Line
from backend.visits.asked import AskedAttendee

REQUIRED: Final = ("facility", "booking_number", "email", "visit_type", "date", "start", "minutes")
OPTIONAL: Final = ("attendees", "booked_on")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_MINOR: Final = re.compile(r"(.+?)\s*\(minor\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file, checked. Date and start are those of the facility's clock."""

    line: int
    facility: str
    booking_number: str
    email: str
    visit_type: VisitType
    day: date
    start: time
    minutes: int
    attendees: tuple[AskedAttendee, ...]
    booked_on: date | None

    @property
    def name(self) -> str:
        """What a report calls it."""
        return f"{self.booking_number}, {self.day.isoformat()} {self.start:%H:%M}"


@dataclass(frozen=True, slots=True)
class Meant:
    """A line, with the ids of whom it means, and its instant (UTC)."""

    record: Record
    account_id: str
    facility_id: str
    individual_id: str
    starts_at: datetime


def read(data: bytes) -> Iterator[Record | Line]:
    """Yield what each line says. Raises :class:`backend.csv_rows.NotThisFile` if it is another file."""
    for row in read_rows(data, REQUIRED):
        if isinstance(row, Broken):
            yield Line(row.line, "", row.reason)
            continue
        if unknown := [name for name in row.said if name not in (*REQUIRED, *OPTIONAL)]:
            raise NotThisFile(f"The file has columns that mean nothing here: {', '.join(unknown)}.")
        try:
            yield _parsed(row.line, row.said)
        except ValueError as error:
            yield Line(row.line, row.said["booking_number"], str(error))


def _parsed(line: int, cells: Mapping[str, str]) -> Record:
    visit_type = as_visit_type(cells["visit_type"])
    if visit_type is None:
        raise ValueError("visit_type is remote, onsite_video or in_person")
    minutes = cells["minutes"]
    if not (minutes.isascii() and minutes.isdigit()) or not 5 <= int(minutes) <= 240 or int(minutes) % 5:
        raise ValueError("minutes is a multiple of 5 up to 240")
    return Record(
        line=line,
        facility=cells["facility"],
        booking_number=cells["booking_number"],
        email=cells["email"],
        visit_type=visit_type,
        day=_day("date", cells["date"]),
        start=_clock(cells["start"]),
        minutes=int(minutes),
        attendees=tuple(_attendee(name.strip()) for name in cells.get("attendees", "").split(";") if name.strip()),
        booked_on=_day("booked_on", cells["booked_on"]) if cells.get("booked_on") else None,
    )


def _attendee(said: str) -> AskedAttendee:
    minor = _MINOR.fullmatch(said)
    return AskedAttendee(name=(minor[1] if minor else said)[:120], minor=minor is not None)


def _clock(said: str) -> time:
    found = _CLOCK.fullmatch(said)
    if found is None or int(found[2]) % 5:
        raise ValueError("start is a time such as 9:00 or 17:30, on five minutes")
    return time(int(found[1]), int(found[2]))


def _day(name: str, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ValueError(f"{name} is a date such as 2026-12-01") from None
