"""Showing progress and reports: for people on a terminal, plainly elsewhere, as JSON for scripts."""

from __future__ import annotations

import json
import sys
from types import TracebackType
from typing import TYPE_CHECKING

from backend.cli.report import Progress, Report, no_progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Shown:
    """A progress bar on standard error while a command works, if that is a terminal."""

    def __init__(self) -> None:
        """Show nothing yet: most commands are done before there is anything to show."""
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Progress:
        return self._show if sys.stderr.isatty() else no_progress

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _show(self, done: int, total: int, what: str) -> None:
        if self._bar is None or self._task is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            # what is counted may come from a file: shown as it is, never as markup
            said = TextColumn("{task.description}", markup=False)
            self._bar = Progress(said, BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(what, total=total)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total, description=what)


def show(report: Report, *, as_json: bool) -> None:
    """Print a report on standard output."""
    if as_json:
        print(json.dumps(report.data, ensure_ascii=False, indent=2))
        return
    for line in report.lines:
        print(_plain(line))


def say(line: str) -> None:
    """Print one line of a report that is still being made."""
    print(_plain(line))


def _plain(line: str) -> str:
    """Return ``line`` without characters that act on a terminal, whatever somebody once wrote into the database."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)
