"""``import sessions``: when each side of a visit was connected, and what comes back for that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from pydantic import Base64Bytes

from backend.cli.report import Progress, Refused, Report, count_of
from backend.context import Context
from backend.csv_rows import NotThisFile
from backend.db import Tx
from backend.import_report import Line
from backend.money.words import amount_words
from backend.security import SHELL
from backend.visits import connection_importer, unused_minutes
from backend.visits.connection_importer import Loaded
from backend.visits.unused_minutes import Counted

SHOWN: Final = 20
"""Lines that are left out are all in the JSON report; so many are printed."""


@dataclass(frozen=True, slots=True)
class ImportSessions:
    """A CSV file."""

    content: Base64Bytes
    dry_run: bool = False


class _NotMeant(Exception):
    """Rolls a dry run back, and carries what it would have done."""

    def __init__(self, loaded: Loaded, counted: Sequence[Counted]) -> None:
        super().__init__()
        self.loaded, self.counted = loaded, counted


def load(context: Context, asked: ImportSessions, progress: Progress) -> Report:
    """Keep the connections of a file in one transaction, then count each visit that is complete in one of its own.

    So money is locked for a moment only; a visit that the command did not come to is counted by the server.
    """
    try:
        lines = list(connection_importer.read(asked.content))
    except NotThisFile as error:
        raise Refused(str(error), "Its first line names the columns; see: import sessions --help") from error

    def work(tx: Tx) -> Loaded:
        loaded = connection_importer.load(tx, SHELL, lines, lambda done, of: progress(done, of, "Connections"))
        if asked.dry_run:
            raise _NotMeant(loaded, _counted(_tried(tx, one) for one in loaded.visits))
        return loaded

    try:
        loaded = context.db.write_in_turn(work)
    except _NotMeant as dry:
        return _report(dry.loaded, dry.counted, dry_run=True)
    found: list[Counted | None] = []
    for number, visit_id in enumerate(loaded.visits):
        progress(number, len(loaded.visits), "Visits")
        found.append(context.db.write_in_turn(partial(unused_minutes.count, actor=SHELL, visit_id=visit_id)))
    return _report(loaded, _counted(found), dry_run=False)


def _tried(tx: Tx, visit_id: str) -> Counted | None:
    """Count one visit and take it back at once, with its locks: those of the next one do not come on top of them."""
    try:
        with tx.savepoint():
            raise _NotMeant(Loaded(), _counted((unused_minutes.count(tx, SHELL, visit_id),)))
    except _NotMeant as tried:
        return tried.counted[0] if tried.counted else None


def _counted(found: Iterable[Counted | None]) -> Sequence[Counted]:
    return [one for one in found if one is not None]


def _report(loaded: Loaded, counted: Sequence[Counted], *, dry_run: bool) -> Report:
    skipped = sorted(loaded.skipped, key=lambda line: line.line)
    told = [*skipped, *loaded.attention]
    more = len(told) - SHOWN
    lines = (
        *(("Nothing was changed. This would be done:",) if dry_run else ()),
        f"{count_of(loaded.loaded, 'connection')} loaded, {loaded.unchanged} there already, {len(skipped)} left out.",
        *(_back(one) for one in counted[:SHOWN]),
        *((f"… and {count_of(len(counted) - SHOWN, 'more visit')} counted.",) if len(counted) > SHOWN else ()),
        *(_told(one) for one in told[:SHOWN]),
        *((f"… and {more} more lines; --json has all of them.",) if more > 0 else ()),
    )
    data: dict[str, object] = {
        "loaded": loaded.loaded,
        "unchanged": loaded.unchanged,
        "skipped": [_data(one) for one in skipped],
        "attention": [_data(one) for one in loaded.attention],
        "counted": [
            {"reference": one.reference, "booked": one.booked, "used": one.used, "back_minor": one.back_minor}
            for one in counted
        ],
        "dry_run": dry_run,
    }
    return Report(lines, data, wrong=False)


def _back(one: Counted) -> str:
    used = f"{one.reference}: {one.used} of {one.booked} minutes used"
    return f"{used}; {amount_words(one.back_minor, one.currency)} comes back." if one.back else f"{used}."


def _told(one: Line) -> str:
    return f"Line {one.line}: {one.name + ': ' if one.name else ''}{one.sentence}."


def _data(one: Line) -> dict[str, object]:
    return {"line": one.line, "name": one.name, "sentence": one.sentence}
