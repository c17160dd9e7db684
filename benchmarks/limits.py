"""What the disk and the engine allow without a server in front: the same rows, written by the bare driver.

* SQLite: the ``sqlite3`` module, one writer, ``synchronous=FULL``, one commit a transaction, nothing but the writes.
* PostgreSQL: ``psycopg``, eight connections, each in a process of its own, every statement that the server says.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import psycopg

from backend.engines import PRAGMAS
from benchmarks.postgres import PostgresServer
from benchmarks.script import Script

CONNECTIONS: Final = 8
PGBENCH_SECONDS: Final = 4


def on_sqlite(path: Path, script: Script, numbers: Sequence[int]) -> float:
    """Lay places of those ``numbers``, hold and confirm at each, and return the transactions per second."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    for transaction in script.for_places(script.lay, numbers):
        for said in transaction:
            connection.execute(said.statement, said.parameters)
    connection.execute("COMMIT")
    rows = [tuple(said for said in each if said.writes) for each in script.booking]
    transactions = script.for_places([each for each in rows if each], numbers)
    began = time.perf_counter()
    for transaction in transactions:
        connection.execute("BEGIN IMMEDIATE")
        for said in transaction:
            connection.execute(said.statement, said.parameters).fetchall()
        connection.execute("COMMIT")
    seconds = time.perf_counter() - began
    connection.close()
    return len(transactions) / seconds


def on_postgresql(where: str, script: Script, numbers: Sequence[int]) -> float:
    """Do what :func:`on_sqlite` does, with every statement of the server, on eight connections at once.

    Reading transactions are said too, and not counted: a confirmation is one transaction that writes, and what the
    server reads around it.
    """
    with psycopg.connect(where, autocommit=False) as connection:
        for transaction in script.for_places(script.lay, numbers):
            for said in transaction:
                connection.execute(said.statement.encode(), said.parameters)
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")
    shares = [numbers[start::CONNECTIONS] for start in range(CONNECTIONS)]
    with ProcessPoolExecutor(CONNECTIONS, get_context("spawn")) as pool:
        list(pool.map(_ready, range(CONNECTIONS)))
        spans = list(pool.map(_say, [where] * CONNECTIONS, [script] * CONNECTIONS, shares))
    seconds = max(ended for _began, ended in spans) - min(began for began, _ended in spans)
    return len(numbers) * counted(script) / seconds


def counted(script: Script) -> int:
    """Return how many transactions of a booking write something."""
    return sum(any(said.writes for said in each) for each in script.booking)


def _ready(_number: int) -> None:
    """Let a process import what it needs."""
    time.sleep(0.2)


def _say(where: str, script: Script, numbers: Sequence[int]) -> tuple[float, float]:
    transactions = script.for_places(script.booking, numbers)
    with psycopg.connect(where, autocommit=True) as connection:
        began = time.perf_counter()
        for transaction in transactions:
            with connection.transaction():
                for said in transaction:
                    connection.execute(said.statement.encode(), said.parameters)
        return began, time.perf_counter()


def pgbench(server: PostgresServer, database: str) -> float:
    """Return the transactions per second of PostgreSQL's own benchmark (five statements each) on 8 connections."""
    program = [str(server.programs / "bin" / "pgbench"), f"--host={server.directory}", "--username=postgres"]
    subprocess.run([*program, "--initialize", f"--scale={CONNECTIONS}", database], check=True, capture_output=True)
    how = [f"--client={CONNECTIONS}", "--jobs=2", f"--time={PGBENCH_SECONDS}", "--protocol=prepared"]
    said = subprocess.run([*program, *how, database], check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([0-9.]+)", said)
    if found is None:
        raise RuntimeError(f"pgbench said nothing of its speed: {said}")
    return float(found[1])
