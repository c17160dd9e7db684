"""The database fixtures keep their word."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from sqlalchemy import text

from backend.db import Database, Tx
from backend.migrations import HEAD, revision_of
from benchmarks.postgres import PostgresServer

LEAVE_WITHOUT_A_WORD = """
import os
from benchmarks.postgres import start
server = start()
print(server.directory, flush=True)
os._exit(9)
"""


def scalar(database: Database, statement: str) -> object:
    def ask(tx: Tx) -> object:
        return tx.session.connection().execute(text(statement)).scalar()

    return database.read_now(ask)


def test_the_server_is_postgresql_18(postgres_url: str) -> None:
    database = Database(postgres_url)
    assert str(scalar(database, "SHOW server_version")).startswith("18.")
    database.close()


def test_a_database_for_each_engine_is_migrated(engine_url: str) -> None:
    database = Database(engine_url)
    assert revision_of(database) == HEAD
    database.close()


def test_a_bare_database_holds_nothing(postgres_bare_url: str) -> None:
    database = Database(postgres_bare_url)
    assert revision_of(database) is None
    database.close()


def test_as_root_the_server_runs_as_somebody_else(postgres_server: PostgresServer) -> None:
    owner = (postgres_server.directory / "data" / "postmaster.pid").stat().st_uid
    assert owner != 0
    assert os.geteuid() in {0, owner}


def test_a_database_is_dropped_although_somebody_is_still_connected(postgres_server: PostgresServer) -> None:
    postgres_server.create("left_open")
    where = f"host='{postgres_server.directory}' user=postgres dbname=left_open"
    with psycopg.connect(where, autocommit=True):
        postgres_server.drop("left_open")


def test_a_killed_test_run_leaves_neither_server_nor_directory() -> None:
    # the guardian holds the other end of the error stream too: `run` returns when it has ended
    gone = subprocess.run([sys.executable, "-c", LEAVE_WITHOUT_A_WORD], capture_output=True, text=True, check=False)
    assert gone.returncode == 9, gone.stderr
    assert not Path(gone.stdout.rstrip("\n")).exists()
