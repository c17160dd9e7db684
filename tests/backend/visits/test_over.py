"""What is over is not held, confirmed, moved to or imported, whatever the notice and whoever overrides it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.clock import SteppedClock
from backend.db import Database
from backend.errors import Problem
from backend.security import Actor
from backend.visits import booking, holds, moving, openings
from backend.visits.overrides import Override
from tests.backend.visits.counting import count
from tests.backend.visits.test_importer import line, load
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed, officer

MICROSECOND = timedelta(microseconds=1)
A_MINUTE = timedelta(minutes=1)
A_WEEK = timedelta(days=7)
SOON = Override(frozenset({"too_soon"}), "They are at the door.")
BOTH = Override(SOON.codes | {"time_is_over"}, SOON.reason)


@pytest.fixture
def world(database: Database) -> World:
    """A facility without notice, where visits of ten minutes are over before a hold is."""
    return build(database, fee=0, settings={"durations": [10, 30], "notice": {"amount": 0, "unit": "hours"}})


def support(world: World) -> Actor:
    return Actor("support", "terminal", account_id="sam", acting_for=world.visitor.account)


def take(world: World, override: Override | None = None) -> holds.HoldView:
    actor = support(world) if override else world.visitor
    return world.db.write_now(
        lambda tx: holds.take(tx, actor, world.wanted(minutes=10), TUESDAY_NINE, override=override)
    )


def confirm(world: World, hold_id: str) -> None:
    confirming = world.confirming(hold_id, expected_total=0)
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, confirming))


def held_until_it_is_over(world: World, clock: SteppedClock) -> str:
    """Hold a visit of ten minutes just before it starts, and renew it: it is kept for longer than it lasts."""
    clock.set(TUESDAY_NINE - MICROSECOND)
    held = take(world)
    clock.set(TUESDAY_NINE + 8 * A_MINUTE)
    world.db.write_now(lambda tx: holds.renew(tx, world.visitor, held.id))
    return held.id


def test_a_time_is_held_until_it_starts_and_by_nobody_from_then_on(world: World, clock: SteppedClock) -> None:
    clock.set(TUESDAY_NINE)

    with pytest.raises(Problem) as to_a_visitor:
        take(world)
    with pytest.raises(Problem) as to_support:
        take(world, SOON)
    with pytest.raises(Problem, match="not_overridable"):
        take(world, BOTH)

    assert [problem.value.code for problem in (to_a_visitor, to_support)] == ["time_is_over", "time_is_over"]
    clock.set(TUESDAY_NINE - MICROSECOND)
    assert take(world).starts_at == TUESDAY_NINE


def test_a_living_hold_is_confirmed_until_the_end_of_its_time(world: World, clock: SteppedClock) -> None:
    held = held_until_it_is_over(world, clock)
    clock.set(TUESDAY_NINE + 10 * A_MINUTE - MICROSECOND)

    confirm(world, held)

    assert count(world.db, "visit") == 1


def test_a_living_hold_of_a_time_that_is_over_is_neither_confirmed_nor_shown_nor_held_again(
    world: World, clock: SteppedClock
) -> None:
    held = held_until_it_is_over(world, clock)
    clock.set(TUESDAY_NINE + 10 * A_MINUTE)

    with pytest.raises(Problem, match="time_is_over"):
        confirm(world, held)
    with pytest.raises(Problem, match="time_is_over"):
        take(world)

    shown = world.db.read_now(
        lambda tx: openings.times(tx, world.visitor, world.wanted(minutes=10), TUESDAY_NINE.date())
    )
    assert shown.items[0].state == "closed"
    assert count(world.db, "visit") == 0


def test_an_ended_hold_is_taken_again_until_its_time_starts(world: World, clock: SteppedClock) -> None:
    clock.set(TUESDAY_NINE - 11 * A_MINUTE)
    held = take(world)
    clock.set(TUESDAY_NINE)

    with pytest.raises(Problem, match="time_is_over"):
        confirm(world, held.id)

    clock.set(TUESDAY_NINE - MICROSECOND)
    confirm(world, held.id)
    assert count(world.db, "visit") == 1


def test_no_officer_moves_a_visit_to_a_time_that_is_over(world: World, clock: SteppedClock) -> None:
    visit, desk = confirmed(world, TUESDAY_NINE + A_WEEK, total=0), officer(world)
    clock.set(TUESDAY_NINE)
    move = moving.Move(visit, TUESDAY_NINE, TUESDAY_NINE + A_WEEK, "Repairs.", SOON)

    with pytest.raises(Problem, match="time_is_over"):
        world.db.write_now(lambda tx: moving.move_for_facility(tx, desk, move))


def test_an_import_leaves_out_what_has_begun_however_early_it_was_booked(world: World, clock: SteppedClock) -> None:
    booked = line(world, booked_on="2026-11-01")
    clock.set(TUESDAY_NINE)
    refused = load(world, booked)
    clock.set(TUESDAY_NINE - MICROSECOND)
    taken = load(world, booked)

    assert (refused.loaded, taken.loaded) == (0, 1)
    assert "This time has begun or is over" in refused.skipped[0].sentence
