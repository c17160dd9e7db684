"""A migrated, empty database for the time of a block: for tests that need many of them, one after another."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

FreshDatabase = Callable[[], AbstractContextManager[str]]
"""Gives the URL of a database that nobody has used."""


def of_engine(engine: str, request: pytest.FixtureRequest) -> FreshDatabase:
    """Return how fresh databases of ``engine`` (sqlite or postgresql) are made."""
    if engine == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return lambda: _copy_of(template)
    server = request.getfixturevalue("postgres_server")
    name: str = request.getfixturevalue("postgres_template")

    @contextmanager
    def on_server() -> Iterator[str]:
        fresh = f"fresh_{next(server.numbers)}"
        yield server.create(fresh, name)
        server.drop(fresh)

    return on_server


@contextmanager
def _copy_of(template: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{shutil.copyfile(template, f'{folder}/fresh.sqlite3')}"
