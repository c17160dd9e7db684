"""The mark that says that a data directory holds demonstration data, and nothing else."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from backend.settings import Settings, SettingsError

LAYOUT: Final = 2
"""Counts changes of the demonstration's data: data of another layout is laid anew."""
GOOD_FOR: Final = timedelta(days=7)
"""After this, what was to come lies in the past, and the data is laid anew."""


def make_ready(settings: Settings, now: datetime) -> None:
    """Prepare the data directory before its database is opened. Called under its lock.

    A demonstration takes a directory only if it is empty of data or marked as a demonstration's; data that is old
    is removed from a marked one. Raises :class:`backend.settings.SettingsError` for a directory of the other kind.
    """
    mark = _mark(settings)
    database = settings.data_dir / "visitdesk.sqlite3"
    if not settings.demonstration:
        if mark.exists():
            raise SettingsError(f"{settings.data_dir} holds demonstration data. Name another directory, or add --demo.")
        return
    if database.exists() and not mark.exists():
        raise SettingsError(
            f"{settings.data_dir} holds data that is not the demonstration's. Name another directory with --data-dir."
        )
    if not _is_fresh(mark, now):
        # marked first: a directory that is stopped half way is known to be the demonstration's
        _write(mark, None)
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database}{suffix}").unlink(missing_ok=True)


def is_laid(settings: Settings) -> bool:
    """Return whether the demonstration's data is there, whole."""
    return _laid_at(_mark(settings)) is not None


def note_laid(settings: Settings, now: datetime) -> None:
    """Note that the demonstration's data is there, whole, since ``now``."""
    _write(_mark(settings), now)


def _mark(settings: Settings) -> Path:
    return settings.data_dir / "demonstration.json"


def _is_fresh(mark: Path, now: datetime) -> bool:
    laid = _laid_at(mark)
    return laid is not None and timedelta(0) <= now - laid < GOOD_FOR


def _laid_at(mark: Path) -> datetime | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(mark.read_text(encoding="utf-8"))
        laid = datetime.fromisoformat(said["laid"])
        if said["layout"] == LAYOUT and laid.tzinfo is not None:
            return laid
    return None


def _write(mark: Path, laid: datetime | None) -> None:
    said = {
        "what": "Demonstration data of Visit Desk. Everything in this directory is invented and may be laid anew.",
        "layout": LAYOUT,
        "laid": laid.isoformat() if laid else None,
    }
    mark.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
