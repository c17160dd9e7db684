"""``visitdesk-server report``: what an operator is told of the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backend.cli.arguments import EXITS, Arguments, add_command, add_group
from backend.cli.perform import perform

if TYPE_CHECKING:
    import argparse

    from backend.cli.arguments import Subparsers

SETTLEMENT: Final = """\
Each day is the facility's own, by its clock. What was charged and what came back is without the tax, which has its own
column. Cash that was taken at the desk was put on balances: it is told, and is no part of what was earned."""
LIABILITIES: Final = """\
Prepaid balances, unused account credit, cash whose code nobody has entered, and accounts with money that gave no sign
of life for 180 days. A sign of life is a sign-in, or a line of the ledger."""


def add_to(commands: Subparsers) -> None:
    """Add ``report``."""
    group = add_group(commands, "report", "what was earned, and what is owed to visitors")
    settlement = add_command(
        group,
        "settlement",
        does="Tell what each facility earned on each of its days, by fee source.",
        more=f"{SETTLEMENT}\n\n{EXITS}",
        examples="""
            visitdesk-server report settlement --from 2026-11-01 --to 2026-11-30
            visitdesk-server report settlement --from 2026-11-22 --to 2026-11-22 --facility "Shelby County Jail" --csv
        """,
        run=_settlement,
    )
    settlement.add_argument("--from", dest="first", required=True, metavar="DATE", help="the first day")
    settlement.add_argument("--to", dest="last", required=True, metavar="DATE", help="the last day, included")
    settlement.add_argument("--facility", help="only this one: id or name")
    liabilities = add_command(
        group,
        "liabilities",
        does="Tell what is owed to visitors.",
        more=f"{LIABILITIES}\n\n{EXITS}",
        examples="""
            visitdesk-server report liabilities
            visitdesk-server report liabilities --on 2026-12-31 --csv
        """,
        run=lambda asked: perform(asked, "report-liabilities", on=asked.on, as_csv=asked.csv),
    )
    liabilities.add_argument("--on", metavar="DATE", help="as it was at the end of this day of UTC; default: now")
    for parser in (settlement, liabilities):
        _as_csv(parser)


def _as_csv(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--csv", action="store_true", help="print lines for a spreadsheet")
    parser.set_defaults(json=False)


def _settlement(asked: Arguments) -> int:
    return perform(
        asked,
        "report-settlement",
        first_day=asked.first,
        last_day=asked.last,
        facility=asked.facility,
        as_csv=asked.csv,
    )
