"""``visitdesk-server blackout``: days and hours without visits."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Final

from backend.cli.arguments import Arguments, add_group, add_work
from backend.cli.perform import DONE, WRONG, perform, report_of

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers
    from backend.cli.report import Report

TYPES: Final = ("remote", "onsite_video", "in_person")
MEANS: Final = """\
Nobody can schedule a visit then, and nobody can override that. Before anything is changed you are told how many visits
that stand already it touches; they are flagged for a person to look at, or cancelled with everything paid coming back.
On a terminal you are asked before it is added; elsewhere say --yes or --dry-run."""
_CLOCK: Final = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)
DAY_MINUTES: Final = 1440


def add_to(commands: Subparsers) -> None:
    """Add ``blackout``."""
    group = add_group(commands, "blackout", "days and hours without visits")
    _add(group)
    listing = add_work(
        group,
        "list",
        does="List the blackouts of a facility that are not over.",
        examples='visitdesk-server blackout list "Shelby County Jail"',
        run=lambda asked: perform(asked, "blackout-list", facility=asked.facility),
    )
    listing.add_argument("facility", help="id or name")
    remove = add_work(
        group,
        "remove",
        does="Remove a blackout; the flags that it raised on visits go with it, cancelled visits stay cancelled.",
        examples="visitdesk-server blackout remove 01K8ZQ4V7N5W2M6T3R9YBXE1CD",
        run=lambda asked: perform(asked, "blackout-remove", blackout=asked.blackout),
    )
    remove.add_argument("blackout", help="its id, from blackout list")


def _add(group: Subparsers) -> None:
    parser = add_work(
        group,
        "add",
        does="Add a blackout.",
        more=MEANS,
        examples="""
            visitdesk-server blackout add "Shelby County Jail" --from 2026-12-24 --to 2026-12-26 --reason "Holidays."
            visitdesk-server blackout add "Shelby County Jail" --from 2026-12-01 --start 13:00 --end 15:00 --dry-run
            visitdesk-server blackout add "Shelby County Jail" --from 2026-12-01 --unit B2 --reason "Water damage."
        """,
        run=_run_add,
    )
    parser.add_argument("facility", help="id or name")
    parser.add_argument("--from", dest="first", required=True, metavar="DATE", help="the first day")
    parser.add_argument("--to", dest="last", metavar="DATE", help="the last day, included (default: the first)")
    parser.add_argument("--start", type=_minute, default=0, metavar="TIME", help="on each day from (default: 0:00)")
    parser.add_argument(
        "--end", type=_minute, default=DAY_MINUTES, metavar="TIME", help="on each day until, excluded (default: 24:00)"
    )
    parser.add_argument("--type", choices=TYPES, help="for this visit type only")
    parser.add_argument("--unit", help="for individuals of this housing unit only")
    parser.add_argument("--reason", required=True, help="shown to officers")
    parser.add_argument("--told", help="what visitors are told besides that there are no visits")
    parser.add_argument("--cancel-visits", action="store_true", help="cancel the visits that it touches")
    sure = parser.add_mutually_exclusive_group()
    sure.add_argument("--yes", action="store_true", help="add it, whatever it touches, without asking")
    sure.add_argument("--dry-run", action="store_true", help="only say what it would touch")


def _run_add(asked: Arguments) -> int:
    planned = {
        "facility": asked.facility,
        "first_date": asked.first,
        "last_date": asked.last or asked.first,
        "start_minute": asked.start,
        "end_minute": asked.end,
        "visit_type": asked.type,
        "housing_unit": asked.unit,
        "reason": asked.reason,
        "told": asked.told,
    }
    if asked.dry_run:
        return perform(asked, "blackout-preview", **planned)
    expected = None
    if not asked.yes:
        if not sys.stdin.isatty():
            print("visitdesk-server: Nobody can be asked here. Say --yes or --dry-run.", file=sys.stderr)
            return WRONG
        seen = report_of(asked, "blackout-preview", **planned)
        if isinstance(seen, int):
            return seen
        if not _agreed(seen):
            print("Nothing was changed.", file=sys.stderr)
            return DONE
        expected = seen.data.get("visits") if isinstance(seen.data, dict) else None
    return perform(asked, "blackout-add", **planned, expected_visits=expected, cancel_visits=asked.cancel_visits)


def _agreed(seen: Report) -> bool:
    """Show what it touches, where a report does not go, and ask."""
    print(*seen.lines, sep="\n", file=sys.stderr)
    print("Add the blackout? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _minute(said: str) -> int:
    """Return minutes after midnight."""
    found = _CLOCK.fullmatch(said)
    minute = int(found[1]) * 60 + int(found[2]) if found else -1
    if not 0 <= minute <= DAY_MINUTES:
        raise argparse.ArgumentTypeError(f"{said!r} is not a time such as 9:00, 17:30 or 24:00")
    return minute
