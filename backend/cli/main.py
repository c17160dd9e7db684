"""``visitdesk-server``: finds the command that was asked for, and runs it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from backend.cli import access, imports, serve, state, user
from backend.cli.arguments import Arguments
from backend.settings import SettingsError

SAYS = """\
The server of Visit Desk, and the commands that set it up.

If a server owns the data directory, a command is carried out by that server; otherwise by itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in ``argv`` (without the program's name) and return its exit code."""
    # whatever is made here, files and sockets, is this user's alone
    os.umask(0o077)
    asked = _parser().parse_args(argv, namespace=Arguments())
    try:
        return asked.run(asked)
    except SettingsError as error:
        print(f"visitdesk-server: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="visitdesk-server", description=SAYS, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in (serve, imports, user, access, state):
        module.add_to(commands)
    return parser
