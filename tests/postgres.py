"""Databases for tests: one PostgreSQL server a test process, and a database of its own for each test.

Fixtures: ``postgres_url`` (migrated, empty), ``postgres_bare_url`` (not migrated), and ``engine_url``, which runs a
test twice, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.db import Database
from backend.migrations import migrate
from benchmarks.postgres import PostgresServer, start

MIGRATED = "visitdesk_template"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return the server of this test process; started when first asked for."""
    server = start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Return the name of a migrated, empty database to copy from."""
    database = Database(postgres_server.create(MIGRATED))
    migrate(database)
    database.close()
    return MIGRATED


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Return the URL of a migrated, empty PostgreSQL database of this test's own."""
    name = f"test_{next(postgres_server.numbers)}"
    yield postgres_server.create(name, postgres_template)
    postgres_server.drop(name)


@pytest.fixture
def postgres_bare_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the URL of a PostgreSQL database of this test's own in which there is nothing at all."""
    name = f"test_{next(postgres_server.numbers)}"
    yield postgres_server.create(name)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of a migrated, empty SQLite database of this test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'visitdesk.sqlite3')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a migrated, empty database: the test runs once on each engine."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))
