"""``import visits``: visits that were booked elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import Base64Bytes

from backend.cli.report import Progress, Refused, Report, count_of
from backend.context import Context
from backend.csv_rows import NotThisFile
from backend.import_report import Report as Loaded
from backend.security import SHELL
from backend.visits import import_file, import_lines
from backend.visits.overrides import Override

SHOWN: Final = 20
"""Skipped lines are all in the JSON report; so many are printed."""


@dataclass(frozen=True, slots=True)
class ImportVisits:
    """A CSV file, and the codes of the rules that its visits may break, with the reason."""

    content: Base64Bytes
    dry_run: bool = False
    allow: tuple[str, ...] = ()
    reason: str = ""


def load(context: Context, asked: ImportVisits, progress: Progress) -> Report:
    """Book the visits of a file, some lines a transaction; one that a rule refuses stops none of the others."""
    try:
        lines = list(import_lines.read(asked.content))
    except NotThisFile as error:
        raise Refused(str(error), "Its first line names the columns; see: import visits --help") from error
    override = Override(frozenset(asked.allow), asked.reason) if asked.allow else None
    loaded = import_file.load(
        context.db, SHELL, lines, lambda done, of: progress(done, of, "Visits"), override, dry_run=asked.dry_run
    )
    return _report(loaded, dry_run=asked.dry_run)


def _report(loaded: Loaded, *, dry_run: bool) -> Report:
    skipped = sorted(loaded.skipped, key=lambda line: line.line)
    more = len(skipped) - SHOWN
    lines = (
        *(("Nothing was changed. This would be done:",) if dry_run else ()),
        f"{count_of(loaded.loaded, 'visit')} booked, {loaded.unchanged} there already, {len(skipped)} skipped.",
        *(f"Line {one.line}: {one.name + ': ' if one.name else ''}{one.sentence}." for one in skipped[:SHOWN]),
        *((f"… and {more} more that were skipped; --json has all of them.",) if more > 0 else ()),
    )
    data: dict[str, object] = {
        "booked": loaded.loaded,
        "unchanged": loaded.unchanged,
        "skipped": [{"line": one.line, "name": one.name, "sentence": one.sentence} for one in skipped],
        "dry_run": dry_run,
    }
    return Report(lines, data, wrong=False)
