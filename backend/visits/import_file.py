"""Loading a whole file of visits, some lines a transaction, so that everybody else books meanwhile.

What is loaded when it breaks off stays. A line whose visit is there changes nothing, so running the same file again
goes on where it broke off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from backend.db import Database, Tx
from backend.errors import Problem
from backend.import_report import Line, Progress, Report
from backend.security import Actor
from backend.visits import importer
from backend.visits.asked import Asked
from backend.visits.import_lines import Record
from backend.visits.importer import Loaded
from backend.visits.overrides import Override

AT_ONCE: Final = 20
"""Lines of one transaction. Until its commit it keeps the facility's chain, and on SQLite the one writer: whoever books
waits for so many visits at most, which is less than a second, and a file does not take a commit a line."""


class _NotMeant(Exception):
    """Rolls a dry run back, and carries what it would have done."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self.loaded = loaded


def load(
    db: Database,
    actor: Actor,
    lines: Sequence[Record | Line],
    progress: Progress,
    override: Override | None = None,
    *,
    dry_run: bool = False,
) -> Report:
    """Book the visits of a file as :func:`backend.visits.importer.load` does, or only say what that would do.

    ``progress`` is told between two transactions; what it raises breaks the file off there. Raises ``busy_try_again``
    (503), which says how far it came.
    """
    report = Report()
    rehearsed: list[Asked] | None = [] if dry_run else None
    for first in range(0, len(lines), AT_ONCE):
        progress(first, len(lines))
        try:
            loaded = _batch(db, actor, lines[first : first + AT_ONCE], override, rehearsed)
        except Problem as problem:
            raise problem if dry_run else _broken_off(problem, first, len(lines)) from problem
        report.loaded += loaded.loaded
        report.unchanged += loaded.unchanged
        report.skipped += loaded.skipped
        if rehearsed is not None:
            rehearsed += loaded.booked
    return report


def _batch(
    db: Database,
    actor: Actor,
    lines: Sequence[Record | Line],
    override: Override | None,
    rehearsed: Sequence[Asked] | None,
) -> Loaded:
    def work(tx: Tx) -> Loaded:
        loaded = importer.load(tx, actor, lines, override, rehearsed)
        if rehearsed is not None:
            raise _NotMeant(loaded)
        return loaded

    try:
        return db.write_in_turn(work)
    except _NotMeant as dry:
        return dry.loaded


def _broken_off(problem: Problem, done: int, total: int) -> Problem:
    detail = f"{done} of {total} lines are done. Run the import again: it goes on there."
    return Problem(problem.code, problem.status, problem.title, detail, retry_after_seconds=problem.retry_after_seconds)
