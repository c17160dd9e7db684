"""``visitdesk-server import``: facilities, individuals and timetables from files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_group, add_work
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers

TIMETABLES = """\
The file is CSV in UTF-8. Its first line names the columns:
  facility       id or name
  visit_type     remote, onsite_video or in_person
  weekday        the English name of a day, several with spaces between, or daily
  start, end     wall-clock times at the facility, such as 9:00 and 16:30; end is when the last visit has ended
  every_minutes  distance between two starts
  capacity       visits at the same time
and, where wanted: valid_from, valid_to (dates), every_weeks, anchor_date, housing_unit, channel (public, staff).

A row that is there already is not added again; nothing is removed: to end a row, give it a valid_to."""


def add_to(commands: Subparsers) -> None:
    """Add ``import``."""
    group = add_group(commands, "import", "facilities, individuals and timetables from files")
    timetables = add_work(
        group,
        "timetables",
        does="Load rows of timetables; a broken line stops none of the others.",
        more=TIMETABLES,
        examples="""
            visitdesk-server import timetables december.csv --dry-run
            visitdesk-server import timetables december.csv
        """,
        run=_timetables,
    )
    timetables.add_argument("file", metavar="FILE", help="a CSV file, or - for standard input")
    timetables.add_argument(
        "--dry-run", action="store_true", help="change nothing; print the times of the first week instead"
    )


def _timetables(asked: Arguments) -> int:
    content = read_file(asked.file)
    if content is None:
        return 1
    return perform(asked, "import-timetables", content=content, dry_run=asked.dry_run)


def read_file(name: str) -> str | None:
    """Return the text of a file, ``-`` for standard input; None, once standard error says why, if it is not readable.

    UTF-8, or Windows-1252 where it is not: what spreadsheets write.
    """
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        print(f"visitdesk-server: {name} cannot be read: {error.strerror or error}.", file=sys.stderr)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
