"""How long the openings of a month take at the service, with many visits behind the facility: ``make bench-openings``.

Two databases, one of a facility with 1,000 past visits and one with 1,000,000, each visit with the rows of time that it
took. Both have the same month ahead: eight hours a day, a start every half hour, ten places, half of them taken. One
account, which has had visits itself, asks for 31 days, in turn on both. Limits: a 99th percentile of 10 ms, and 1.2
times what it is with 1,000 visits. Exit code 1 if one is passed over.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import perf_counter, thread_time
from typing import Final
from zoneinfo import ZoneInfo

from backend.db import Database
from backend.migrations import migrate
from backend.security import Actor
from backend.types import QUANTUM_SECONDS, microseconds, quantum_of
from backend.visits import openings
from backend.visits.ground import Wanted
from benchmarks.place import MINUTES, ZONE, lay, mark
from benchmarks.postgres import DURABLE, start

FEW: Final = 1_000
DAYS: Final = 31
HOURS: Final = (9, 17)
CAPACITY: Final = 10
PEOPLE: Final = 2_000
"""Visitors, each with somebody to visit, who share the visits."""
BATCH: Final = 100_000
WARM_UP: Final = 20
A_QUANTUM: Final = QUANTUM_SECONDS * 1_000_000
"""Microseconds."""
LIMIT_MS: Final = 10.0
LIMIT_RATIO: Final = 1.2
A_DAY: Final = (HOURS[1] - HOURS[0]) * 60 // MINUTES
PAST_QUANTA: Final = 2
"""Past visits took ten minutes: it is their number that counts here."""
ALL_QUANTA: Final = MINUTES * 60 // QUANTUM_SECONDS


@dataclass(frozen=True, slots=True)
class Stretch:
    """Visits to be filled in: from the morning of a day on, or back from it, so many in each start."""

    morning: datetime
    """The first start of its first day, UTC."""
    direction: int
    """1: this day and those after it; -1: the days before it."""
    visits: int
    in_each: int
    quanta: int


def fill(db: Database, stretch: Stretch) -> None:
    """Write visits of place 0, and the time that they took, in bulk: nobody checks what they refer to."""
    off, on = (
        ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
        if db.is_sqlite
        else ("SET session_replication_role = replica", "SET session_replication_role = origin")
    )
    driver = db.engine.raw_connection()
    cursor = driver.cursor()
    cursor.execute(off)
    driver.commit()
    for first in range(0, stretch.visits, BATCH):
        if db.is_sqlite:
            cursor.execute("BEGIN")
        for statement in _statements(stretch, first, min(first + BATCH, stretch.visits) - 1):
            cursor.execute(statement)
        driver.commit()
    cursor.execute(on)
    driver.commit()
    driver.close()


def _statements(stretch: Stretch, first: int, last: int) -> list[str]:
    place, booking = mark(0), f"'visit-{stretch.direction}-' || k"
    day = f"(k / {stretch.in_each} / {A_DAY})" if stretch.direction > 0 else f"(-1 - k / {stretch.in_each} / {A_DAY})"
    minutes = f"({day} * 1440 + k / {stretch.in_each} % {A_DAY} * {MINUTES})"
    quantum = f"{quantum_of(stretch.morning)} + {minutes} / 5 + q"
    starts_at = f"{microseconds(stretch.morning)} + CAST({minutes} AS BIGINT) * 60000000"
    weekday = stretch.morning.astimezone(ZoneInfo(ZONE)).weekday()
    row = f"'row:{place}-row-' || ((({weekday} + {day}) % 7 + 7) % 7)"
    account, individual = (f"'{place}-' || (k % {PEOPLE}) || '-{kind}'" for kind in ("account", "individual"))
    numbers = f"WITH RECURSIVE n (k) AS (SELECT {first} UNION ALL SELECT k + 1 FROM n WHERE k < {last})"
    parts = f", m (q) AS (SELECT 0 UNION ALL SELECT q + 1 FROM m WHERE q < {stretch.quanta - 1})"
    return [
        f"""{numbers} INSERT INTO visit (id, reference, account_id, facility_id, individual_id, visit_type,
            duration_minutes, starts_at, ends_at, zone, local_date, terms_id, session_fee_minor, transaction_fee_minor,
            currency, status, confirmed_at, never_record)
        SELECT {booking}, {booking}, {account}, '{place}-facility', {individual}, 'remote', {stretch.quanta * 5},
            {starts_at}, {starts_at} + {stretch.quanta * A_QUANTUM}, '{ZONE}', '2020-01-01', '{place}-terms', 0, 0,
            'USD', 'confirmed', 0, CAST(0 AS BOOLEAN) FROM n""",
        f"""{numbers}{parts} INSERT INTO place_taken (facility_id, limit_key, quantum, seat, booking_id)
        SELECT '{place}-facility', {row}, {quantum}, k % {stretch.in_each} + 1, {booking} FROM n, m""",
        *(
            f"""{numbers}{parts} INSERT INTO {kind}_taken ({kind}_id, quantum, booking_id)
            SELECT {who}, {quantum}, {booking} FROM n, m"""
            for kind, who in (("account", account), ("individual", individual))
        ),
    ]


def prepared(url: str, past: int, now: datetime) -> Database:
    """Return a database with a facility that has so many past visits, and half of its next month taken."""
    db = Database(url)
    migrate(db)
    db.write_now(lambda tx: lay(tx, 0, visitors=PEOPLE, capacity=CAPACITY, hours=HOURS))
    today = now.astimezone(ZoneInfo(ZONE)).date()
    morning = datetime.combine(today, time(HOURS[0]), ZoneInfo(ZONE)).astimezone(UTC)
    ahead = DAYS * A_DAY * CAPACITY // 2
    fill(db, Stretch(morning, -1, past, CAPACITY, PAST_QUANTA))
    fill(db, Stretch(morning, 1, ahead, CAPACITY // 2, ALL_QUANTA))
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    # what was written is in its place on the disk before anything is measured, as in a database of many years
    with closing(db.engine.raw_connection()) as driver:
        driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)" if db.is_sqlite else "CHECKPOINT")
    return db


@dataclass(slots=True)
class Times:
    """Milliseconds of each answer: as they passed, and of the processor, which says more on a busy machine."""

    passed: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)


def measure(databases: Sequence[Database], rounds: int, now: datetime) -> list[Times]:
    """Ask every database for the month, in turn, and return what each answer took."""
    actor = Actor("visitor", "terminal", account_id=f"{mark(0)}-0-account")
    wanted = Wanted(f"{mark(0)}-facility", "remote", f"{mark(0)}-0-individual", MINUTES)
    first = now.astimezone(ZoneInfo(ZONE)).date() + timedelta(days=1)
    last = first + timedelta(days=DAYS - 1)
    taken = [Times() for _ in databases]
    gc.freeze()  # as the server does once it is up
    for number in range(rounds + WARM_UP):
        for db, times in zip(databases, taken, strict=True):
            began, worked = perf_counter(), thread_time()
            found = db.read_now(lambda tx: openings.days(tx, actor, wanted, first, last))
            if number >= WARM_UP:
                times.passed.append((perf_counter() - began) * 1000)
                times.worked.append((thread_time() - worked) * 1000)
            if len(found.items) != DAYS or not any(day.open for day in found.items):
                raise RuntimeError("there is nothing open in the month that is measured")
    return taken


def report(name: str, many: int, times: Sequence[Times]) -> bool:
    """Print the figures of one engine; return whether both limits are kept."""
    cuts = [statistics.quantiles(each.passed, n=100) for each in times]
    for visits, cut, each in zip((FEW, many), cuts, times, strict=True):
        print(
            f"{name:12}{visits:>10,} visits behind: p50 {cut[49]:6.2f} ms, p99 {cut[98]:6.2f} ms;"
            f" of the processor in this thread p50 {statistics.median(each.worked):.2f} ms"
        )
    ratios = cuts[1][49] / cuts[0][49], cuts[1][98] / cuts[0][98]
    kept = cuts[1][98] < LIMIT_MS and ratios[1] <= LIMIT_RATIO
    print(
        f"{'':12}ratio p50 {ratios[0]:.2f}, p99 {ratios[1]:.2f};"
        f" limits {LIMIT_MS:.0f} ms and {LIMIT_RATIO}: {'kept' if kept else 'PASSED OVER'}"
    )
    return kept


def main() -> int:
    """Run as a command; 0 when every limit is kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.openings", description="Measure the openings of a month.")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--visits", type=int, default=1_000_000, help="behind the facility that is compared")
    parser.add_argument("--rounds", type=int, default=1000)
    asked = parser.parse_args()
    kept = True
    with tempfile.TemporaryDirectory(prefix="vd-bench-") as folder:
        if asked.engine in ("sqlite", "both"):
            kept &= _run("SQLite", [f"sqlite:///{Path(folder) / str(each)}.sqlite3" for each in range(2)], asked)
        if asked.engine in ("postgresql", "both"):
            server = start(DURABLE)
            try:
                kept &= _run("PostgreSQL", [server.create(f"month{each}") for each in range(2)], asked)
            finally:
                server.stop()
    return 0 if kept else 1


def _run(name: str, urls: Sequence[str], asked: argparse.Namespace) -> bool:
    now = datetime.now(UTC)
    databases = [prepared(url, visits, now) for url, visits in zip(urls, (FEW, asked.visits), strict=True)]
    try:
        return report(name, asked.visits, measure(databases, asked.rounds, now))
    finally:
        for db in databases:
            db.close()


if __name__ == "__main__":
    sys.exit(main())
