"""``import timetables``: rows of timetables from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Base64Bytes

from backend.cli.report import Progress, Refused, Report, count_of
from backend.cli.work.readiness import readiness
from backend.context import Context
from backend.csv_rows import NotThisFile
from backend.db import Tx
from backend.errors import Problem
from backend.facilities.models import Facility
from backend.facilities.policy import local_today, policy_on
from backend.facilities.setting_values import VisitType
from backend.facilities.setup import one_called
from backend.security import SHELL
from backend.timetables import importer
from backend.timetables import service as timetables
from backend.timetables.derive import days_between, starts_on
from backend.timetables.importer import BadLine, Record

SHOWN: Final = 20
"""Lines that need attention are all in the JSON report; so many are printed."""


@dataclass(frozen=True, slots=True)
class ImportTimetables:
    """A CSV file."""

    content: Base64Bytes
    dry_run: bool = False


@dataclass(slots=True)
class _Outcome:
    counts: dict[importer.Outcome, int] = field(default_factory=lambda: {"new": 0, "changed": 0, "unchanged": 0})
    bad: list[BadLine] = field(default_factory=list)
    openings: list[str] = field(default_factory=list)
    next: list[str] = field(default_factory=list)
    """What can be scheduled now at each facility of the file, and what is missing."""


class _NotMeant(Exception):
    """Rolls a dry run back, with what it would have done."""

    def __init__(self, outcome: _Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def load(context: Context, asked: ImportTimetables, progress: Progress) -> Report:
    """Load the rows of a file, all in one transaction; a broken line stops none of the others."""
    try:
        lines = list(importer.read(asked.content))
    except NotThisFile as error:
        raise Refused(str(error), "Its first line names the columns; see: import timetables --help") from error

    def work(tx: Tx) -> _Outcome:
        outcome = _loaded(tx, lines, progress, with_openings=asked.dry_run)
        if asked.dry_run:
            raise _NotMeant(outcome)
        return outcome

    try:
        outcome = context.db.write_in_turn(work)
    except _NotMeant as dry:
        outcome = dry.outcome
    return _report(outcome, dry_run=asked.dry_run)


def _loaded(tx: Tx, lines: Sequence[Record | BadLine], progress: Progress, *, with_openings: bool) -> _Outcome:
    outcome = _Outcome(bad=[line for line in lines if isinstance(line, BadLine)])
    found: dict[str, tuple[Facility, list[Record]]] = {}
    for number, line in enumerate(lines):
        progress(number, len(lines), "Timetable rows")
        if isinstance(line, Record):
            try:
                facility = one_called(tx, line.facility)
            except Problem as problem:
                outcome.bad.append(BadLine(line.line, f"{problem.title} {problem.detail}"))
                continue
            found.setdefault(facility.id, (facility, []))[1].append(line)
    for facility, records in found.values():
        today = local_today(facility, tx.now)
        for name, count in importer.load(tx, SHELL, facility.id, records, today).items():
            outcome.counts[name] += count
        if facility.zone is None:
            outcome.bad.append(BadLine(records[0].line, f"{facility.name} needs a time zone before it can be booked."))
        elif with_openings:
            types = sorted({record.visit_type for record in records})
            outcome.openings += [line for each in types for line in _first_week(tx, facility, each, records, today)]
        outcome.next += [f"{facility.name}: {sentence}" for sentence in readiness(tx, facility)]
    outcome.bad.sort(key=lambda bad: bad.line)
    return outcome


def _first_week(tx: Tx, facility: Facility, visit_type: VisitType, records: Sequence[Record], today: date) -> list[str]:
    """Return a line for each of the first seven days on which the rows hold: how many starts, the first and last."""
    begins = min(max(today, record.valid_from or today) for record in records if record.visit_type == visit_type)
    minutes = policy_on(tx, facility.id, visit_type, begins).durations[0]
    days = days_between(begins, begins + timedelta(days=6))
    rows = timetables.rows_between(tx, facility.id, visit_type, days[0], days[-1])
    zone = ZoneInfo(facility.zone or "UTC")
    said = [f"{facility.name}, {visit_type}, {minutes} minutes:"]
    for day in days:
        starts = starts_on(rows, zone, day, minutes)
        shown = [f"{start.starts_at.astimezone(zone):%H:%M}" for start in starts]
        said.append(f"  {day:%a %Y-%m-%d}  " + (f"{len(shown)} times, {shown[0]} to {shown[-1]}" if shown else "none"))
    return said


def _report(outcome: _Outcome, *, dry_run: bool) -> Report:
    counts = outcome.counts
    new = count_of(counts["new"], "row")
    done = "would be" if dry_run else "was" if counts["new"] == 1 else "were"
    lines = [
        f"{new} {done} added, {counts['changed']} changed, {counts['unchanged']} there already.",
        *outcome.openings,
        *(f"Line {bad.line}: {bad.sentence}" for bad in outcome.bad[:SHOWN]),
    ]
    if len(outcome.bad) > SHOWN:
        lines.append(f"… and {len(outcome.bad) - SHOWN} more lines; --json has all of them.")
    if not dry_run:
        lines += outcome.next
    return Report(
        tuple(lines),
        {
            "new": counts["new"],
            "changed": counts["changed"],
            "unchanged": counts["unchanged"],
            "dry_run": dry_run,
            "openings": outcome.openings,
            "attention": [{"line": bad.line, "sentence": bad.sentence} for bad in outcome.bad],
        },
        wrong=bool(outcome.bad),
    )
