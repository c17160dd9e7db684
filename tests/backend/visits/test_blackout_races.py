"""A blackout that is added while somebody takes a time: on PostgreSQL both run side by side, and one waits.

Each test stops one transaction before its commit and starts the other, which has to wait: without its lock it would be
through at once, and what it read would be out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.security import SHELL
from backend.visits import blackouts, booking, holds, moving
from backend.visits.blackouts import NewBlackout
from tests.backend.together import first_then
from tests.backend.visits.test_blackouts import flagged
from tests.backend.visits.world import TUESDAY_NINE, World, build

A_WEEK = timedelta(days=7)
ALL_DAY = NewBlackout(date(2026, 11, 24), date(2026, 11, 24), "A lockdown.")


@pytest.fixture
def there(postgres_url: str, clock: SteppedClock) -> Iterator[World]:
    database = Database(postgres_url, clock)
    yield build(database, fee=0)
    database.close()


def adding(world: World, expected: int | None = 0) -> Callable[[Tx], object]:
    return lambda tx: blackouts.add(tx, SHELL, world.facility_id, ALL_DAY, expected_visits=expected)


def holding(world: World) -> Callable[[Tx], object]:
    return lambda tx: holds.take(tx, world.visitor, world.wanted(), TUESDAY_NINE)


def confirming(world: World, hold_id: str) -> Callable[[Tx], object]:
    return lambda tx: booking.begin(tx, world.visitor, world.confirming(hold_id, expected_total=0))


def moving_to_nine(world: World, visit_id: str) -> Callable[[Tx], object]:
    asked = moving.Move(visit_id, TUESDAY_NINE, TUESDAY_NINE + A_WEEK)
    return lambda tx: moving.move(tx, world.visitor, asked)


def visit_a_week_later(world: World) -> str:
    """A visit so far away that adding a blackout does not even look at it."""
    held = world.hold(TUESDAY_NINE + A_WEEK)
    world.db.write_now(confirming(world, held.id))
    return held.id


def test_a_hold_that_comes_while_a_blackout_is_added_waits_and_is_refused(there: World) -> None:
    assert first_then(there, adding(there), holding(there)) == ("done", "blacked_out")


def test_a_confirmation_that_comes_while_a_blackout_is_added_waits_and_is_refused(there: World) -> None:
    held = there.hold()
    assert first_then(there, adding(there), confirming(there, held.id)) == ("done", "blacked_out")


def test_a_move_that_comes_while_a_blackout_is_added_waits_and_is_refused(there: World) -> None:
    visit_id = visit_a_week_later(there)
    assert first_then(there, adding(there), moving_to_nine(there, visit_id)) == ("done", "blacked_out")


def test_a_blackout_that_comes_while_a_visit_is_confirmed_waits_and_sees_it(there: World) -> None:
    held = there.hold()
    came_to = first_then(there, confirming(there, held.id), adding(there, expected=0))
    assert came_to == ("done", "blackout_touches_changed")


def test_a_blackout_that_counts_nothing_flags_the_visit_that_was_being_confirmed(there: World) -> None:
    held = there.hold()
    assert first_then(there, confirming(there, held.id), adding(there, expected=None)) == ("done", "done")
    assert {visit_id for visit_id, _ in flagged(there)} == {held.id}


def test_a_blackout_that_comes_while_a_visit_is_moved_waits_and_sees_where_it_is(there: World) -> None:
    visit_id = visit_a_week_later(there)
    assert first_then(there, moving_to_nine(there, visit_id), adding(there, expected=None)) == ("done", "done")
    assert {found for found, _ in flagged(there)} == {visit_id}
