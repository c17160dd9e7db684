"""Migrations bring an empty database to exactly what the models say, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Boolean, Float, Integer, String, text
from sqlalchemy.types import TypeDecorator, TypeEngine

from backend.db import Database
from backend.migrations import HEAD, HERE, migrate, revision_of
from backend.models import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database in which there is nothing at all."""
    url = (
        f"sqlite:///{tmp_path / 'with a space.sqlite3'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_bare_url")
    )
    database = Database(url)
    yield database
    database.close()


def test_the_newest_revision_is_the_one_that_the_server_looks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_an_empty_database_is_brought_to_the_newest_revision_once(empty: Database) -> None:
    assert revision_of(empty) is None
    assert migrate(empty) is True
    assert revision_of(empty) == HEAD
    assert migrate(empty) is False


def differ(_context: object, _found: object, _wanted: object, found: TypeEngine[object], wanted: object) -> bool:
    """Return whether two types keep different things: every text is one type, however long, on both engines."""
    kinds = (String, BigInteger, Integer, Float, Boolean)
    plain = wanted.impl if isinstance(wanted, TypeDecorator) else wanted
    return [isinstance(found, kind) for kind in kinds] != [isinstance(plain, kind) for kind in kinds]


def test_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": differ})
        assert compare_metadata(context, metadata) == []


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a schema could neither be used nor migrated."""
    from alembic import op

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no room left")

    monkeypatch.setattr(op, "execute", fail)
    with pytest.raises(RuntimeError, match="no room left"):
        migrate(empty)
    monkeypatch.undo()
    assert revision_of(empty) is None
    assert migrate(empty) is True


def test_check_constraints_are_the_same_in_models_and_database(database: Database) -> None:
    """The comparison above does not look at checks."""
    wanted = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if type(constraint).__name__ == "CheckConstraint"
    }
    with database.engine.connect() as connection:
        if database.is_sqlite:
            schema = "\n".join(
                connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")).scalars()
            )
            found = {name for name in wanted if f"CONSTRAINT {name} CHECK" in schema}
        else:
            query = text("SELECT conname FROM pg_constraint WHERE contype = 'c'")
            found = set(connection.execute(query).scalars()) & wanted
    assert found == wanted
