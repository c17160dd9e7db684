"""Loading individuals from a CSV file: read and planned without a database, applied in one transaction.

Columns: ``facility`` (its number in the list it came from, its id, or ``Name, ST``), ``booking_number``,
``first_name``, ``last_name``, and optionally ``middle_name``, ``suffix``, ``birth_date`` (YYYY-MM-DD or MM/DD/YYYY),
``housing_unit``, ``aliases`` (separated by semicolons).

Loading the same file again changes nothing; who is not in it stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.csv_rows import Broken, Row, read_rows
from backend.db import Tx
from backend.facilities import service as facilities
from backend.import_report import Line, Progress, Report
from backend.roster.loading import RosterRecord, upsert_individuals
from backend.roster.names import SUFFIXES, number_key, same_suffix
from backend.security import Actor

REQUIRED: Final = ("facility", "booking_number", "first_name", "last_name")
LONGEST: Final = 80
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


def plan(data: bytes) -> Plan:
    """Read a roster. Raises :class:`backend.csv_rows.NotThisFile` if the file is something else."""
    rows: dict[tuple[str, str], PlannedRow] = {}
    skipped: list[Line] = []
    attention: list[Line] = []
    for row in read_rows(data, REQUIRED):
        if isinstance(row, Broken):
            skipped.append(Line(row.line, "", row.reason))
            continue
        name = " ".join(part for part in (row.text("first_name"), row.text("last_name")) if part)
        facility, reason = row.text("facility"), _why_not(row)
        if reason is not None or facility is None:
            skipped.append(Line(row.line, name, reason or "it names no facility"))
            continue
        attention.extend(Line(row.line, name, sentence) for sentence in row.repaired)
        planned = PlannedRow(row.line, facility, _record(row, name, attention))
        key = (facility.casefold(), number_key(planned.record.booking_number))
        if key in rows:
            attention.append(Line(row.line, name, "the same booking number is in an earlier row: this one counts"))
        rows[key] = planned
    return Plan(tuple(rows.values()), tuple(skipped), tuple(attention))


def apply(tx: Tx, actor: Actor, planned: Plan, progress: Progress = lambda _done, _of: None) -> Report:
    """Bring the rosters up to what was planned, in this transaction, and report. Raises ``not_allowed`` (403)."""
    report = Report(skipped=list(planned.skipped), attention=list(planned.attention))
    by_facility: dict[str, list[PlannedRow]] = {}
    for row in planned.rows:
        by_facility.setdefault(row.facility, []).append(row)
    done = 0
    for called, rows in by_facility.items():
        found = facilities.called(tx, called)
        if len(found) == 1:
            loaded = upsert_individuals(tx, actor, found[0].id, [row.record for row in rows])
            report.loaded += loaded.new
            report.changed += loaded.changed
            report.unchanged += loaded.unchanged
        else:
            reason = f"{len(found)} facilities are called" if found else "no facility is called"
            report.skipped.extend(Line(row.line, _name(row.record), f"{reason} {called}") for row in rows)
        done += len(rows)
        progress(done, len(planned.rows))
    return report


def _why_not(row: Row) -> str | None:
    if not number_key(row.text("booking_number") or ""):
        return "it has no booking number"
    if row.text("first_name") is None and row.text("last_name") is None:
        return "it has no name"
    return None


def _record(row: Row, name: str, attention: list[Line]) -> RosterRecord:
    suffix = row.text("suffix")
    if suffix is not None and same_suffix(suffix) not in SUFFIXES:
        attention.append(Line(row.line, name, f"suffix {suffix!r} is not one that is known"))
    aliases = (alias.strip() for alias in (row.text("aliases") or "").split(";"))
    return RosterRecord(
        booking_number=_cut(row.text("booking_number")) or "",
        first_name=_cut(row.text("first_name")) or "",
        last_name=_cut(row.text("last_name")) or "",
        middle_name=_cut(row.text("middle_name")),
        suffix=_cut(suffix),
        birth_date=_birth_date(row, name, attention),
        housing_unit=_cut(row.text("housing_unit")),
        aliases=tuple(dict.fromkeys(alias[:LONGEST] for alias in aliases if alias)),
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
