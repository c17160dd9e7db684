"""Rows of timetables from a CSV file: read, checked, and loaded so that the same file again changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from backend.audit import service as audit
from backend.csv_rows import Broken, NotThisFile, read_rows
from backend.db import Tx
from backend.facilities.policy import as_visit_type
from backend.facilities.setting_values import VisitType
from backend.security import Action, Actor, Subject, authorize
from backend.timetables import repository
from backend.timetables.derive import CHANNELS, PUBLIC, WEEK_DAYS
from backend.timetables.models import TimetableRow
from backend.types import new_id

Outcome = Literal["new", "changed", "unchanged"]

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
REQUIRED: Final = ("facility", "visit_type", "weekday", "start", "end", "every_minutes", "capacity")
OPTIONAL: Final = ("valid_from", "valid_to", "every_weeks", "anchor_date", "housing_unit", "channel")
LARGEST: Final = 1000
"""Places at the same time, weeks, and other counts above this are slips of the hand."""
_CLOCK: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file, checked: visits of one type on some weekdays at a facility, as the file names it."""

    line: int
    facility: str
    visit_type: VisitType
    weekdays: tuple[int, ...]
    """0 is Monday."""
    start_minute: int
    end_minute: int
    every_minutes: int
    capacity: int
    valid_from: date | None
    """None: from the day on which it is loaded."""
    valid_to: date | None
    every_weeks: int
    anchor_date: date | None
    housing_unit: str | None
    channel: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be loaded, and why."""

    line: int
    sentence: str


def read(data: bytes) -> Iterator[Record | BadLine]:
    """Return what each line of a CSV file says. Raises :class:`backend.csv_rows.NotThisFile` if it is another file."""
    for row in read_rows(data, REQUIRED):
        if isinstance(row, Broken):
            yield BadLine(row.line, f"{row.reason[0].upper()}{row.reason[1:]}.")
            continue
        unknown = [name for name in row.said if name not in (*REQUIRED, *OPTIONAL)]
        if unknown:
            raise NotThisFile(f"The file has columns that mean nothing here: {', '.join(unknown)}.")
        try:
            yield _parsed(row.line, row.said)
        except ValueError as error:
            yield BadLine(row.line, str(error))


def why_never(record: Record, shortest_minutes: int) -> str | None:
    """Return why no visit could ever be scheduled by ``record``, None if one could.

    ``shortest_minutes`` is the length of the shortest visit that the facility offers of this type.
    """
    length = record.end_minute - record.start_minute
    if length < shortest_minutes:
        return f"From start to end are {length} minutes, and the shortest visit here lasts {shortest_minutes}."
    if record.valid_from is None or record.valid_to is None:
        return None
    first, last = record.valid_from, record.valid_to
    # every day of the week comes once within as many weeks as are counted
    seen = min((last - first).days + 1, record.every_weeks * WEEK_DAYS)
    days = (first + timedelta(days=number) for number in range(seen))
    if any(_has(record, day, record.anchor_date or first) for day in days):
        return None
    named = " or ".join(WEEKDAYS[weekday].capitalize() for weekday in record.weekdays)
    return f"No {named} that it could hold on lies between {first} and {last}."


def _has(record: Record, day: date, anchor: date) -> bool:
    weeks = (day - anchor).days // WEEK_DAYS
    return day.weekday() in record.weekdays and weeks % record.every_weeks == 0


def load(tx: Tx, actor: Actor, facility_id: str, records: Sequence[Record], today: date) -> dict[Outcome, int]:
    """Load the records of one facility. A row that is there already stays; one that differs in its places, distance of
    starts or last day is changed; nothing is removed: to end a row, give it a last day.

    ``today`` is the facility's. Raises ``not_allowed`` (403).
    """
    authorize(actor, Action.SET_UP, Subject(facility_id=facility_id))
    there = {_key(row): row for row in repository.rows_of(tx, facility_id)}
    count: dict[Outcome, int] = {"new": 0, "changed": 0, "unchanged": 0}
    for record in records:
        for weekday in record.weekdays:
            # without a first day of its own, a line means the row that is there, whenever that began
            known = next((row for key, row in there.items() if _means(record, weekday, key)), None)
            if known is None:
                made = _made(tx, facility_id, record, weekday, today)
                there[_key(made)] = made
                tx.session.add(made)
                count["new"] += 1
            elif _update(known, record):
                tx.session.add(known)
                count["changed"] += 1
            else:
                count["unchanged"] += 1
    if count["new"] or count["changed"]:
        tx.session.flush()
        what: dict[str, object] = {"new": count["new"], "changed": count["changed"]}
        audit.record(
            tx, actor, audit.facility_chain(facility_id), action="timetable loaded", subject="timetable", what=what
        )
    return count


def _parsed(line: int, cells: Mapping[str, str]) -> Record:
    visit_type = as_visit_type(cells["visit_type"])
    if visit_type is None:
        raise ValueError("visit_type is remote, onsite_video or in_person.")
    if not cells["facility"]:
        raise ValueError("facility is empty.")
    record = Record(
        line=line,
        facility=cells["facility"],
        visit_type=visit_type,
        weekdays=_weekdays(cells["weekday"]),
        start_minute=_clock("start", cells["start"]),
        end_minute=_clock("end", cells["end"]),
        every_minutes=_whole("every_minutes", cells["every_minutes"], step=5),
        capacity=_whole("capacity", cells["capacity"]),
        valid_from=_day("valid_from", cells.get("valid_from", "")),
        valid_to=_day("valid_to", cells.get("valid_to", "")),
        every_weeks=_whole("every_weeks", cells.get("every_weeks", "") or "1"),
        anchor_date=_day("anchor_date", cells.get("anchor_date", "")),
        housing_unit=cells.get("housing_unit", "")[:80] or None,
        channel=cells.get("channel", "") or PUBLIC,
    )
    if record.start_minute >= record.end_minute:
        raise ValueError("end must be after start, on the same day; midnight at the end of it is 24:00.")
    if record.valid_from and record.valid_to and record.valid_to < record.valid_from:
        raise ValueError("valid_to is before valid_from.")
    if record.channel not in CHANNELS:
        raise ValueError("channel is public or staff.")
    return record


def _weekdays(said: str) -> tuple[int, ...]:
    """Return the days that ``said`` names: names of three letters or more, separated by spaces, or ``daily``."""
    words = said.lower().split()
    if words == ["daily"]:
        return tuple(range(7))
    found = [[day for day, name in enumerate(WEEKDAYS) if len(word) >= 3 and name.startswith(word)] for word in words]
    unknown = [word for word, days in zip(said.split(), found, strict=True) if len(days) != 1]
    if unknown or not words:
        wrong = f'weekday "{unknown[0]}" is no day' if unknown else "weekday is empty"
        raise ValueError(f"{wrong}: write the English name of a day, several with spaces between, or daily.")
    return tuple(sorted({days[0] for days in found}))


def _clock(name: str, said: str) -> int:
    """Return minutes after midnight."""
    found = _CLOCK.fullmatch(said)
    minute = int(found[1]) * 60 + int(found[2]) if found else -1
    if not 0 <= minute <= 1440 or minute % 5:
        raise ValueError(f"{name} is a time such as 9:00 or 17:30, on five minutes.")
    return minute


def _whole(name: str, said: str, step: int = 1) -> int:
    if not (said.isascii() and said.isdigit()) or not 1 <= int(said) <= LARGEST or int(said) % step:
        raise ValueError(f"{name} is a whole number above 0" + (f", a multiple of {step}." if step > 1 else "."))
    return int(said)


def _day(name: str, said: str) -> date | None:
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ValueError(f"{name} is a date such as 2026-12-01, or empty.") from None


_Key = tuple[str, int, int, int, date, int, date | None, str | None, str]


def _key(row: TimetableRow) -> _Key:
    return (
        row.visit_type,
        row.weekday,
        row.start_minute,
        row.end_minute,
        row.valid_from,
        row.every_weeks,
        row.anchor_date,
        row.housing_unit,
        row.channel,
    )


def _means(record: Record, weekday: int, key: _Key) -> bool:
    return key == (
        record.visit_type,
        weekday,
        record.start_minute,
        record.end_minute,
        record.valid_from or key[4],
        record.every_weeks,
        record.anchor_date,
        record.housing_unit,
        record.channel,
    )


def _made(tx: Tx, facility_id: str, record: Record, weekday: int, today: date) -> TimetableRow:
    return TimetableRow(
        id=new_id(tx.now),
        facility_id=facility_id,
        visit_type=record.visit_type,
        weekday=weekday,
        start_minute=record.start_minute,
        end_minute=record.end_minute,
        every_minutes=record.every_minutes,
        capacity=record.capacity,
        every_weeks=record.every_weeks,
        anchor_date=record.anchor_date,
        valid_from=record.valid_from or today,
        valid_to=record.valid_to,
        housing_unit=record.housing_unit,
        channel=record.channel,
    )


def _update(row: TimetableRow, record: Record) -> bool:
    wanted = (record.every_minutes, record.capacity, record.valid_to)
    if (row.every_minutes, row.capacity, row.valid_to) == wanted:
        return False
    row.every_minutes, row.capacity, row.valid_to = wanted
    return True
