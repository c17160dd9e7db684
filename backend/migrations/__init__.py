"""Bringing a database to the schema that this server needs.

alembic takes a third of a second to import, so the revision is first read with plain SQL: a database that is up to
date never loads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from backend.db import Database

HEAD: Final = "0004"
"""The newest revision; a test holds it equal to alembic's own idea of it."""
HERE: Final = Path(__file__).parent


def revision_of(db: Database) -> str | None:
    """Return the database's revision, None for an empty one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return revision


def migrate(db: Database) -> bool:
    """Bring the database to :data:`HEAD`, in one transaction. Return whether there was anything to do.

    SQLite changes a table by making it anew, which its foreign keys would forbid: they are off meanwhile, and looked
    through before the commit.
    """
    if revision_of(db) == HEAD:
        return False
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    with db.engine.connect() as connection, _without_foreign_keys(db, connection), connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if db.is_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            raise RuntimeError("the migration would leave rows that point at nothing; nothing was changed")
    return True


@contextmanager
def _without_foreign_keys(db: Database, connection: Connection) -> Iterator[None]:
    """Let SQLite not enforce foreign keys on this connection; it can only be said outside a transaction."""
    raw = connection.connection.driver_connection
    if not db.is_sqlite or raw is None:
        yield
        return
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
