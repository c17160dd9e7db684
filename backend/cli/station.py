"""``visitdesk-server station``: the stations of a facility, set up from the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_group, add_work
from backend.cli.facility import TYPES
from backend.cli.perform import perform

if TYPE_CHECKING:
    import argparse

    from backend.cli.arguments import Subparsers

NEEDED = """\
Where a facility has a station in service for a visit type, every visit of that type takes one for itself. Where it has
none, none is needed."""


def add_to(commands: Subparsers) -> None:
    """Add ``station``."""
    group = add_group(commands, "station", "stations: booths in which one visit takes place at a time")
    add = add_work(
        group,
        "add",
        does="Put a station into service, a new one or one that was retired.",
        more=f"{NEEDED}\n\nVisits that are booked already and have no station get this one, as far as it is free.",
        examples="""
            visitdesk-server station add "Cumberland County Jail" onsite_video "Booth 1"
            visitdesk-server station add "Cumberland County Jail" onsite_video "Booth 7" --unit B2
        """,
        run=_add,
    )
    _add_which(add)
    add.add_argument("--unit", help="only for individuals of this housing unit (default: of every unit)")
    listing = add_work(
        group,
        "list",
        does="List the stations of a facility.",
        examples='visitdesk-server station list "Cumberland County Jail"',
        run=lambda asked: perform(asked, "station-list", facility=asked.facility),
    )
    listing.add_argument("facility", help="id, number in its list, name, or 'Name, ST'")
    retire = add_work(
        group,
        "retire",
        does="Take a station out of service.",
        more="Visits there get another station that is free then; where none is, they keep it and are flagged.",
        examples='visitdesk-server station retire "Cumberland County Jail" onsite_video "Booth 1"',
        run=lambda asked: perform(asked, "station-retire", **_which(asked)),
    )
    _add_which(retire)


def _add_which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facility", help="id, number in its list, name, or 'Name, ST'")
    parser.add_argument("visit_type", choices=TYPES)
    parser.add_argument("name", help="what is written on it, such as 'Booth 1'")


def _which(asked: Arguments) -> dict[str, object]:
    return {"facility": asked.facility, "visit_type": asked.visit_type, "name": asked.name}


def _add(asked: Arguments) -> int:
    return perform(asked, "station-add", **_which(asked), housing_unit=asked.unit)
