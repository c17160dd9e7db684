"""What all commands have in common on the command line."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import textwrap
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backend.settings import Settings, load

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


EXITS: Final = """\
Exit codes: 0 done, 1 refused or something needs attention (the sentence says what), 2 wrong arguments, 75 another
process owns the data directory and does not take commands."""


WIDEST: Final = 80
"""Columns; a help of longer lines is hard to read, and many terminals have no more."""
_FIRST_COLUMN: Final = re.compile(r"(  \S.*?  +)\S")


_QUOTED: Final = re.compile(r'"[^"]*"')


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Wraps descriptions and examples at 80 columns at most: paragraphs anew, indented lines each by itself."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(shutil.get_terminal_size().columns, WIDEST) - 2)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines: list[str] = []
        paragraph: list[str] = []
        for line in [*text.splitlines(), ""]:
            if line.strip() and not line.startswith(" "):
                paragraph.append(line)
                continue
            lines += textwrap.wrap(" ".join(paragraph), width, break_long_words=False, break_on_hyphens=False)
            paragraph = []
            lines += _wrapped(line, width) or [""]
        return "\n".join(f"{indent}{line}" for line in lines).rstrip()


def _wrapped(line: str, width: int) -> list[str]:
    """Wrap an indented line: the text of a second column below itself, a command with a backslash at each break."""
    command = line.lstrip().startswith("visitdesk-server")
    column = None if command else _FIRST_COLUMN.match(line)
    later = " " * (len(column[1]) if column else 6)
    room = width - 2 if command else width
    # what is quoted stays on one line: a break inside it would be another name
    whole = _QUOTED.sub(lambda quoted: quoted[0].replace(" ", "\xa0"), line)
    lines = textwrap.wrap(whole, room, subsequent_indent=later, break_long_words=False, break_on_hyphens=False)
    lines = [each.replace("\xa0", " ") for each in lines]
    return [f"{each} \\" for each in lines[:-1]] + lines[-1:] if command else lines


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
        formatter_class=HelpFormatter,
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
    group = commands.add_parser(
        name, help=does, description=f"{does[0].upper()}{does[1:]}.", formatter_class=HelpFormatter
    )
    return group.add_subparsers(title="commands", required=True, metavar="COMMAND")


def settings_for(asked: Arguments) -> Settings:
    """Return the settings in force for a command. Raises :class:`backend.settings.SettingsError`."""
    return load(os.environ, data_dir=asked.data_dir, demonstration=asked.demo)


def cents(said: str) -> int:
    """Return an amount in dollars as cents."""
    if not re.fullmatch(r"\$?\d{1,6}(\.\d{2})?", said, re.ASCII):
        raise argparse.ArgumentTypeError(f"{said!r} is not an amount such as 5.70")
    return int(Decimal(said.lstrip("$")) * 100)
