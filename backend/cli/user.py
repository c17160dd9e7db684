"""``visitdesk-server user``: accounts of people who work here, and a way back in."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_group, add_work
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers


def add_to(commands: Subparsers) -> None:
    """Add ``user``."""
    group = add_group(commands, "user", "accounts of officers and support agents, and a way back in for anybody")
    _add_create(group)
    listing = add_work(
        group,
        "list",
        does="List accounts.",
        examples="""
            visitdesk-server user list
            visitdesk-server user list --role officer --json
        """,
        run=lambda asked: perform(asked, "user-list", role=asked.role),
    )
    listing.add_argument("--role", choices=("visitor", "officer", "support", "operator"))
    disable = add_work(
        group,
        "disable",
        does="Sign an account out everywhere and let it sign in no more.",
        examples='visitdesk-server user disable d.whitfield@example.org --reason "left on Friday"',
        run=lambda asked: perform(asked, "user-disable", email=asked.email, reason=asked.reason),
    )
    disable.add_argument("email")
    disable.add_argument("--reason", help="why; kept in the trace")
    reset = add_work(
        group,
        "reset-password",
        does="Print a one-time code by which somebody sets a new password, and end a lockout.",
        more="Tell the code to its person only. It works once, for 15 minutes.",
        examples="visitdesk-server user reset-password ana@example.org",
        run=lambda asked: perform(asked, "user-reset-password", email=asked.email, reason=asked.reason),
    )
    reset.add_argument("email")
    reset.add_argument("--reason", help="why; kept in the trace")


def _add_create(group: Subparsers) -> None:
    create = add_work(
        group,
        "create",
        does="Create the account of an officer, a support agent or an operator.",
        more="Asks for a password. Visitors create their accounts themselves.",
        examples="""
            visitdesk-server user create d.whitfield@example.org --name Dana Whitfield --facility "Shelby County Jail"
            visitdesk-server user create sam@example.org --name Sam Harper --role support --no-password
            visitdesk-server user create sam@example.org --name Sam Harper --role support --password-stdin < secret.txt
        """,
        run=_create,
    )
    create.add_argument("email")
    create.add_argument("--name", nargs=2, required=True, metavar=("FIRST", "LAST"))
    create.add_argument("--role", choices=("officer", "support", "operator"), default="officer")
    create.add_argument(
        "--facility", action="append", default=[], help="where an officer works: id or name; may be given again"
    )
    source = create.add_mutually_exclusive_group()
    source.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    source.add_argument("--no-password", action="store_true", help="none for now: user reset-password prints a code")


def _create(asked: Arguments) -> int:
    password = None
    if not asked.no_password:
        password = sys.stdin.readline().rstrip("\r\n") if asked.password_stdin else _typed()
        if password is None:
            print("visitdesk-server: The two passwords differ. Nothing was created; try again.", file=sys.stderr)
            return 1
    first, last = asked.name
    return perform(
        asked,
        "user-create",
        email=asked.email,
        first_name=first,
        last_name=last,
        role=asked.role,
        facilities=asked.facility,
        password=password,
    )


def _typed() -> str | None:
    """Return the password typed twice, None if it was not the same."""
    password = getpass.getpass("Password (12 characters or more): ")
    return password if getpass.getpass("Again: ") == password else None
