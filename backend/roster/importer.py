"""Loading individuals from a CSV file: read and planned without a database, applied in one transaction.

Columns: ``facility`` (its number in the list it came from, its id, or ``Name, ST``), ``booking_number``,
``first_name``, ``last_name``, and optionally ``middle_name``, ``suffix``, ``birth_date`` (YYYY-MM-DD or MM/DD/YYYY),
``housing_unit``, ``aliases`` (separated by semicolons), ``status`` (held, moved or released; held where it says
nothing) and ``moved_to``.

Loading the same file again changes nothing; who is not in it stays, unless the file is said to be complete: then they
count as released, at the facilities that the file names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from backend.csv_rows import HIDDEN, Broken, Row, read_rows
from backend.db import Tx
from backend.errors import Problem
from backend.facilities import service as facilities
from backend.import_report import Line, Progress
from backend.import_report import Report as RowsReport
from backend.roster.loading import Complete, Loaded, RosterRecord, Status, upsert_individuals
from backend.roster.names import SUFFIXES, number_key, same_suffix
from backend.security import Actor

REQUIRED: Final = ("facility", "booking_number", "first_name", "last_name")
LONGEST: Final = 80
CUT: Final = ("booking_number", "first_name", "middle_name", "last_name", "suffix", "housing_unit")
STATUSES: Final[Mapping[str, Status]] = {"held": "held", "moved": "moved", "released": "released"}
UNREADABLE: Final = "(name cannot be read)"
"""The name of whoever has one of nothing but characters that cannot be seen: they have a number, and are held."""
_US_DATE: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One individual of the file, and the facility as the file calls it."""

    line: int
    facility: str
    record: RosterRecord


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file says."""

    rows: tuple[PlannedRow, ...]
    skipped: tuple[Line, ...]
    attention: tuple[Line, ...]
    also_there: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Booking numbers, as they are compared, of rows that are skipped, by the facility as the file calls it."""
    unreadable: int = 0
    """Skipped rows of which it is not known whom they name."""


@dataclass(slots=True)
class Report(RowsReport):
    """What loading a roster did, row by row and facility by facility (ids)."""

    by_facility: dict[str, Loaded] = field(default_factory=dict)


def plan(data: bytes) -> Plan:
    """Read a roster. Raises :class:`backend.csv_rows.NotThisFile` if the file is something else."""
    rows: dict[tuple[str, str], PlannedRow] = {}
    skipped: list[Line] = []
    attention: list[Line] = []
    also_there: dict[str, set[str]] = {}
    unreadable = 0
    for row in read_rows(data, REQUIRED):
        if isinstance(row, Broken):
            skipped.append(Line(row.line, "", row.reason))
            unreadable += 1
            continue
        name = " ".join(part for part in (row.text("first_name"), row.text("last_name")) if part)
        facility, reason = row.text("facility"), _why_not(row)
        if reason is not None or facility is None:
            skipped.append(Line(row.line, name, reason or "it names no facility"))
            number = number_key(row.text("booking_number") or "")
            if facility is not None and number:
                also_there.setdefault(facility.casefold(), set()).add(number)
            else:
                unreadable += 1
            continue
        attention.extend(Line(row.line, name, sentence) for sentence in row.repaired)
        planned = PlannedRow(row.line, facility, _record(row, name, attention))
        key = (facility.casefold(), number_key(planned.record.booking_number))
        if key in rows:
            attention.append(Line(row.line, name, "the same booking number is in an earlier row: this one counts"))
        rows[key] = planned
    there = {called: frozenset(numbers) for called, numbers in also_there.items()}
    return Plan(tuple(rows.values()), tuple(skipped), tuple(attention), there, unreadable)


def apply(
    tx: Tx,
    actor: Actor,
    planned: Plan,
    progress: Progress = lambda _done, _of: None,
    *,
    complete: bool = False,
    sure: bool = False,
) -> Report:
    """Bring the rosters up to what was planned, in this transaction, and report.

    ``complete``: who is held at a facility that the file names, and not in it, counts as released; ``sure``: however
    many they are. Raises ``not_allowed`` (403), ``too_many_vanish`` (409), or ``file_not_complete`` (409) where rows
    of a complete file do not say whom they name.
    """
    if complete and planned.unreadable and not sure:
        raise Problem(
            "file_not_complete",
            409,
            f"{planned.unreadable} rows of the file cannot be read, so that it does not say who is gone.",
            "Nothing was loaded. Correct them, or load the file again with --yes.",
        )
    report = Report(skipped=list(planned.skipped), attention=list(planned.attention))
    done = 0
    for facility_id, (rows, there) in _by_facility(tx, planned, report).items():
        whole = Complete(frozenset(there), sure) if complete else None
        loaded = upsert_individuals(tx, actor, facility_id, [row.record for row in rows], whole)
        report.loaded += loaded.new
        report.changed += loaded.changed
        report.unchanged += loaded.unchanged
        report.by_facility[facility_id] = loaded
        done += len(rows)
        progress(done, len(planned.rows))
    return report


