"""``visitdesk-server``: finds the command that was asked for, and runs it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from backend.cli import (
    access,
    blackout,
    facility,
    imports,
    kiosk,
    money,
    promo,
    reports,
    restriction,
    serve,
    state,
    station,
    user,
)
from backend.cli.arguments import Arguments, HelpFormatter
from backend.settings import SettingsError

SAYS = """\
The server of Visit Desk, and the commands that set it up.

If a server owns the data directory, a command is carried out by that server; otherwise by itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command in ``argv`` (without the program's name) and return its exit code."""
    # whatever is made here, files and sockets, is this user's alone
    os.umask(0o077)
    asked = build_parser().parse_args(argv, namespace=Arguments())
    try:
        code = asked.run(asked)
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read the report has seen enough; Python would complain again when it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("visitdesk-server: Interrupted.", file=sys.stderr)
        return 130
    except SettingsError as error:
        print(f"visitdesk-server: {error}", file=sys.stderr)
        return 1
    return code


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(prog="visitdesk-server", description=SAYS, formatter_class=HelpFormatter)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in (
        serve,
        facility,
        station,
        imports,
        user,
        access,
        blackout,
        restriction,
        kiosk,
        promo,
        money,
        reports,
        state,
    ):
        module.add_to(commands)
    return parser
