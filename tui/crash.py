"""What is said when this program breaks: a neutral sentence and a reference, never a local variable.

Where it broke is written to a log of the terminal: file, line and function of every frame and the kind of error. The
error's text and all values stay out of it, for they may be a name, a password or a card.
"""

from __future__ import annotations

import os
import secrets
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.text import Text
from textual.worker import WorkerFailed

from tui.clock import SystemClock
from tui.settings import Settings, data_directory
from tui.text import _

if TYPE_CHECKING:
    from pathlib import Path

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Return six letters and digits by which a break is found again."""
    return "".join(secrets.choice(_LETTERS) for _n in range(6))


def note_places(log: int | None, reference: str, error: BaseException | None) -> None:
    """Write the places where a kiosk broke to an open log (the journal, as a rule), if there is one. No values."""
    if isinstance(error, WorkerFailed):
        error = error.error
    if log is None or error is None:
        return
    lines = [f"{reference} {type(error).__name__}", *places(error)]
    with suppress(OSError):
        os.write(log, ("\n  ".join(lines) + "\n").encode("utf-8", "replace"))


def farewell(error: BaseException | None, settings: Settings) -> Text:
    """Write down where it broke and return what to tell the person."""
    reference = new_reference()
    log = data_directory(settings) / "terminal.log"
    if isinstance(error, WorkerFailed):
        error = error.error
    if error is not None and not settings.kiosk:
        with suppress(OSError):
            _write(log, reference, error)
    sentence = _(
        "Something went wrong on our side, and Visit Desk had to stop. What you had saved is safe. "
        "Please start it again."
    )
    return Text(f"{sentence}\n{_('Reference {reference}.').format(reference=reference)}\n")


def places(error: BaseException) -> list[str]:
    """Return where an error came from, innermost last, without any value."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


def _write(log: Path, reference: str, error: BaseException) -> None:
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [f"{SystemClock().now():%Y-%m-%dT%H:%M:%SZ} {reference} {type(error).__name__}", *places(error)]
    with open(log, "a", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write("\n  ".join(lines) + "\n")
