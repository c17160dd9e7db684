"""What all commands have in common on the command line."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backend.settings import Settings, load

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


EXITS: Final = """\
Exit codes: 0 done, 1 refused or something needs attention (the sentence says what), 2 wrong arguments, 75 another
process owns the data directory and does not take commands."""


class Arguments(argparse.Namespace):
    """What was typed: the options that every command has, and the function that runs the command."""

    data_dir: Path | None
    demo: bool
    json: bool
    run: Callable[[Arguments], int]


def add_command(
    commands: Subparsers, name: str, *, does: str, examples: str, run: Callable[[Arguments], int], more: str = ""
) -> argparse.ArgumentParser:
    """Add a command whose help says what it ``does`` in one sentence and ends with ``examples``, one a line."""
    parser = commands.add_parser(
        name,
        help=does[0].lower() + does[1:].rstrip("."),
        description=f"{does}\n\n{more}".strip(),
        epilog="examples:\n" + "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="the data directory (default: $VISITDESK_DATA_DIR, else your own)"
    )
    parser.add_argument("--demo", action="store_true", help="the demonstration and its own data directory")
    parser.set_defaults(run=run)
    return parser


def add_work(
    commands: Subparsers, name: str, *, does: str, examples: str, run: Callable[[Arguments], int], more: str = ""
) -> argparse.ArgumentParser:
    """Add a command that ends with a report: printed for people, or with ``--json`` for scripts."""
    parser = add_command(commands, name, does=does, examples=examples, run=run, more=f"{more}\n\n{EXITS}".strip())
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def add_group(commands: Subparsers, name: str, does: str) -> Subparsers:
    """Add a command that is followed by another word, such as ``facility list``."""
    group = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
    return group.add_subparsers(title="commands", required=True, metavar="COMMAND")


def settings_for(asked: Arguments) -> Settings:
    """Return the settings in force for a command. Raises :class:`backend.settings.SettingsError`."""
    return load(os.environ, data_dir=asked.data_dir, demonstration=asked.demo)
