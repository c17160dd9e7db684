"""One server an engine, whose clock stands until a test steps it, and a facility of its own for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.clock import SteppedClock
from backend.db import Database
from backend.keys import ServerKey
from backend.money.processors.test import TestProcessor
from tests.torture.audit import findings
from tests.torture.races import Connect
from tests.torture.serving import served
from tests.torture.stage import NOW, Stage, fill

PLACES = 3
KEY = ServerKey(b"a key for tests only: 32 bytes..")


@dataclass(frozen=True, slots=True)
class House:
    """A running server: ways to it, its clock, and a view of its rows."""

    connect: Connect
    clock: SteppedClock
    db: Database

    def stage(self, people: int) -> Stage:
        """Return a new facility with people who may visit there."""
        return self.db.write_now(lambda tx: fill(tx, KEY, people=people, places=PLACES))

    def wrong(self) -> list[str]:
        """Return what is wrong in the rows, those of former tests included."""
        return findings(self.db, PLACES)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server on each engine; its tests come in any order and step its clock on."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        url = f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('house') / 'visitdesk.sqlite3')}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create(f"house_{next(server.numbers)}", request.getfixturevalue("postgres_template"))
    clock = SteppedClock(NOW)
    view = Database(url, clock)
    with served(Database(url, clock), KEY, TestProcessor(clock)) as connect:
        yield House(connect, clock, view)
    view.close()
