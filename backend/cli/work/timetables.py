"""``import timetables``: rows of timetables from a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pydantic import Base64Bytes

from backend.cli.report import Progress, Refused, Report, count_of
from backend.cli.work.planned_openings import PlannedOpenings, planned
from backend.cli.work.readiness import readiness
from backend.context import Context
from backend.csv_rows import NotThisFile
from backend.db import Tx
from backend.errors import Problem
from backend.facilities import service as facilities
from backend.facilities.models import Facility
from backend.facilities.policy import local_today, policy_on
from backend.facilities.setup import one_called
from backend.security import SHELL
from backend.timetables import importer
from backend.timetables.importer import BadLine, Record
from backend.visits import openings, succeeding

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
    openings: list[PlannedOpenings] = field(default_factory=list)
    """What there would be in the fourteen days from the first one on which rows of the file hold."""
    above: int = 0
    """Visits that are booked above the places of their row."""
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
            never = _never_holds(tx, facility, line, local_today(facility, tx.now))
            if never is not None:
                outcome.bad.append(BadLine(line.line, never))
                continue
            found.setdefault(facility.id, (facility, []))[1].append(line)
    for facility_id in sorted(found):
        facilities.take_alone(tx, facility_id)
    for facility, records in found.values():
        today = local_today(facility, tx.now)
        imported = succeeding.load(tx, SHELL, facility.id, records, today)
        for name, count in imported.counts.items():
            outcome.counts[name] += count
        outcome.above += imported.above
        if facility.zone is None:
            outcome.bad.append(BadLine(records[0].line, f"{facility.name} needs a time zone before it can be booked."))
        elif with_openings:
            outcome.openings += _openings(tx, facility, records, today)
        outcome.next += [f"{facility.name}: {sentence}" for sentence in readiness(tx, facility)]
    outcome.bad.sort(key=lambda bad: bad.line)
    return outcome


def _openings(tx: Tx, facility: Facility, records: Sequence[Record], today: date) -> list[PlannedOpenings]:
    found: list[PlannedOpenings] = []
    for visit_type in sorted({record.visit_type for record in records}):
        firsts = [max(today, record.valid_from or today) for record in records if record.visit_type == visit_type]
        found += planned(tx, facility, visit_type, min(firsts))
    return found


def _never_holds(tx: Tx, facility: Facility, record: Record, today: date) -> str | None:
    """Return why no visit could ever be scheduled by a line of the file, None if one could."""
    begins = max(today, record.valid_from or today)
    if begins - today > openings.FARTHEST:
        return "valid_from is too far away from today."
    policy = policy_on(tx, facility.id, record.visit_type, begins)
    return importer.why_never(record, policy.durations[0])


def _report(outcome: _Outcome, *, dry_run: bool) -> Report:
    counts = outcome.counts
    new = count_of(counts["new"], "row")
    done = "would be" if dry_run else "was" if counts["new"] == 1 else "were"
    lines = [
        f"{new} {done} added, {counts['changed']} changed, {counts['unchanged']} there already.",
        *(line for each in outcome.openings for line in each.lines),
        *(f"Line {bad.line}: {bad.sentence}" for bad in outcome.bad[:SHOWN]),
    ]
    if len(outcome.bad) > SHOWN:
        lines.append(f"… and {len(outcome.bad) - SHOWN} more lines; --json has all of them.")
    if outcome.above:
        lines.append(f"Booked above the places of their row: {count_of(outcome.above, 'visit')}. Nothing is cancelled.")
    if not dry_run:
        lines += outcome.next
    return Report(
        tuple(lines),
        {
            "new": counts["new"],
            "changed": counts["changed"],
            "unchanged": counts["unchanged"],
            "dry_run": dry_run,
            "visits_above": outcome.above,
            "openings": [each.data for each in outcome.openings],
            "attention": [{"line": bad.line, "sentence": bad.sentence} for bad in outcome.bad],
        },
        wrong=bool(outcome.bad),
    )
