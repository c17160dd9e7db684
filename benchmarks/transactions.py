"""Transaction Details with 100 lines and with 100,000 in one account: ``make bench-transactions``.

One database with two accounts, on SQLite and on PostgreSQL. Both are asked for in turn, so that what else the machine
does slows both. Measured, each as a ratio of the many to the few, with its limit:

* *first rows, terminal*: from opening the page to the lines on the glass; the real terminal (headless), the real client
  and the real application in one process. Limit 1.2.
* *first rows, server*: the service alone, processor time. Limit 1.2.
* *deep page, server*: a page in the middle of the many, against their first one. Limit 1.2.
* *page down*: reading on at the end of the list, against reading on at its beginning. Limit 1.2.
* *memory*: of the process, having scrolled through all lines and back, against after the first thousand. Limit 1.1.

Totals of the many, which the terminal asks for behind the lines, and the other sort orders, have a limit in seconds.
Exit code 1 if a limit is passed over.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time, thread_time
from typing import Final, get_args

import httpx
from sqlalchemy import text

from backend.app import create_app
from backend.context import Context
from backend.db import Database, Tx
from backend.keys import ServerKey
from backend.migrations import migrate
from backend.money import totals, transactions
from backend.money.lines import Sort
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from backend.money.transactions import Filter
from backend.paging import cursor_of
from backend.security import Actor
from backend.types import microseconds
from backend_client import Client, MemoryVault, NotSignedIn, Page, Target, Transaction
from benchmarks.place import ZONE, Place, Visitor, lay, mark
from benchmarks.postgres import DURABLE, start
from tests.tui.support import ACCOUNT, SESSION
from tui.app import VisitDeskApp
from tui.screens.transaction_details import TransactionDetails
from tui.settings import Settings
from tui.widgets.table import Table

FEW: Final = 100
MANY: Final = 100_000
BATCH: Final = 50_000
WARM_UP: Final = 5
LIMIT: Final = 1.2
LIMIT_MEMORY: Final = 1.1
LIMIT_SECONDS: Final = 2.0
"""Of what runs beside the lines: totals, and the first page by another column."""
NEWEST: Final = 999_999_999
"""The number in the newest line's id: ids sort by time, as those of the server do."""
EVERY: Final = 2 * 3600 * 1_000_000
"""Microseconds between two lines."""
A_SITTING: Final = 5
"""Times that the page is opened in a row, behind one that is not counted."""
REST: Final = 0.5
"""Seconds between two openings: on a busy machine, who has just worked much is let wait by the others."""
PATIENCE: Final = 30.0
KEY: Final = ServerKey(b"a key for figures only: 32 bytes")
ALL: Final = Filter()


@dataclass(slots=True)
class Figures:
    """Ratios with their limits, and seconds with theirs; printed as they come."""

    name: str
    kept: bool = True

    def ratio(self, what: str, many: float, few: float, limit: float, unit: str) -> None:
        """Take down a ratio of the many to the few."""
        self._add(what, f"{few:9.2f} {unit} {many:9.2f} {unit}   ratio {many / few:5.2f}", many / few <= limit, limit)

    def seconds(self, what: str, taken: float) -> None:
        """Take down what has a limit in seconds."""
        self._add(what, f"{taken:9.3f} s", taken <= LIMIT_SECONDS, LIMIT_SECONDS)

    def _add(self, what: str, figures: str, kept: bool, limit: float) -> None:
        self.kept &= kept
        print(f"{self.name:11}{what:28}{figures}   limit {limit:g}: {'kept' if kept else 'PASSED OVER'}", flush=True)


def fill(db: Database, place: Place, visitor: Visitor, lines: int, now: int) -> None:
    """Enter so many charges of an account, each with its visit, every tenth with a refund in its place."""
    off, on = (
        ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
        if db.is_sqlite
        else ("SET session_replication_role = replica", "SET session_replication_role = origin")
    )
    with closing(db.engine.raw_connection()) as driver:
        cursor = driver.cursor()
        cursor.execute(off)
        driver.commit()
        for first in range(0, lines, BATCH):
            if db.is_sqlite:
                cursor.execute("BEGIN")
            for statement in _statements(place, visitor, first, min(first + BATCH, lines) - 1, now):
                cursor.execute(statement)
            driver.commit()
        cursor.execute(on)
        driver.commit()


