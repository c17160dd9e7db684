"""One simulation: a seed in, what is wrong out."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sqlalchemy import text
from ulid import ULID, ValueProvider

from backend.accounts.passwords import Passwords
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.keys import ServerKey
from backend.money.processors.registry import Processors
from backend.types import microseconds
from backend.visits.reconciler import one_round
from tests import factories
from tests.backend.visits.counting import count
from tests.simulation.people import BELL, Visitor, black_out_now_and_then
from tests.simulation.processor import Moody
from tests.simulation.virtual import SimulatedDatabase, VirtualLoop
from tests.torture.audit import findings
from tests.torture.plants import Plant
from tests.torture.stage import NOW, ZONE, Stage, prepare

PEOPLE: Final = 8
PLACES: Final = 1
WISHES: Final = 12
ROUNDS_AFTERWARDS: Final = 60
"""Rounds of the reconciler, a minute apart, that settle what is left."""


@dataclass(frozen=True, slots=True)
class Theatre:
    """A prepared database file, to be copied for each simulation, and what is in it."""

    template: Path
    stage: Stage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one simulation."""

    wrong: list[str]
    """What was seen to be wrong, a sentence each."""
    story: list[tuple[int, str, str]]
    """When (microseconds), what, and to which row: the trace, in order."""


def build(folder: Path, plant: Plant | None = None) -> Theatre:
    """Prepare the file that every simulation begins with."""
    template = folder / "template.sqlite3"
    url, clock = f"sqlite:///{template}", SteppedClock(NOW)
    with _without_chance(random.Random(0)):
        return Theatre(template, prepare(url, folder, people=PEOPLE, places=PLACES, clock=clock, plant=plant))


@contextmanager
def _without_chance(chance: random.Random) -> Iterator[None]:
    """Let new ids, by which things are put in order, come from ``chance``."""
    with patch("os.urandom", chance.randbytes), patch.object(ULID, "provider", ValueProvider()):
        yield


def simulate(theatre: Theatre, folder: Path, seed: int) -> Outcome:
    """Run the simulation of ``seed``. The same seed always has the same story."""
    path = shutil.copyfile(theatre.template, folder / f"{seed}.sqlite3")
    loop = VirtualLoop(seed)
    db = SimulatedDatabase(f"sqlite:///{path}", loop, NOW)
    processor = Moody(loop)
    context = Context(
        db=db,
        key=ServerKey(b"a key for tests only: 32 bytes.."),
        processors=Processors(processor),
        passwords=Passwords(factories.QUICK_HASHER),
    )
    try:
        with _without_chance(loop.chance):
            seen = loop.run_until_complete(_act(loop, context, theatre.stage))
        settled = [*findings(db, PLACES), *_against_the_processor(db, processor)]
        return Outcome([*seen, *settled, *_in_a_blackout(db, theatre.stage)], _story(db))
    finally:
        loop.close()
        db.close()
        for left in folder.glob(f"{seed}.sqlite3*"):
            left.unlink()


async def _act(loop: VirtualLoop, context: Context, stage: Stage) -> list[str]:
    """Let everybody live, with a reconciler beside them, and then let things settle. Return what was seen meanwhile."""
    seen: list[str] = []
    beside = [asyncio.ensure_future(task) for task in (_reconcile(loop, context), _watch(context, seen))]
    day = stage.starts[0].astimezone(ZoneInfo(ZONE)).date()
    people = [Visitor(loop, context, stage, person) for person in stage.people]
    blackouts = loop.chance.choice((0, 0, 1, 2))
    await asyncio.gather(
        *(person.live(WISHES) for person in people), black_out_now_and_then(loop, context, stage, day, blackouts)
    )
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    for _ in range(ROUNDS_AFTERWARDS):
        await asyncio.sleep(60)
        if await one_round(context) == 0:
            break
    return seen


async def _watch(context: Context, seen: list[str]) -> None:
    """Look at the rows between two moments at which many come, for what is wrong may be gone at the end."""
    while True:
        await asyncio.sleep(BELL / 2)
        seen += findings(context.db, PLACES, settled=False)
        await asyncio.sleep(BELL / 2)


def _story(db: Database) -> list[tuple[int, str, str]]:
    query = text("SELECT at, action, subject FROM audit_entry ORDER BY at, chain, seq")
    rows = db.read_now(lambda tx: tx.session.execute(query).all())
    return [(int(at), str(action), str(subject)) for at, action, subject in rows]


async def _reconcile(loop: VirtualLoop, context: Context) -> None:
    """Do what the server's own task does, at instants that the seed chooses."""
    while True:
        await one_round(context)
        await asyncio.sleep(loop.chance.uniform(0.5, 60))


def _against_the_processor(db: Database, processor: Moody) -> list[str]:
    """Hold the books against what really moved."""
    moved = (sum(processor.charged.values()), sum(processor.refunded.values()))
    cents = (
        "SELECT COALESCE(SUM(t.amount_minor), 0) FROM transfer t JOIN ledger_entry e ON e.id = t.entry_id"
        " WHERE e.kind = :kind"
    )

    def entered(tx: Tx) -> tuple[int, int]:
        charge, refund = (tx.session.execute(text(cents), {"kind": kind}).scalar_one() for kind in ("charge", "refund"))
        return int(charge), int(refund)

    booked = db.read_now(entered)
    return [] if booked == moved else [f"the books say {booked} cents came and went, the processor says {moved}"]


def _in_a_blackout(db: Database, stage: Stage) -> list[str]:
    """The blackouts of a simulation close the first hour: two starts. Nothing stands in one that is in force."""
    in_force = count(db, "blackout", "removed_at IS NULL")
    standing = count(db, "visit", f"status = 'confirmed' AND starts_at < {microseconds(stage.starts[2])}")
    return [f"{standing} visits stand in a blackout"] if in_force and standing else []
