"""Saving a visit's calendar file where its visitor says; a file that is there already is left alone."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tui.text import _


@dataclass(frozen=True, slots=True)
class Saved:
    """How saving went.

    Attributes:
        path: Where the file is now; an empty string if it was not saved.
        problem: Why it was not saved, as a sentence; an empty string if it was.
        suggestion: Another name to try, where the one asked for was taken.
    """

    path: str = ""
    problem: str = ""
    suggestion: str = ""


def default_path(reference: str) -> Path:
    """Return where the file of a visit goes if nobody says otherwise: ``~/visit-VD-7K3M9Q.ics``."""
    safe = "".join(sign for sign in reference if sign.isalnum() or sign == "-")
    return Path("~") / f"visit-{safe}.ics"


async def save_new(path: str, text: str) -> Saved:
    """Write a new file, without ever freezing the terminal on a slow disk.

    Args:
        path: Where to; ``~`` is the home directory.
        text: What it holds, with the line ends it shall have.

    Returns:
        Where it is, or why it is not there and what to try instead.
    """
    return await asyncio.to_thread(_save, path, text)


def _save(path: str, text: str) -> Saved:
    file = open_new(path)
    if isinstance(file, Saved):
        return file
    try:
        with file:
            file.write(text)
    except OSError:
        # Half a file is worse than none, and would be in the way of the next try.
        Path(path).expanduser().unlink(missing_ok=True)
        return _not_there()
    return Saved(path=path)


def open_new(path: str) -> TextIO | Saved:
    """Make a new file that only its owner may read, and return it to be written; or why it cannot be made."""
    try:
        target = Path(path).expanduser()
        if target.is_dir():
            return Saved(problem=_("That is a folder. Please add a name for the file."))
        return open(target, "x", encoding="utf-8", newline="", opener=_for_its_owner)
    except FileExistsError:
        return Saved(
            problem=_("There is a file of that name already, and we left it alone. Enter saves under this name."),
            suggestion=_free_name(Path(path)),
        )
    except FileNotFoundError:
        return Saved(problem=_("There is no such folder. Please choose another place."))
    except (OSError, ValueError, RuntimeError):
        return _not_there()


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _not_there() -> Saved:
    return Saved(problem=_("It cannot be saved there. Please choose another place."))


def _free_name(path: Path) -> str:
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in range(2, 100))
    return str(next((other for other in numbered if not other.expanduser().exists()), path))