def _statements(place: Place, visitor: Visitor, first: int, last: int, now: int) -> list[str]:
    who = visitor.account_id
    numbers = f"WITH RECURSIVE n (k) AS (SELECT {first} UNION ALL SELECT k + 1 FROM n WHERE k < {last})"
    entry, paid = f"'{who}-' || ({NEWEST} - k)", f"{now} - CAST(k AS BIGINT) * {EVERY}"
    visit, session = f"'{who}-visit-' || ({NEWEST} - k)", f"facility:{place.facility_id}:session_fees"
    back = "k % 10 = 9"
    return [
        f"""{numbers} INSERT INTO visit (id, reference, account_id, facility_id, individual_id, visit_type,
            duration_minutes, starts_at, ends_at, zone, local_date, terms_id, session_fee_minor, transaction_fee_minor,
            currency, status, confirmed_at, never_record)
        SELECT {visit}, {visit}, '{who}', '{place.facility_id}', '{visitor.individual_id}', 'remote', 30,
            ({paid}) / 300000000 * 300000000, ({paid}) / 300000000 * 300000000 + 1800000000, '{ZONE}', '2020-01-01',
            '{place.terms_id}', 570, 0, 'USD', 'completed', 0, CAST(0 AS BOOLEAN) FROM n""",
        f"""{numbers} INSERT INTO ledger_entry (id, account_id, kind, fee_source, fee_source_label, entered_at,
            booking_id, facility_id, individual_id, individual_name, appointment_at, zone, undoes_id, cause)
        SELECT {entry}, '{who}', CASE WHEN {back} THEN 'refund' ELSE 'charge' END, 'card', 'Visa 4242', {paid}, {visit},
            '{place.facility_id}', '{visitor.individual_id}', 'Person ' || (k % 500), {paid}, '{ZONE}',
            CASE WHEN {back} THEN '{who}-' || ({NEWEST} - k - 1) END, CASE WHEN {back} THEN 'facility' END FROM n""",
        f"""{numbers} INSERT INTO transfer (id, entry_id, line, debit, credit, amount_minor, currency, moved_at)
        SELECT {entry} || '-s', {entry}, 'session_fee',
            CASE WHEN {back} THEN '{session}' ELSE 'card:{who}' END,
            CASE WHEN {back} THEN 'card:{who}' ELSE '{session}' END, 570 + k % 7, 'USD', {paid} FROM n""",
        f"""{numbers} INSERT INTO transfer (id, entry_id, line, debit, credit, amount_minor, currency, moved_at)
        SELECT {entry} || '-t', {entry}, 'tax', 'card:{who}', 'facility:{place.facility_id}:taxs', 40, 'USD', {paid}
        FROM n WHERE NOT ({back})""",
    ]


def prepared(url: str, many: int) -> tuple[Database, Place]:
    """Return a database with an account of few lines and one of many."""
    db = Database(url)
    migrate(db)
    place = db.write_now(lambda tx: lay(tx, 0, visitors=2))
    now = db.read_now(lambda tx: microseconds(tx.now))
    for visitor, lines in zip(place.visitors, (FEW, many), strict=True):
        fill(db, place, visitor, lines, now)
    with closing(db.engine.raw_connection()) as driver:
        driver.cursor().execute("ANALYZE")
        driver.commit()
        if db.is_sqlite:
            driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return db, place


