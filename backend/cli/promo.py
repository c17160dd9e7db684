"""``visitdesk-server promo``: promotional codes of a facility."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_group, add_work, cents
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers


def add_to(commands: Subparsers) -> None:
    """Add ``promo``."""
    group = add_group(commands, "promo", "promotional codes, which pay visits at a facility")
    add = add_work(
        group,
        "add",
        does="Make a promotional code.",
        more="It pays up to an amount of each visit, so many visits in all and of one account.",
        examples="""
            visitdesk-server promo add "Shelby County Jail" 5.70 --uses 100 --to 2026-12-31
            visitdesk-server promo add "Shelby County Jail" 3.00 --uses 500 --each 2 --to 2027-01-06 --code HOLIDAYS
        """,
        run=_add,
    )
    add.add_argument("facility", help="id or name")
    add.add_argument("pays", type=cents, metavar="DOLLARS", help="the most that it pays of one visit, such as 5.70")
    add.add_argument("--uses", type=int, required=True, metavar="N", help="how many visits it pays in all")
    add.add_argument("--each", type=int, default=1, metavar="N", help="of one account (default: 1)")
    add.add_argument("--from", dest="first", metavar="DATE", help="first day, the facility's; default: today")
    add.add_argument("--to", dest="last", required=True, metavar="DATE", help="last day, included")
    add.add_argument("--code", help="4 to 20 letters and digits; default: one that is made up")
    listing = add_work(
        group,
        "list",
        does="List the promotional codes of a facility that pay now or later.",
        examples="""
            visitdesk-server promo list "Shelby County Jail"
            visitdesk-server promo list "Shelby County Jail" --ended --json
        """,
        run=lambda asked: perform(asked, "promo-list", facility=asked.facility, ended=asked.ended),
    )
    listing.add_argument("facility", help="id or name")
    listing.add_argument("--ended", action="store_true", help="also those that are over or ended")
    end = add_work(
        group,
        "end",
        does="End a promotional code; what it has paid stays paid.",
        examples="visitdesk-server promo end HOLIDAYS",
        run=lambda asked: perform(asked, "promo-end", code=asked.code),
    )
    end.add_argument("code")


def _add(asked: Arguments) -> int:
    return perform(
        asked,
        "promo-add",
        facility=asked.facility,
        pays_minor=asked.pays,
        uses=asked.uses,
        uses_each=asked.each,
        first_day=asked.first,
        last_day=asked.last,
        code=asked.code,
    )
