"""``visitdesk-server import visits``."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_work
from backend.cli.files import read_file
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers

VISITS = """\
The file is CSV in UTF-8 with the columns facility (id or name), booking_number, email (of the visitor's account),
visit_type, date, start (on the facility's clock), minutes, and where known attendees (separated by semicolons; the
name of a minor ends with "(minor)") and booked_on (the date to which notice is counted).

Each visit is judged by the same rules as one that a visitor books; one that breaks a rule is skipped, with all reasons.
Nothing is charged. Each visitor gets the confirmation by e-mail. Others book meanwhile: it is loaded some lines at a
time, and what is loaded when it breaks off stays. Running it again changes nothing that is there, and goes on; a visit
that was moved or cancelled here since is not booked again. --dry-run sees what earlier lines of the file would book."""


def add_to(group: Subparsers) -> None:
    """Add ``import visits``."""
    visits = add_work(
        group,
        "visits",
        does="Load visits that were booked elsewhere.",
        more=VISITS,
        examples="""
            visitdesk-server import visits booked.csv --dry-run
            visitdesk-server import visits booked.csv --allow too_soon --reason "taken over from the old system"
        """,
        run=_load,
    )
    visits.add_argument("file", metavar="FILE", help="a CSV file, or - for standard input")
    visits.add_argument("--dry-run", action="store_true", help="change nothing; say what would be done")
    visits.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="CODE",
        help="a rule that these visits may break; may be repeated",
    )
    visits.add_argument("--reason", default="", help="why, where --allow is given; it is kept")


def _load(asked: Arguments) -> int:
    content = read_file(asked.file)
    if content is None:
        return 1
    return perform(
        asked,
        "import-visits",
        content=base64.b64encode(content).decode(),
        dry_run=asked.dry_run,
        allow=asked.allow,
        reason=asked.reason,
    )
