"""``visitdesk-server access``: requests for facility access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_group, add_work
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers

STATUSES = ("pending", "approved", "denied", "withdrawn", "revoked", "suspended")


def add_to(commands: Subparsers) -> None:
    """Add ``access``."""
    group = add_group(commands, "access", "requests for access to a facility")
    listing = add_work(
        group,
        "list",
        does="List the requests of a facility, soonest due first.",
        examples="""
            visitdesk-server access list "Shelby County Jail"
            visitdesk-server access list "Shelby County Jail" --status approved --json
        """,
        run=lambda asked: perform(asked, "access-list", facility=asked.facility, status=asked.status),
    )
    listing.add_argument("facility", help="id or name")
    listing.add_argument(
        "--status",
        choices=STATUSES,
        default="pending",
        metavar="STATUS",
        help=f"{', '.join(STATUSES)} (default: pending)",
    )
    decide = add_work(
        group,
        "decide",
        does="Approve or deny a request. The visitor is told, with the reason.",
        examples="""
            visitdesk-server access decide 01K8ZQ4V7N5W2M6T3R9YBXE1CD approve --id-seen
            visitdesk-server access decide 01K8ZQ4V7N5W2M6T3R9YBXE1CD deny --reason "The ID has expired."
        """,
        run=_decide,
    )
    decide.add_argument("request", help="its id, from access list")
    decide.add_argument("decision", choices=("approve", "deny"))
    decide.add_argument("--reason", help="shown to the visitor; a denial needs one")
    decide.add_argument("--id-seen", action="store_true", help="you have seen the ID, where the facility asks for that")
    _add_changes(group)


def _add_changes(group: Subparsers) -> None:
    revoke = add_work(
        group,
        "revoke",
        does="Take approved access back. The visitor is told, with the reason.",
        examples='visitdesk-server access revoke 01K8ZQ4V7N5W2M6T3R9YBXE1CD --reason "Contraband."',
        run=lambda asked: perform(asked, "access-revoke", request=asked.request, reason=asked.reason),
    )
    suspend = add_work(
        group,
        "suspend",
        does="Suspend approved access, up to a day or until it is restored. The visitor is told, with the reason.",
        examples="""
            visitdesk-server access suspend 01K8ZQ4V7N5W2M6T3R9YBXE1CD --to 2026-12-31 --reason "Missed three visits."
            visitdesk-server access suspend 01K8ZQ4V7N5W2M6T3R9YBXE1CD --reason "Under review."
        """,
        run=lambda asked: perform(
            asked, "access-suspend", request=asked.request, reason=asked.reason, last_day=asked.last
        ),
    )
    suspend.add_argument("--to", dest="last", metavar="DATE", help="last day of it, the facility's")
    restore = add_work(
        group,
        "restore",
        does="End a suspension. The visitor is told.",
        examples="visitdesk-server access restore 01K8ZQ4V7N5W2M6T3R9YBXE1CD",
        run=lambda asked: perform(asked, "access-restore", request=asked.request, reason=asked.reason),
    )
    for command, needed in ((revoke, True), (suspend, True), (restore, False)):
        command.add_argument("request", help="its id, from access list --status approved")
        command.add_argument("--reason", required=needed, help="shown to the visitor")


def _decide(asked: Arguments) -> int:
    decision = {"approve": "approved", "deny": "denied"}[asked.decision]
    return perform(
        asked, "access-decide", request=asked.request, decision=decision, reason=asked.reason, id_seen=asked.id_seen
    )
