"""``visitdesk-server money``: whether the books are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_group, add_work
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers

MORE = """\
Three books are compared: what the processor charged and gave back, the payments, and the ledger. Nothing is changed.
Days are of UTC, both included; without them it is the last 31 days until now. The test processor keeps no books: its
payments are held against the ledger only."""


def add_to(commands: Subparsers) -> None:
    """Add ``money``."""
    group = add_group(commands, "money", "whether the books are right")
    reconcile = add_work(
        group,
        "reconcile",
        does="List every difference between the processor and the ledger, and what to do about it.",
        more=MORE,
        examples="""
            visitdesk-server money reconcile
            visitdesk-server money reconcile --since 2026-11-01 --until 2026-11-30
            visitdesk-server money reconcile --since 2026-11-23 --csv
        """,
        run=_reconcile,
    )
    reconcile.add_argument("--since", metavar="DATE", help="the first day, such as 2026-11-01")
    reconcile.add_argument("--until", metavar="DATE", help="the last day; default: until now")
    reconcile.add_argument("--csv", action="store_true", help="print the differences as CSV")


def _reconcile(asked: Arguments) -> int:
    return perform(asked, "money-reconcile", since=asked.since, until=asked.until, csv=asked.csv)
