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
from backend.db import Tx
from backend.facilities import importer as facilities
from backend.import_report import Line
from backend.roster import importer as roster
from backend.security import SHELL
from backend.visits import leaving

SHOWN: Final = 20
"""Lines that need attention are all in the JSON report; so many are printed."""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A CSV file."""

    content: Base64Bytes


@dataclass(frozen=True, slots=True)
class ImportIndividuals:
    """A CSV file of individuals; whether it names everybody who is held, for sure, and whether it is meant."""

    content: Base64Bytes
    complete: bool = False
    sure: bool = False
    dry_run: bool = False


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


def load_individuals(context: Context, asked: ImportIndividuals, progress: Progress) -> Report:
    """Load individuals onto the rosters of their facilities, all in one transaction, or say what that would do."""
    try:
        planned = roster.plan(asked.content)
    except NotThisFile as error:
        raise Refused(str(error)) from error

    def work(tx: Tx) -> _Individuals:
        found = _Individuals(
            *leaving.load(
                tx,
                SHELL,
                planned,
                lambda done, of: progress(done, of, "Loading"),
                complete=asked.complete,
                sure=asked.sure,
            )
        )
        if asked.dry_run:
            raise _NotMeant(found)
        return found

    try:
        done = context.db.write_in_turn(work)
    except _NotMeant as dry:
        done = dry.outcome
    return _individuals_report(done, dry_run=asked.dry_run)


@dataclass(frozen=True, slots=True)
class _Individuals:
    loaded: roster.Report
    became: leaving.Consequences


class _NotMeant(Exception):
    """Rolls a dry run back, and carries what it would have done."""

    def __init__(self, outcome: _Individuals) -> None:
        super().__init__()
        self.outcome = outcome


def _individuals_report(done: _Individuals, *, dry_run: bool) -> Report:
    loaded, became = done.loaded, done.became
    gone = [one for each in loaded.by_facility.values() for one in each.gone]
    counts = {
        "loaded": loaded.loaded,
        "changed": loaded.changed,
        "unchanged": loaded.unchanged,
        "skipped": len(loaded.skipped),
        "released": sum(one.status == "released" for one in gone),
        "moved": sum(one.status == "moved" for one in gone),
        "not_in_file": sum(each.vanished for each in loaded.by_facility.values()),
        "back": sum(len(each.back) for each in loaded.by_facility.values()),
        "visits_flagged": became.flagged,
        "visits_cancelled": became.cancelled,
        "visits_unflagged": became.unflagged,
        "visits_above": became.above,
        "dry_run": dry_run,
    }
    lines = [
        *(("Nothing was changed. This would be done:",) if dry_run else ()),
        f"{count_of(loaded.loaded, 'individual')} added, {_there(loaded)}",
        *_gone(counts),
        *_skipped(loaded),
    ]
    return _report(lines, counts, loaded.skipped, loaded.attention)


def _gone(counts: Mapping[str, int]) -> list[str]:
    """Return sentences about who is gone or back, and about their visits."""
    said = []
    if counts["released"] or counts["moved"]:
        missing = f" ({counts['not_in_file']} of them not in the file)" if counts["not_in_file"] else ""
        said.append(f"{counts['released']} released{missing}, {counts['moved']} moved.")
    if counts["back"]:
        said.append(f"{counts['back']} held again.")
    for name, does in (("flagged", "flagged for review"), ("cancelled", "cancelled"), ("unflagged", "flagged no more")):
        if counts[f"visits_{name}"]:
            said.append(f"{count_of(counts[f'visits_{name}'], 'visit')} {does}.")
    if counts["visits_above"]:
        above = count_of(counts["visits_above"], "visit")
        said.append(f"Booked above the places of their housing unit: {above}. Nothing is cancelled.")
    return said


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
