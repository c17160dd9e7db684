"""``import facilities`` and ``import individuals``: lists that other systems wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Base64Bytes

from backend import import_report
from backend.cli.report import Progress, Refused, Report, count_of
from backend.cli.zones import zone_at
from backend.context import Context
from backend.csv_rows import NotThisFile
from backend.facilities import importer as facilities
from backend.import_report import Line
from backend.roster import importer as roster
from backend.security import SHELL

SHOWN: Final = 20
"""Lines that need attention are all in the JSON report; so many are printed."""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A CSV file."""

    content: Base64Bytes


def load_facilities(context: Context, asked: ImportFile, progress: Progress) -> Report:
    """Load a list of facilities, all in one transaction; a broken row stops none of the others."""
    try:
        planned = facilities.plan(asked.content, zone_at, lambda done, of: progress(done, of, "Reading"))
    except NotThisFile as error:
        raise Refused(str(error)) from error
    loaded = context.db.write_in_turn(
        lambda tx: facilities.apply(tx, SHELL, planned, lambda done, of: progress(done, of, "Loading"))
    )
    counts = {
        "loaded": loaded.loaded,
        "changed": loaded.changed,
        "unchanged": loaded.unchanged,
        "skipped": len(loaded.skipped),
        "without_zone": loaded.without_zone,
        "without_kind": loaded.without_kind,
        "without_population": loaded.without_population,
    }
    lines = [
        f"{count_of(loaded.loaded, 'facility', 'facilities')} added, {_there(loaded)}",
        *_skipped(loaded),
        *_needs(loaded),
    ]
    return _report(lines, counts, loaded.skipped, loaded.attention)


def load_individuals(context: Context, asked: ImportFile, progress: Progress) -> Report:
    """Load individuals onto the rosters of their facilities, all in one transaction."""
    try:
        planned = roster.plan(asked.content)
    except NotThisFile as error:
        raise Refused(str(error)) from error
    loaded = context.db.write_in_turn(
        lambda tx: roster.apply(tx, SHELL, planned, lambda done, of: progress(done, of, "Loading"))
    )
    counts = {
        "loaded": loaded.loaded,
        "changed": loaded.changed,
        "unchanged": loaded.unchanged,
        "skipped": len(loaded.skipped),
    }
    lines = [
        f"{count_of(loaded.loaded, 'individual')} added, {_there(loaded)}",
        *_skipped(loaded),
    ]
    return _report(lines, counts, loaded.skipped, loaded.attention)


def _there(loaded: import_report.Report) -> str:
    return f"{loaded.changed} changed, {loaded.unchanged} as {'it was' if loaded.unchanged == 1 else 'they were'}."


def _needs(loaded: facilities.Report) -> list[str]:
    needs = (
        (loaded.without_zone, "a time zone before they can be booked"),
        (loaded.without_kind, "a kind before a price can be set"),
        (loaded.without_population, "a population before a price can be set"),
    )
    return [
        f"{count} of the list {'needs' if count == 1 else 'need'} {what}: facility set --help"
        for count, what in needs
        if count
    ]


def _skipped(loaded: import_report.Report) -> list[str]:
    """Return a sentence for each reason to skip rows, the most frequent first, with the lines of all of them."""
    return [
        f"{count} skipped: {reason} ({_numbers(sorted(one.line for one in loaded.skipped if one.sentence == reason))})."
        for reason, count in loaded.skipped_by_reason.items()
    ]


def _numbers(lines: Sequence[int]) -> str:
    """Write line numbers, which rise: ``line 4``, ``lines 4, 6-9``."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], line]
        else:
            runs.append([line])
    return f"{'line' if len(lines) == 1 else 'lines'} {', '.join('-'.join(map(str, run)) for run in runs)}"


def _report(
    lines: Sequence[str], counts: Mapping[str, int], skipped: Sequence[Line], attention: Sequence[Line]
) -> Report:
    shown = [f"Line {one.line}: {one.name + ': ' if one.name else ''}{one.sentence}" for one in attention[:SHOWN]]
    more = len(attention) - len(shown)
    return Report(
        (*lines, *shown, *((f"… and {more} more lines that need attention; --json has all of them.",) if more else ())),
        {**counts, "skipped_lines": _data(sorted(skipped, key=lambda one: one.line)), "attention": _data(attention)},
        wrong=False,
    )


def _data(lines: Sequence[Line]) -> list[dict[str, object]]:
    return [{"line": one.line, "name": one.name, "sentence": one.sentence} for one in lines]
