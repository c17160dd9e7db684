"""How quickly visits are booked, as a ratio to what the disk and the engine allow: ``make bench-booking``.

Eight clients of ``backend_client`` hold and confirm, each over a connection of its own, against a real server process
on a Unix socket: client, HTTP, service, database. Once with visits that cost nothing, which are confirmed in one
transaction, and once with visits that a test card pays for, which take two. One booking in ten is of a place where all
clients want the same time and only one can have it; the others never meet. The limits, in the same run on the same
disk, are what the bare driver writes without any server: see :mod:`benchmarks.limits`.

Afterwards everything that was booked is counted for double bookings. Exit code 1 if there is one. A transaction is one
that writes and was answered: a hold, a confirmation, a payment's outcome; waiting calls and refusals are not counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from sqlalchemy import text

from backend.clock import SystemClock
from backend.context import Context
from backend.db import Database, Tx
from backend.keys import ServerKey, load_or_make
from backend.migrations import migrate
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from benchmarks import limits
from benchmarks.load import Answered, Seat, Task, run
from benchmarks.place import Place, lay
from benchmarks.postgres import DURABLE, PostgresServer, start
from benchmarks.script import Script, take_down

CLIENTS: Final = 8
SEATS: Final = 4
"""Places of its own that a client books at in turn."""
CAPACITY: Final = 4
"""Visits at the same time at a client's own place; at the contested one it is one."""
REPLAYED: Final = 1000
"""The number from which the places count at which the bare driver writes."""
PATIENCE: Final = 60
"""Seconds that the server may take to end."""
A_QUANTUM: Final = 300_000_000
"""Microseconds."""
ROOT: Final = Path(__file__).resolve().parents[1]
Limit = Callable[[Script, Sequence[int]], float]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of booking: what it costs in US cents, and the number of its first place."""

    name: str
    fee_minor: int
    first_number: int


KINDS: Final = (Kind("no charge", 0, 10), Kind("test card", 570, 100))


@dataclass(frozen=True, slots=True)
class Scene:
    """The places of one kind of booking."""

    kind: Kind
    own: tuple[Place, ...]
    contested: Place


@dataclass(frozen=True, slots=True)
class Databases:
    """The two databases of one engine: the server's, and the one that the bare driver ``limit`` writes to."""

    name: str
    url: str
    limit_url: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Asked:
    """How much is measured: bookings a client and round, rounds (the quickest counts), bookings of the bare driver."""

    bookings: int
    rounds: int
    replayed: int


def set_up(url: str) -> list[Scene]:
    """Bring a database to the newest schema and lay the places of every kind."""
    db = Database(url)
    migrate(db)
    scenes = [db.write_now(partial(_scene, kind=kind)) for kind in KINDS]
    db.close()
    return scenes


def _scene(tx: Tx, kind: Kind) -> Scene:
    numbers = range(kind.first_number, kind.first_number + CLIENTS * SEATS)
    own = tuple(lay(tx, number, capacity=CAPACITY, fee_minor=kind.fee_minor) for number in numbers)
    return Scene(kind, own, lay(tx, numbers.stop, visitors=CLIENTS, capacity=1, fee_minor=kind.fee_minor))


@dataclass(frozen=True, slots=True)
class Running:
    """A server process."""

    socket: Path
    pid: int

    def processor_seconds(self) -> float:
        """Return what it has used of the processor so far; 0 where the system does not say (it is no Linux)."""
        said = Path(f"/proc/{self.pid}/stat")
        if not said.exists():
            return 0.0
        user, system = said.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(data_dir: Path, database_url: str) -> Iterator[Running]:
    """Run a server on its own data directory, and give its socket and its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "backend", "serve"],
        cwd=ROOT,
        env={
            "XDG_RUNTIME_DIR": str(data_dir.parent),
            "VISITDESK_DATA_DIR": str(data_dir),
            "VISITDESK_DATABASE_URL": database_url,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        said = process.stdout.readline() if process.stdout else ""
        if not said:
            raise RuntimeError(f"the server did not start and ended with {process.wait(PATIENCE)}")
        yield Running(Path(said.rpartition(" ")[2].strip()), process.pid)
    finally:
        process.terminate()
        process.communicate()


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one round: its calls, bookings per second, and processor seconds of the server for each booking."""

    answered: Answered
    rate: float
    server_seconds: float


def rounds(server: Running, scene: Scene, key: ServerKey, asked: Asked) -> Round:
    """Book in rounds, and return the quickest one."""
    best, first_slot = Round(Answered(), 0.0, 0.0), 0
    # a process of its own, as terminals are: the server is alone in its interpreter
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        for number in range(asked.rounds + 1):
            bookings = asked.bookings if number else asked.bookings // 10 + 1  # the first round only warms up
            used = server.processor_seconds()
            answered, seconds = pool.submit(run, server.socket, _tasks(scene, key, bookings, first_slot)).result()
            used, booked = server.processor_seconds() - used, len(answered.confirm)
            first_slot += bookings
            if number and booked / seconds > best.rate:
                best = Round(answered, booked / seconds, used / booked)
    return best


