"""``make race``: shows to anybody that fifty people cannot all have the last place.

Starts a real server process on data of its own under the temporary directory, lets real connections ask at the same
time, and then counts the rows. The exit code says whether every promise held.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import ExitStack, suppress
from functools import partial

from backend.db import Database
from benchmarks import postgres
from tests.backend.running import SERVER, Installation
from tests.torture.plants import PLANTS, Plant
from tests.torture.races import all_races, held, over_socket, until_settled
from tests.torture.stage import prepare

CROWD = 50
PLACES = 3


def main() -> int:
    """Run every race on each engine. Return 0 if all promises held, 1 if one was broken, 2 for wrong arguments."""
    asked = _arguments()
    plant = PLANTS[asked.plant] if asked.plant else None
    if plant is not None:
        print(f"A fault is planted: {plant.says}.")
    broken = 0
    if asked.engine in ("sqlite", "both"):
        broken += run("SQLite", None, plant)
    if asked.engine in ("postgresql", "both"):
        try:
            server = postgres.start()
        except RuntimeError as missing:
            print(f"\nPostgreSQL is left out: {missing}")
        else:
            try:
                broken += run("PostgreSQL", server.create("race"), plant)
            finally:
                server.stop()
    print("\nEvery promise held." if broken == 0 else f"\nBROKEN: {broken} promises did not hold.")
    return 1 if broken else 0


def run(engine: str, url: str | None, plant: Plant | None, crowd: int = CROWD) -> int:
    """Run every race against a server of its own on ``url`` (None: a SQLite file). Return how much was broken."""
    print(f"\n== {engine} ==")
    with Installation() as installation, ExitStack() as opened:
        environ = {"VISITDESK_DATABASE_URL": url} if url else {}
        where = url or f"sqlite:///{installation.data_dir / 'visitdesk.sqlite3'}"
        stage = prepare(where, installation.data_dir, people=crowd + PLACES + 1, places=PLACES, plant=plant)
        program = SERVER if plant is None else (*SERVER[:-1], "tests.torture.planted", plant.name)
        running = installation.serve(environ=environ, program=program)
        db = Database(where)
        opened.callback(db.close)
        connect = over_socket(running.socket)
        told = asyncio.run(all_races(connect, db, stage))
        with suppress(TimeoutError):  # what is still open then is found in the rows
            asyncio.run(until_settled(connect, db))
        running.stop()
        wrong = held(db, stage)
    for title, one in told.items():
        print(f"\n{title}\n" + "\n".join(f"  {line}" for line in one.lines))
        wrong += one.wrong
    print("\nThe whole database, counted again")
    print("\n".join(f"  WRONG: {line}" for line in wrong) or "  every row is as it should be")
    return len(wrong)


def _arguments() -> argparse.Namespace:
    planted = "\n".join(f"  {plant.name:18} {plant.says}" for plant in PLANTS.values())
    parser = argparse.ArgumentParser(
        prog="make race",
        description="Fifty people ask for the last place at the same time.",
        epilog=f"faults that can be planted, to see that they are found:\n{planted}",
        formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=110),
    )
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--plant", choices=tuple(PLANTS), metavar="FAULT", help="plant a fault into the server")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
