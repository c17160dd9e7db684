"""Top-ups of one account at the same moment: on PostgreSQL the second waits and sees what the first has done."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from sqlmodel import select

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.money import top_ups
from backend.money.models import LedgerEntry
from backend.money.processors.base import ChargeResult
from backend.money.processors.test import METHODS
from backend.money.service import Way
from backend.security import SERVER
from backend.visits import settling
from tests.backend.money.desk_world import DeskWorld, actor_of, desk_world
from tests.backend.money.test_cash import put_aside
from tests.backend.together import first_then

CARD = Way("test", METHODS[0].method)


@pytest.fixture
def on_postgres(postgres_url: str, clock: SteppedClock) -> Iterator[DeskWorld]:
    database = Database(postgres_url, clock)
    yield desk_world(database)
    database.close()


def begin(world: DeskWorld, tx: Tx) -> str:
    return top_ups.begin(tx, actor_of(world.visitor), 2000, CARD)


def test_a_second_top_up_that_is_begun_beside_the_first_waits_and_is_refused(on_postgres: DeskWorld) -> None:
    beginning = partial(begin, on_postgres)
    assert first_then(on_postgres, beginning, beginning) == ("done", "payment_checking")


def test_what_is_being_put_aside_does_not_go_back_to_the_card(on_postgres: DeskWorld) -> None:
    world = on_postgres
    payment_id = world.do(partial(begin, world))
    world.do(lambda tx: settling.settle(tx, SERVER, payment_id, ChargeResult("succeeded", reference="ch_1")))
    entry_id = world.do(lambda tx: tx.session.exec(select(LedgerEntry.id)).one())
    given: list[int] = []

    def giving_back(tx: Tx) -> None:
        given.append(top_ups.give_back(tx, SERVER, entry_id, "You asked for it."))

    assert first_then(world, lambda tx: put_aside(tx, world.visitor), giving_back) == ("done", "done")
    assert given == [1999]