def _tasks(scene: Scene, key: ServerKey, bookings: int, first_slot: int) -> list[Task]:
    def seat(place: Place, visitor: int) -> Seat:
        return Seat(place, visitor, key.token(place.visitors[visitor].session_id))

    return [
        Task(
            own=tuple(seat(place, 0) for place in scene.own[client * SEATS : (client + 1) * SEATS]),
            contested=seat(scene.contested, client),
            bookings=bookings,
            first_slot=first_slot,
        )
        for client in range(CLIENTS)
    ]


def double_bookings(url: str, scenes: Sequence[Scene]) -> int:
    """Count, from the visits alone, those that are too many: of an individual, an account, a place, in five minutes."""
    db = Database(url)
    query = "SELECT facility_id, account_id, individual_id, starts_at, ends_at FROM visit WHERE status = 'confirmed'"
    visits = db.read_now(lambda tx: tx.session.execute(text(query)).all())
    db.close()
    capacities = {place.facility_id: CAPACITY for scene in scenes for place in scene.own}
    taken: Counter[tuple[str, int]] = Counter()
    for *whose, starts_at, ends_at in visits:
        taken.update((name, moment) for moment in range(starts_at, ends_at, A_QUANTUM) for name in whose)
    return sum(max(0, count - capacities.get(name, 1)) for (name, _moment), count in taken.items())


def measure(databases: Databases, folder: Path, asked: Asked) -> int:
    """Measure one engine and print its table; return the double bookings."""
    data_dir = folder / databases.name.lower()
    data_dir.mkdir(exist_ok=True)
    key = load_or_make(data_dir / "server.key")
    scenes = set_up(databases.url)
    numbers = REPLAYED
    limit_db = Database(databases.limit_url)
    migrate(limit_db)
    print(f"\n{databases.name:12}{'bookings/s':>11}{'tx/s':>7}{'limit':>7}{'ratio':>7}", end="")
    print(f"{'hold p50/p99 ms':>18}{'confirm p50/p99 ms':>20}{'refused':>9}{'server cpu ms':>15}")
    with running(data_dir, databases.url) as server:
        for scene in scenes:
            script = _script(limit_db, key, scene.kind)
            most = databases.limit(script, range(numbers, numbers + asked.replayed))
            numbers += asked.replayed
            print(_line(scene.kind, rounds(server, scene, key, asked), limits.counted(script), most))
    limit_db.close()
    found = double_bookings(databases.url, scenes)
    print(f"double bookings: {found}")
    return found


def _script(db: Database, key: ServerKey, kind: Kind) -> Script:
    context = Context(db=db, key=key, processors=Processors(TestProcessor(SystemClock())))

    def laid(number: int) -> Place:
        return db.write_now(lambda tx: lay(tx, number, fee_minor=kind.fee_minor))

    return take_down(context, laid, kind.first_number)


def _line(kind: Kind, best: Round, writes: int, limit: float) -> str:
    hold, confirm = (_percentiles(calls) for calls in (best.answered.hold, best.answered.confirm))
    return (
        f"{kind.name:12}{best.rate:11.0f}{best.rate * writes:7.0f}{limit:7.0f}{best.rate * writes / limit:7.2f}"
        f"{hold:>18}{confirm:>20}{best.answered.refused:9}{best.server_seconds * 1000:15.1f}"
    )


def _percentiles(seconds: Sequence[float]) -> str:
    """Return median and 99th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return f"{cuts[49] * 1000:.1f} / {cuts[98] * 1000:.1f}"


def main() -> int:
    """Run as a command; 0 if nothing was booked twice."""
    parser = argparse.ArgumentParser(prog="benchmarks.booking", description="Measure how quickly visits are booked.")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--bookings", type=int, default=120, help="of each client in each round")
    parser.add_argument("--rounds", type=int, default=3, help="the quickest counts")
    parser.add_argument("--replayed", type=int, default=600, help="bookings that the bare driver writes")
    options = parser.parse_args()
    asked = Asked(options.bookings, options.rounds, options.replayed)
    found = 0
    with tempfile.TemporaryDirectory(prefix="vd-bench-") as name:
        if options.engine in ("sqlite", "both"):
            found += _on_sqlite(Path(name), asked)
        if options.engine in ("postgresql", "both"):
            found += _on_postgresql(start(DURABLE), Path(name), asked)
    return 1 if found else 0


def _on_sqlite(folder: Path, asked: Asked) -> int:
    path, limit_path = folder / "sqlite" / "visitdesk.sqlite3", folder / "limit.sqlite3"
    path.parent.mkdir()
    limit = partial(limits.on_sqlite, limit_path)
    return measure(Databases("SQLite", f"sqlite:///{path}", f"sqlite:///{limit_path}", limit), folder, asked)


def _on_postgresql(server: PostgresServer, folder: Path, asked: Asked) -> int:
    try:
        limit = partial(limits.on_postgresql, f"host='{server.directory}' user=postgres dbname=limits")
        databases = Databases("PostgreSQL", server.create("visitdesk"), server.create("limits"), limit)
        found = measure(databases, folder, asked)
        server.create("pgbench")
        rate = limits.pgbench(server, "pgbench")
        print(f"pgbench beside it, its own transactions on {limits.CONNECTIONS} connections: {rate:.0f} tx/s")
    finally:
        server.stop()
    return found


if __name__ == "__main__":
    sys.exit(main())
