"""``visitdesk-server restriction``: who may not meet whom at a facility, and when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backend.cli.arguments import Arguments, add_group, add_work
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers

KINDS: Final = ("no_contact", "ban", "segregation", "unclassified", "keep_apart")
KINDS_SAY: Final = """\
The kinds:
  no_contact    --individual and a person: they may not meet
  ban           a person: no visits at all
  segregation   --individual, with --from, --to and --hours
  unclassified  --individual: a new arrival, until --to or until it is ended
  keep_apart    --individual and --other: never in visits at the same time

A person is --visitor, the address of a visitor of this facility, or --person, a first and a last name as on the ID.
Visitors are never told a kind or a reason. Future visits that are touched are flagged, not cancelled."""
_AT: Final = 'visitdesk-server restriction add "Shelby County Jail"'
EXAMPLES: Final = f"""
    {_AT} ban --person "Jo Doe" --to 2027-06-30 --reason "Contraband."
    {_AT} no_contact --individual 2026-000123 --visitor jo@example.org --reason "Court order."
    {_AT} segregation --individual 2026-000123 --hours 8:00-12:00 --reason "Discipline."
    {_AT} keep_apart --individual 2026-000123 --other 2026-000456 --reason "Co-defendants."
"""
_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def add_to(commands: Subparsers) -> None:
    """Add ``restriction``."""
    group = add_group(commands, "restriction", "orders, bans and people who are kept apart")
    _add(group)
    listing = add_work(
        group,
        "list",
        does="List the restrictions of a facility that hold now or later.",
        examples="""
            visitdesk-server restriction list "Shelby County Jail"
            visitdesk-server restriction list "Shelby County Jail" --ended --json
        """,
        run=lambda asked: perform(asked, "restriction-list", facility=asked.facility, ended=asked.ended),
    )
    listing.add_argument("facility", help="id or name")
    listing.add_argument("--ended", action="store_true", help="also those that are over")
    end = add_work(
        group,
        "end",
        does="End a restriction; the flags that it raised on visits go with it.",
        examples="visitdesk-server restriction end 01K8ZQ4V7N5W2M6T3R9YBXE1CD",
        run=lambda asked: perform(asked, "restriction-end", restriction=asked.restriction),
    )
    end.add_argument("restriction", help="its id, from restriction list")


def _add(group: Subparsers) -> None:
    add = add_work(
        group,
        "add",
        does="Restrict visits at a facility, and flag the future visits that it touches.",
        more=KINDS_SAY,
        examples=EXAMPLES,
        run=_run_add,
    )
    add.add_argument("facility", help="id or name")
    add.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    add.add_argument("--individual", metavar="ID", help="booking number or id")
    add.add_argument("--other", metavar="ID", help="whom the individual is kept apart from")
    add.add_argument("--visitor", metavar="EMAIL", help="a visitor of this facility")
    add.add_argument("--person", metavar="NAME", help="first and last name")
    add.add_argument("--born", metavar="DATE", help="the person's birth date, where it is known")
    add.add_argument("--type", metavar="TYPE", help="only visits of this type; default: of every type")
    add.add_argument("--from", dest="first", metavar="DATE", help="first day, the facility's; default: today")
    add.add_argument("--to", dest="last", metavar="DATE", help="last day; default: until it is ended")
    add.add_argument("--hours", metavar="H:MM-H:MM", help="on each of its days, by the facility's clock")
    add.add_argument("--reason", required=True, help="in full, for officers only")


def _run_add(asked: Arguments) -> int:
    hours: dict[str, object] = {}
    if asked.hours is not None:
        found = _HOURS.fullmatch(asked.hours)
        # what is no time of a day is refused where every parameter is
        start, end = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (-1, -1)
        hours = {"start_minute": start, "end_minute": end}
    return perform(
        asked,
        "restriction-add",
        facility=asked.facility,
        kind=asked.kind,
        reason=asked.reason,
        individual=asked.individual,
        other_individual=asked.other,
        visitor_email=asked.visitor,
        person_name=asked.person,
        person_birth_date=asked.born,
        visit_type=asked.type,
        first_date=asked.first,
        last_date=asked.last,
        **hours,
    )