def _by_facility(tx: Tx, planned: Plan, report: Report) -> dict[str, tuple[list[PlannedRow], set[str]]]:
    """Return, by facility, the rows and the numbers of skipped rows; what no facility is meant by is skipped.

    A file may call one facility by several names. They come in the order of their ids, in which they are locked.
    """
    called: dict[str, list[PlannedRow]] = {}
    for row in planned.rows:
        called.setdefault(row.facility, []).append(row)
    grouped: dict[str, tuple[list[PlannedRow], set[str]]] = {}
    for said, rows in called.items():
        found = facilities.called(tx, said)
        if len(found) != 1:
            reason = f"{len(found)} facilities are called" if found else "no facility is called"
            report.skipped.extend(Line(row.line, _name(row.record), f"{reason} {said}") for row in rows)
            continue
        group, there = grouped.setdefault(found[0].id, ([], set()))
        group.extend(rows)
        there.update(planned.also_there.get(said.casefold(), ()))
    return dict(sorted(grouped.items()))


def _why_not(row: Row) -> str | None:
    if not number_key(row.text("booking_number") or ""):
        return "it has no booking number"
    if _has_no_name(row) and not _had_a_name(row):
        return "it has no name"
    if (row.text("status") or "held").casefold() not in STATUSES:
        return f"its status is none of {', '.join(STATUSES)}"
    return None


def _has_no_name(row: Row) -> bool:
    return row.text("first_name") is None and row.text("last_name") is None


def _had_a_name(row: Row) -> bool:
    return any(HIDDEN.format(column=column) in row.repaired for column in ("first_name", "last_name"))


def _record(row: Row, name: str, attention: list[Line]) -> RosterRecord:
    suffix = row.text("suffix")
    if suffix is not None and same_suffix(suffix) not in SUFFIXES:
        attention.append(Line(row.line, name, f"suffix {suffix!r} is not one that is known"))
    if _has_no_name(row):
        attention.append(Line(row.line, name, "nothing of the name can be read: correct it in the list it came from"))
    attention.extend(
        Line(row.line, name[:LONGEST], f"{column} has more than {LONGEST} characters and was cut")
        for column in CUT
        if len(row.text(column) or "") > LONGEST
    )
    status = STATUSES[(row.text("status") or "held").casefold()]
    aliases = (alias.strip() for alias in (row.text("aliases") or "").split(";"))
    return RosterRecord(
        booking_number=_cut(row.text("booking_number")) or "",
        first_name=_cut(row.text("first_name")) or "",
        last_name=_cut(row.text("last_name")) or (UNREADABLE if _has_no_name(row) else ""),
        middle_name=_cut(row.text("middle_name")),
        suffix=_cut(suffix),
        birth_date=_birth_date(row, name, attention),
        housing_unit=_cut(row.text("housing_unit")),
        aliases=tuple(dict.fromkeys(alias[:LONGEST] for alias in aliases if alias)),
        status=status,
        moved_to=_cut(row.text("moved_to")) if status == "moved" else None,
    )


def _birth_date(row: Row, name: str, attention: list[Line]) -> date | None:
    said = row.text("birth_date")
    if said is None:
        return None
    american = _US_DATE.fullmatch(said)
    try:
        if american:
            month, day, year = (int(part) for part in american.groups())
            born = date(year, month, day)
        else:
            born = date.fromisoformat(said)
    except ValueError:
        attention.append(Line(row.line, name, f"birth date {said!r} is no date and was left out"))
        return None
    return born


def _cut(said: str | None) -> str | None:
    return None if said is None else said[:LONGEST]


def _name(record: RosterRecord) -> str:
    return f"{record.first_name} {record.last_name}".strip()