def on_server(db: Database, place: Place, figures: Figures, rounds: int, lines: int) -> None:
    """Measure the service alone, in processor time of the thread that answers."""
    few, many = (Actor("visitor", "terminal", account_id=one.account_id) for one in place.visitors)
    middle = cursor_of("date_paid", "desc", *db.read_now(lambda tx: _in_the_middle(tx, many, lines // 2)))
    asked: dict[str, tuple[Actor, str | None]] = {"few": (few, None), "many": (many, None), "deep": (many, middle)}
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(rounds + WARM_UP):
        for name, (actor, cursor) in asked.items():
            began = thread_time() if db.is_sqlite else perf_counter()
            db.read_now(_page(actor, cursor, "date_paid"))
            ended = thread_time() if db.is_sqlite else perf_counter()
            if number >= WARM_UP:
                taken[name].append((ended - began) * 1000)
    median = {name: statistics.median(times) for name, times in taken.items()}
    figures.ratio("first rows, server", median["many"], median["few"], LIMIT, "ms")
    figures.ratio("deep page, server", median["deep"], median["many"], LIMIT, "ms")
    figures.seconds("totals of the many", _once(db, lambda tx: totals.totals(tx, many, ALL)))
    for sort in get_args(Sort)[1:]:
        figures.seconds(f"first page by {sort}", _once(db, _page(many, None, sort)))


def _page(actor: Actor, cursor: str | None, sort: Sort) -> Callable[[Tx], object]:
    return lambda tx: transactions.listed(tx, actor, ALL, sort=sort, order="desc", cursor=cursor, limit=50)


def _in_the_middle(tx: Tx, actor: Actor, number: int) -> tuple[str, str]:
    found = {"id": f"{actor.account}-{NEWEST - number}"}
    row = tx.session.execute(text("SELECT entered_at, id FROM ledger_entry WHERE id = :id"), found).one()
    return str(row[0]), str(row[1])


def _once(db: Database, work: Callable[[Tx], object]) -> float:
    """Return the seconds that something takes; on SQLite those of the processor, which works in this thread."""
    look = thread_time if db.is_sqlite else perf_counter
    began = look()
    db.read_now(work)
    return look() - began


@asynccontextmanager
async def terminal(context: Context, visitor: Visitor) -> AsyncIterator[VisitDeskApp]:
    """Sit somebody down at a headless terminal, signed in, before the first page."""
    target, vault = Target.at_url("http://127.0.0.1:9"), MemoryVault()
    await vault.save(target.name, context.key.token(visitor.session_id))
    transport = httpx.ASGITransport(create_app(context))

    def make_client(signed_out: Callable[[NotSignedIn], None]) -> Client:
        return Client(target, vault, on_signed_out=signed_out, transport=transport)

    settings = Settings(server="http://127.0.0.1:9", data_dir=os.devnull, time_zone=ZONE)
    app = VisitDeskApp(settings, make_client=make_client, restore=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: app.about is not None)
        await app.client.restore()
        app.session.begin(ACCOUNT, SESSION)
        await pilot.pause()
        yield app


async def until(true: Callable[[], bool]) -> None:
    """Let everything else run until something is true."""
    end = perf_counter() + PATIENCE
    while not true():
        if perf_counter() > end:
            raise RuntimeError("it never came true")
        await asyncio.sleep(0.0005)  # no less: who never sleeps keeps the interpreter from the thread that answers


async def opened(app: VisitDeskApp) -> tuple[float, float]:
    """Open the page, and return the milliseconds until its first lines are drawn: as they passed, of the processor.

    Taken at that very moment: right behind it the totals are asked for, which here runs in the same process.
    """
    page = TransactionDetails()
    shown: list[tuple[float, float]] = []
    show = page._show_first

    def show_and_look(first: Page[Transaction]) -> None:
        show(first)
        app.screen._compositor.render_strips()
        shown.append((perf_counter(), process_time()))

    vars(page)["_show_first"] = show_and_look
    began, worked = perf_counter(), process_time()
    await app.push_screen(page)
    await until(lambda: bool(shown))
    if len(page.query_one(Table).rows) < FEW // 4:
        raise RuntimeError("there are no lines to measure")
    return (shown[0][0] - began) * 1000, (shown[0][1] - worked) * 1000


async def sitting(context: Context, visitor: Visitor) -> list[tuple[float, float]]:
    """Open the page a few times at a terminal of its own: two of them in one process would be taken for one another."""
    taken = []
    async with terminal(context, visitor) as app:
        for number in range(A_SITTING + 1):
            spent = await opened(app)
            await until(lambda: _is_summed_up(app))
            await app.pop_screen()
            await asyncio.sleep(REST)
            taken += [spent] if number else []
    return taken


async def at_terminal(context: Context, place: Place, figures: Figures, rounds: int, many: int) -> None:
    """Measure what somebody at a terminal waits for, and what the terminal keeps."""
    taken: list[list[tuple[float, float]]] = [[], []]
    for number in range(rounds // A_SITTING + 1):
        both = list(zip(place.visitors, taken, strict=True))
        for visitor, times in both if number % 2 else reversed(both):
            times.extend(await sitting(context, visitor))
    for place_of, what in enumerate(("first rows, terminal", "of the processor")):
        few_ms, many_ms = (statistics.median(spent[place_of] for spent in times) for times in taken)
        figures.ratio(what, many_ms, few_ms, LIMIT, "ms")
    async with terminal(context, place.visitors[1]) as app:
        await opened(app)
        await scrolled(app, figures, many)


def _is_summed_up(app: VisitDeskApp) -> bool:
    """Say whether the totals have come too: what is left of them would weigh on the next page that is opened."""
    page = app.screen
    return isinstance(page, TransactionDetails) and page._totals is not None


async def scrolled(app: VisitDeskApp, figures: Figures, many: int) -> None:
    """Scroll to the end and back, page by page, and compare the last pages with the first, and the memory."""
    table = app.screen.query_one(Table)
    down: list[float] = []
    memory = 0.0
    while table.marked is None or not _is_line(table, many - 1):
        before = table.rows[-1].key
        began = perf_counter()
        table.action_last()
        await until(lambda before=before: table.rows[-1].key != before or _is_line(table, many - 1))  # type: ignore[misc]
        down.append((perf_counter() - began) * 1000)
        if len(down) == 1000 // 50:
            memory = megabytes()
    while not _is_line(table, 0):
        before = table.rows[0].key
        table.cursor = 1
        await until(lambda before=before: table.rows[0].key != before)  # type: ignore[misc]
        if any(row.key.endswith(f"-account-{NEWEST}") for row in table.rows):
            table.cursor = 1
    share = max(len(down) // 10, 2)
    figures.ratio("page down", statistics.median(down[-share:]), statistics.median(down[:share]), LIMIT, "ms")
    figures.ratio("memory", megabytes(), memory, LIMIT_MEMORY, "MB")


def _is_line(table: Table, number: int) -> bool:
    """Say whether the marked line is the one of this number, counted from the newest."""
    row = table.marked
    return row is not None and row.key == f"{mark(0)}-1-account-{NEWEST - number}"


def megabytes() -> float:
    """Return what the process has in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def main() -> int:
    """Run as a command; 0 when every limit is kept."""
    parser = argparse.ArgumentParser(prog="benchmarks.transactions", description="Measure Transaction Details.")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--lines", type=int, default=MANY, help="of the account that is compared")
    parser.add_argument("--rounds", type=int, default=30)
    asked = parser.parse_args()
    print(f"{os.getloadavg()[0]:.1f} processes ran or waited in the minute before, on {os.cpu_count()} processors")
    kept = True
    with tempfile.TemporaryDirectory(prefix="vd-bench-") as folder:
        if asked.engine in ("sqlite", "both"):
            kept &= _run("SQLite", f"sqlite:///{Path(folder) / 'visitdesk.sqlite3'}", asked)
        if asked.engine in ("postgresql", "both"):
            server = start(DURABLE)
            try:
                kept &= _run("PostgreSQL", server.create("transactions"), asked)
            finally:
                server.stop()
    return 0 if kept else 1


def _run(name: str, url: str, asked: argparse.Namespace) -> bool:
    db, place = prepared(url, asked.lines)
    figures = Figures(name)
    try:
        on_server(db, place, figures, asked.rounds, asked.lines)
        context = Context(db=db, key=KEY, processors=Processors(TestProcessor(db.clock)))
        asyncio.run(at_terminal(context, place, figures, asked.rounds, asked.lines))
    finally:
        db.close()
    return figures.kept


if __name__ == "__main__":
    sys.exit(main())
