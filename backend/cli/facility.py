"""``visitdesk-server facility``: one facility set up from the shell."""

from __future__ import annotations

import argparse
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_group, add_work, cents
from backend.cli.files import read_file
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers

TYPES = ("remote", "onsite_video", "in_person")
KINDS = ("prison", "jail", "detention", "juvenile", "immigration", "other", "unknown")
FACTS = ("name", "state", "city", "address", "postal_code", "phone", "kind", "population", "zone")
BOOKABLE = """\
Visits can be scheduled at a facility once it has a time zone, and for a visit type: the setting offered=true,
Terms and Conditions, and a timetable."""


def add_to(commands: Subparsers) -> None:
    """Add ``facility``."""
    group = add_group(commands, "facility", "facilities, what they offer, their prices and terms")
    add = add_work(
        group,
        "add",
        does="Add a facility that is in no list.",
        more=BOOKABLE,
        examples="""
            visitdesk-server facility add --name "Cumberland County Jail" --state TN --zone America/Chicago
        """,
        run=lambda asked: perform(asked, "facility-add", **_facts(asked)),
    )
    _add_facts(add, required=("name", "state"))
    listing = add_work(
        group,
        "list",
        does="List the facilities of a state.",
        examples="visitdesk-server facility list TN",
        run=lambda asked: perform(asked, "facility-list", state=asked.of_state),
    )
    listing.add_argument("of_state", metavar="STATE", help="two letters")
    show = add_work(
        group,
        "show",
        does="Show one facility, what it offers today, and what is missing before it can be booked.",
        examples='visitdesk-server facility show "Cumberland County Jail, TN"',
        run=lambda asked: perform(asked, "facility-show", facility=asked.facility),
    )
    show.add_argument("facility", help="id, number in its list, name, or 'Name, ST'")
    _add_set(group)
    _add_price(group)
    _add_terms(group)


def _add_set(group: Subparsers) -> None:
    parser = add_work(
        group,
        "set",
        does="Set what is known of a facility, and its settings from a day on.",
        more=f"{BOOKABLE}\n\nThe settings are listed, with their meaning, in docs/operations.md.",
        examples="""
            visitdesk-server facility set "Cumberland County Jail" --kind jail --population 420
            visitdesk-server facility set "Cumberland County Jail" --setting approval=officer id_must_be_seen=true
            visitdesk-server facility set "Cumberland County Jail" --type remote --setting offered=true horizon_days=28
        """,
        run=_set,
    )
    parser.add_argument("facility", help="id, number in its list, name, or 'Name, ST'")
    parser.add_argument(
        "--setting", action="extend", nargs="+", default=[], metavar="NAME=VALUE", help="settings and their values"
    )
    parser.add_argument("--type", choices=TYPES, help="settings of this visit type only")
    parser.add_argument("--from", dest="since", metavar="DATE", help="the first day they hold (default: today)")
    _add_facts(parser)


def _add_price(group: Subparsers) -> None:
    parser = add_work(
        group,
        "price",
        does="Set what a visit type costs, from a day on.",
        more="A price above the cap in force for the kind and population of the facility is refused.\n"
        "Where the price is by the minute, what unused minutes cost comes back after the visit: see import sessions.",
        examples="""
            visitdesk-server facility price "Cumberland County Jail" remote 0.19 --per-minute --tax 9.25
            visitdesk-server facility price "Cumberland County Jail" onsite_video 4.50 --minutes 30 --from 2027-01-01
            visitdesk-server facility price "Cumberland County Jail" in_person 0
        """,
        run=_price,
    )
    parser.add_argument("facility", help="id, number in its list, name, or 'Name, ST'")
    parser.add_argument("visit_type", choices=TYPES)
    parser.add_argument("session_fee", type=cents, metavar="DOLLARS", help="the session fee, such as 5.70")
    parser.add_argument("--transaction-fee", type=cents, default=0, metavar="DOLLARS", help="on top of it (default: 0)")
    parser.add_argument(
        "--tax", type=_basis_points, default=0, metavar="PERCENT", help="of both fees, on top of them, such as 9.25"
    )
    parser.add_argument("--per-minute", action="store_true", help="the session fee is for a minute, not for a visit")
    parser.add_argument("--minutes", type=int, default=0, help="for visits of this length only")
    parser.add_argument("--from", dest="since", metavar="DATE", help="the first day it holds (default: today)")


def _add_terms(group: Subparsers) -> None:
    parser = add_work(
        group,
        "terms",
        does="Publish the Terms and Conditions of a facility for some visit types; they are in force at once.",
        more="The file is plain text in UTF-8, its paragraphs separated by empty lines. The same words change nothing.",
        examples="""
            visitdesk-server facility terms "Cumberland County Jail" terms.txt --type remote --type in_person
        """,
        run=_terms,
    )
    parser.add_argument("facility", help="id, number in its list, name, or 'Name, ST'")
    parser.add_argument("file", metavar="FILE", help="a text file, or - for standard input")
    parser.add_argument("--type", action="append", choices=TYPES, help="may be given again (default: all three)")
    parser.add_argument("--title", default="Terms and Conditions")


def _add_facts(parser: argparse.ArgumentParser, required: tuple[str, ...] = ()) -> None:
    facts = parser.add_argument_group("facts")
    for name in FACTS:
        option = f"--{name.replace('_', '-')}"
        if name == "kind":
            facts.add_argument(
                option, choices=KINDS, metavar="KIND", help=f"{', '.join(KINDS)}; rate caps depend on it"
            )
        elif name == "population":
            facts.add_argument(option, type=int, help="average daily population; rate caps depend on it")
        elif name == "zone":
            facts.add_argument(option, help="time zone of its timetables, such as America/Chicago")
        else:
            facts.add_argument(option, required=name in required)


def _facts(asked: Arguments) -> dict[str, object]:
    return {name: getattr(asked, name) for name in FACTS}


def _set(asked: Arguments) -> int:
    return perform(
        asked,
        "facility-set",
        facility=asked.facility,
        settings=asked.setting,
        visit_type=asked.type,
        effective_from=asked.since,
        **_facts(asked),
    )


def _price(asked: Arguments) -> int:
    return perform(
        asked,
        "facility-price",
        facility=asked.facility,
        visit_type=asked.visit_type,
        session_fee=asked.session_fee,
        transaction_fee=asked.transaction_fee,
        tax_basis_points=asked.tax,
        per_minute=asked.per_minute,
        minutes=asked.minutes,
        effective_from=asked.since,
    )


def _terms(asked: Arguments) -> int:
    content = read_file(asked.file)
    if content is None:
        return 1
    return perform(
        asked,
        "facility-terms",
        facility=asked.facility,
        visit_types=asked.type or TYPES,
        title=asked.title,
        text=content.decode("utf-8-sig", "replace"),
    )


def _basis_points(said: str) -> int:
    """Return a percentage as hundredths of a percent."""
    if not re.fullmatch(r"\d{1,2}(\.\d{1,2})?%?", said, re.ASCII):
        raise argparse.ArgumentTypeError(f"{said!r} is not a percentage such as 9.25")
    return int(Decimal(said.rstrip("%")) * 100)
