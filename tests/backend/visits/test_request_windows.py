"""A request window is open by the clock of now, whatever was held or booked before: held, confirmed, imported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.clock import SteppedClock
from backend.db import Database
from backend.errors import Problem
from backend.visits import booking, holds
from backend.visits.booking import Begun
from tests import factories
from tests.backend.visits.test_importer import line, load
from tests.backend.visits.world import TUESDAY_NINE, World, build

WEEK = timedelta(days=7)
MICROSECOND = timedelta(microseconds=1)
OPENS = datetime(2026, 11, 22, 15, 5, tzinfo=UTC)
"""Five minutes after the tests' clock: visits of the next week can be asked for from then on."""
CLOSES = datetime(2026, 11, 29, 15, 5, tzinfo=UTC)
NEXT_WEEK = TUESDAY_NINE + WEEK


@pytest.fixture
def world(db: Database) -> World:
    window = {"opens_days_before": 7, "opens_at": "09:05", "closes_days_before": 0, "closes_at": "09:05"}
    return build(db, settings={"horizon_days": 28, "request_window": window})


def confirm(world: World, hold: holds.HoldView) -> Begun:
    return world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))


def refused(problem: pytest.ExceptionInfo[Problem]) -> list[str]:
    return [reason.sentence for reason in problem.value.reasons]


@pytest.mark.parametrize("after", [timedelta(), MICROSECOND])
def test_a_hold_that_moves_into_a_week_once_its_window_is_open_is_confirmed(
    world: World, clock: SteppedClock, after: timedelta
) -> None:
    world.hold()
    clock.set(OPENS + after)
    held = world.hold(NEXT_WEEK)

    assert confirm(world, held).booking_id == held.id


def test_no_hold_moves_into_a_week_before_its_window_opens(world: World, clock: SteppedClock) -> None:
    first = world.hold()
    clock.set(OPENS - MICROSECOND)

    with pytest.raises(Problem) as problem:
        world.hold(NEXT_WEEK)

    assert refused(problem) == [
        "Visits of the week of Nov 29 can be asked for from Nov 22, 09:05 to Nov 29, 09:05, not yet."
    ]
    assert confirm(world, first).booking_id == first.id, "the first hold stands"


def test_a_hold_of_another_facility_from_before_the_window_is_in_nobodys_way(
    world: World, db: Database, clock: SteppedClock
) -> None:
    elsewhere = build(db)
    db.write_now(lambda tx: factories.access(tx, world.visitor.account, elsewhere.facility_id))
    elsewhere.hold(actor=world.visitor)
    clock.set(OPENS)
    held = world.hold(NEXT_WEEK)

    assert confirm(world, held).booking_id == held.id


@pytest.mark.parametrize("after", [-MICROSECOND, timedelta(), MICROSECOND])
def test_what_was_held_before_a_window_closed_is_confirmed_after_it(
    world: World, clock: SteppedClock, after: timedelta
) -> None:
    clock.set(CLOSES - MICROSECOND)
    held = world.hold(NEXT_WEEK)
    clock.set(CLOSES + after)

    assert confirm(world, held).booking_id == held.id


@pytest.mark.parametrize("after", [timedelta(), MICROSECOND])
def test_from_the_end_of_a_window_on_nobody_moves_a_hold_into_its_week(
    world: World, clock: SteppedClock, after: timedelta
) -> None:
    clock.set(CLOSES - MICROSECOND)
    world.hold(NEXT_WEEK)
    clock.set(CLOSES + after)

    with pytest.raises(Problem) as problem:
        world.hold(NEXT_WEEK + timedelta(hours=1))

    assert refused(problem) == ["Visits of the week of Nov 29 could be asked for until Nov 29, 09:05."]


@pytest.mark.parametrize("booked_on", ["2026-11-21", "2026-11-22"])
def test_an_import_takes_what_was_booked_elsewhere_on_the_day_on_which_the_window_opens_or_before(
    world: World, clock: SteppedClock, booked_on: str
) -> None:
    booked = line(world, day="2026-12-01", booked_on=booked_on)

    clock.set(OPENS - MICROSECOND)
    [skipped] = load(world, booked).skipped
    clock.set(OPENS)

    assert skipped.sentence.endswith("not yet")
    assert load(world, booked).loaded == 1
