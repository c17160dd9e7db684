"""The demonstration's data, laid once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.clock import SteppedClock
from backend.db import Database
from backend.demo.seed import lay
from backend.migrations import migrate

MONDAY = datetime(2026, 11, 23, 2, 41, tzinfo=UTC)
"""Sunday evening in New York, where Ana Rivera is."""
Layer = Callable[[datetime], Database]


@pytest.fixture(scope="session")
def laid_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layer]:
    """Return a function that gives the demonstration's data as laid at an instant, made once for each instant."""
    made: dict[datetime, Database] = {}

    def laid(now: datetime) -> Database:
        if now not in made:
            made[now] = fresh(tmp_path_factory.mktemp("demo"), now)
        return made[now]

    yield laid
    for db in made.values():
        db.close()


def fresh(folder: Path, now: datetime) -> Database:
    """Return a database of its own with the demonstration's data, and a clock that stands at ``now``."""
    db = Database(f"sqlite:///{folder / 'visitdesk.sqlite3'}", SteppedClock(now))
    migrate(db)
    db.write_now(lay)
    return db


@pytest.fixture(scope="session")
def demo(laid_at: Layer) -> Database:
    """The demonstration's data as laid on :data:`MONDAY`."""
    return laid_at(MONDAY)
