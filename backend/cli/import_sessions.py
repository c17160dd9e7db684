"""``visitdesk-server import sessions``."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_work
from backend.cli.files import read_file
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers

SESSIONS = """\
The file is CSV in UTF-8. Its first line names the columns:
  reference        of the visit, such as VD-7K3M9Q
  side             visitor or individual
  connected_at     from when on that side was connected: an instant with its zone, such as 2026-12-01T09:00:12-06:00
  disconnected_at  until when

Connections are kept as evidence and never changed. Of a visit whose price is by the minute, used are the minutes in
which both sides were connected at once, within the appointed time, rounded up to a whole one. Once both sides of a
visit that has ended are known, what the other minutes cost comes back, once: give all of a visit in one file. Where
nothing is known 23 hours after a visit, all of its minutes come back; doctor tells of such visits.

A row of an unknown, cancelled or in-person visit, one outside of its visit, one that overlaps with another of the same
side, and one that has not happened yet are left out and told. Running it again changes nothing."""


def add_to(group: Subparsers) -> None:
    """Add ``import sessions``."""
    sessions = add_work(
        group,
        "sessions",
        does="Load when each side of a visit was connected; unused minutes come back.",
        more=SESSIONS,
        examples="""
            visitdesk-server import sessions sessions.csv --dry-run
            visitdesk-server import sessions sessions.csv
        """,
        run=_load,
    )
    sessions.add_argument("file", metavar="FILE", help="a CSV file, or - for standard input")
    sessions.add_argument("--dry-run", action="store_true", help="change nothing; say what would be done")


def _load(asked: Arguments) -> int:
    content = read_file(asked.file)
    if content is None:
        return 1
    return perform(asked, "import-sessions", content=base64.b64encode(content).decode(), dry_run=asked.dry_run)
