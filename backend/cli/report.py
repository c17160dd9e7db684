"""What a command says when it is done, and on the way. The same whether it ran here or in the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Progress = Callable[[int, int, str], None]
"""Told how many of how many things are done, and what they are; called as often as one likes."""
Say = Callable[[str], None]
"""Takes one line of a report that may be long, as soon as it is known."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a command: ``lines`` for people, ``data`` (JSON) for scripts."""

    lines: tuple[str, ...]
    data: object = None
    wrong: bool = False
    """Something needs attention: the command ends with exit code 1, though it did what it says."""


class Refused(Exception):
    """A command that was not carried out; ``sentence`` says why, ``next_step`` what to do."""

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step = next_step


def no_progress(_done: int, _total: int, _what: str) -> None:
    """Take no notice."""


def say_nothing(_line: str) -> None:
    """Take no notice."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Whoever waits for a command: hears how far it is, and the lines that come before its report."""

    progress: Progress = no_progress
    say: Say = say_nothing


def count_of(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: ``1 row``, ``2 rows``; ``many`` where an s does not make it."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def table(rows: Sequence[tuple[str, ...]], headings: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``rows`` under ``headings`` as lines of aligned columns."""
    wide = [max(len(cell) for cell in column) for column in zip(headings, *rows, strict=True)]
    return tuple(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, wide, strict=True)).rstrip()
        for row in (headings, *rows)
    )
