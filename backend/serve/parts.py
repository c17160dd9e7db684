"""Opening what a server, or a command that owns the data directory itself, is made of."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from backend.clock import Clock, SystemClock
from backend.context import Context
from backend.db import Database
from backend.demo.mark import is_laid, make_ready, note_laid
from backend.keys import load_or_make
from backend.migrations import HEAD, migrate, revision_of
from backend.notices.smtp import mail_server
from backend.serve.processors import open_processors
from backend.settings import Settings, SettingsError

log = logging.getLogger(__name__)

WAL_RESET_FIXED = (3, 51, 3)
"""sqlite.org/changes.html: from here on a checkpoint cannot race with a writer that starts the log anew."""


def open_context(
    settings: Settings, *, local_socket: Path | None, serves_others: bool = False, clock: Clock | None = None
) -> Context:
    """Open the database under the lock of its data directory, bring its schema up to date, and return the parts.

    ``local_socket`` is the Unix socket that the server listens on, None for a command that runs by itself. Without a
    mail server, messages are handed back to the terminal, but never by a server that others reach (``serves_others``).
    Raises :class:`backend.settings.SettingsError` where a demonstration and real data would share a directory, or the
    database or the processor cannot be used.
    """
    time = clock or SystemClock()
    # where it listens on its user's own socket only, no phone reaches it
    public_url = settings.public_url if serves_others else ""
    mail = mail_server(settings.smtp_url, settings.mail_from)
    processors = open_processors(settings.payments, time, public_url)
    make_ready(settings, time.now())
    db = Database(settings.url, time)
    _bring_up_to_date(db)
    if local_socket is not None and db.is_sqlite and has_wal_reset_race():
        log.info("SQLite %s: let no other program open the database while this one runs", sqlite3.sqlite_version)
    if settings.demonstration and not is_laid(settings):
        from backend.demo.seed import lay

        note_laid(settings, db.write_now(lay))
        log.info("the demonstration's data was laid")
    return Context(
        db=db,
        key=load_or_make(settings.data_dir / "server.key"),
        processors=processors,
        demonstration=settings.demonstration,
        messages="smtp" if settings.smtp_url or serves_others else "local",
        mail=mail,
        public_url=public_url,
        local_socket=local_socket,
    )


def _bring_up_to_date(db: Database) -> None:
    try:
        revision = revision_of(db)
        if revision is not None and revision > HEAD:
            raise SettingsError(f"The database is of a newer version (schema {revision}). Install that version again.")
        if migrate(db):
            log.info("the database was brought to the newest schema")
    except DBAPIError as error:
        db.close()
        raise SettingsError(f"The database cannot be opened: {error.orig}.") from error


def has_wal_reset_race(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Return whether this SQLite can damage a file that two connections checkpoint at once.

    One process owns the file and only its writer checkpoints, so the race has nobody to run against; but another
    program on the file, such as the ``sqlite3`` shell, could meet it.
    """
    return version < WAL_RESET_FIXED
