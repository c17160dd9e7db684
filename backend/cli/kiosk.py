"""``visitdesk-server kiosk``: the kiosks of a facility, enrolled and taken out of service from the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_group, add_work
from backend.cli.perform import perform

if TYPE_CHECKING:
    import argparse

    from backend.cli.arguments import Subparsers


def add_to(commands: Subparsers) -> None:
    """Add ``kiosk``."""
    group = add_group(commands, "kiosk", "kiosks: machines at a facility, used by one visitor after another")
    enrol = add_work(
        group,
        "enrol",
        does="Print the one-time code that makes a machine a kiosk of a facility.",
        more="""On that machine, as the kiosk's own user: visitdesk --enrol, which asks for the code

The code works once, within an hour. Asked for again before it is used, a new code takes its place.""",
        examples='visitdesk-server kiosk enrol "Cumberland County Jail" "Front desk 1"',
        run=lambda asked: perform(asked, "kiosk-enrol", facility=asked.facility, name=asked.name),
    )
    _add_which(enrol)
    listing = add_work(
        group,
        "list",
        does="List the kiosks of a facility, or all of them.",
        examples="""
            visitdesk-server kiosk list
            visitdesk-server kiosk list "Cumberland County Jail"
        """,
        run=lambda asked: perform(asked, "kiosk-list", facility=asked.facility),
    )
    listing.add_argument("facility", nargs="?", help="id, number in its list, name, or 'Name, ST' (default: all)")
    reader = add_work(
        group,
        "reader",
        does="Note which card reader stands beside a kiosk.",
        more="""Its name is the one that the processor gave it (Stripe: tmr_...). Payments that it asks for already are
finished there. Without a name there is no reader beside the kiosk any more.""",
        examples="""
            visitdesk-server kiosk reader "Cumberland County Jail" "Front desk 1" tmr_FDOt2wlRZEdpd7
            visitdesk-server kiosk reader "Cumberland County Jail" "Front desk 1"
        """,
        run=lambda asked: perform(asked, "kiosk-reader", facility=asked.facility, name=asked.name, reader=asked.reader),
    )
    _add_which(reader)
    reader.add_argument("reader", nargs="?", help="what the processor calls it")
    present = add_work(
        group,
        "test-card",
        does="Hold a test card against the simulated reader beside a kiosk.",
        more="For trying out payments at a reader in Stripe's test mode, with no reader at hand.",
        examples='visitdesk-server kiosk test-card "Cumberland County Jail" "Front desk 1"',
        run=lambda asked: perform(asked, "kiosk-test-card", facility=asked.facility, name=asked.name),
    )
    _add_which(present)
    revoke = add_work(
        group,
        "revoke",
        does="Take a kiosk out of service for good.",
        more="Whoever is signed in there is signed out. The machine can be enrolled again with a new code.",
        examples='visitdesk-server kiosk revoke "Cumberland County Jail" "Front desk 1" --reason stolen',
        run=_revoke,
    )
    _add_which(revoke)
    revoke.add_argument("--reason", help="kept in the trace")


def _add_which(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facility", help="id, number in its list, name, or 'Name, ST'")
    parser.add_argument("name", help="what it is called there, such as 'Front desk 1'")


def _revoke(asked: Arguments) -> int:
    return perform(asked, "kiosk-revoke", facility=asked.facility, name=asked.name, reason=asked.reason)
