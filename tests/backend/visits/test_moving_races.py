"""Two screens move one visit at the same moment: one moves it, the other is told, and it has one time's places only."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from backend.db import Database, Tx
from backend.errors import Problem
from backend.visits import cancelling, moving
from backend.visits.models import Visit
from backend.visits.moving import Move
from tests.backend.visits.counting import count
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build, confirmed, row_of

HOUR = timedelta(hours=1)
QUANTA = 6
"""Of half an hour."""


def at_once(world: World, *works: Callable[[Tx], object]) -> list[str]:
    """Run transactions side by side; return what each came to: ``done`` or the code of its refusal."""
    start = Barrier(len(works))

    def run(work: Callable[[Tx], object]) -> str:
        start.wait()
        try:
            world.db.write_now(work)
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def moves(world: World, visit_id: str, hours: int) -> Callable[[Tx], Visit]:
    asked = Move(visit_id, TUESDAY_NINE + HOUR * hours, TUESDAY_NINE)
    return lambda tx: moving.move(tx, world.visitor, asked)


@pytest.mark.parametrize("_round", range(5))
def test_of_two_moves_at_once_one_is_told_that_the_visit_has_changed(either_db: Database, _round: int) -> None:
    world = build(either_db, fee=0)
    visit = confirmed(world, total=0)

    found = at_once(world, moves(world, visit, 1), moves(world, visit, 2))

    assert found == ["done", "visit_changed"]
    assert row_of(world, visit).changes == 1
    assert count(either_db, "individual_taken") == count(either_db, "account_taken") == QUANTA
    assert count(either_db, "place_taken") == QUANTA


@pytest.mark.parametrize("_round", range(5))
def test_a_visit_that_is_moved_and_cancelled_at_once_has_no_place_left(either_db: Database, _round: int) -> None:
    world = build(either_db, fee=0)
    visit = confirmed(world, total=0)

    found = at_once(world, moves(world, visit, 1), lambda tx: cancelling.cancel(tx, world.visitor, visit, 0, None))

    assert found in (["done", "done"], ["done", "visit_already_cancelled"])
    assert row_of(world, visit).status == "cancelled"
    assert count(either_db, "place_taken") == count(either_db, "individual_taken") == 0


@pytest.mark.parametrize("_round", range(5))
def test_two_visits_that_want_the_last_place_at_once_get_it_once_and_both_stand(
    either_db: Database, _round: int
) -> None:
    world = build(either_db, capacity=1, fee=0)
    other = world.another_visitor()
    one = confirmed(world, total=0)
    two = confirmed(world, TUESDAY_NINE + HALF_HOUR, actor=other, individual_id=world.another_individual(), total=0)
    noon = TUESDAY_NINE + HOUR * 3

    found = at_once(
        world,
        lambda tx: moving.move(tx, world.visitor, Move(one, noon, TUESDAY_NINE)),
        lambda tx: moving.move(tx, other, Move(two, noon, TUESDAY_NINE + HALF_HOUR)),
    )

    assert found == ["done", "no_capacity"]
    assert count(either_db, "place_taken") == 2 * QUANTA
    assert sorted([row_of(world, one).changes, row_of(world, two).changes]) == [0, 1]
