"""The help of every command fits a terminal of 80 columns, and its examples can be copied as they stand."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator

import pytest

from backend.cli.main import build_parser


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield a parser and those of all its commands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from parsers(each)


EVERY = {parser.prog: parser for parser in parsers(build_parser())}


@pytest.mark.parametrize("columns", ["80", "200"])
@pytest.mark.parametrize("name", EVERY)
def test_no_line_of_a_help_is_longer_than_80_columns(name: str, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert [line for line in EVERY[name].format_help().splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("name", EVERY)
def test_an_example_that_is_wrapped_is_still_the_same_command(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    help_, written = EVERY[name].format_help(), EVERY[name].epilog or ""
    shown = help_.partition("examples:\n")[2]
    assert shlex.split(shown.replace("\\\n", "")) == shlex.split(written.removeprefix("examples:\n"))
