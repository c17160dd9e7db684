"""The hours of a timetable are changed by ending a row and adding another: no place is sold twice by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from backend.clock import SteppedClock
from backend.db import Database
from backend.errors import Problem
from backend.security import SHELL
from backend.timetables import importer
from backend.timetables.importer import Record
from backend.timetables.models import TimetableRow
from backend.visits import booking, succeeding
from backend.visits.models import PlaceTaken, VisitFlag
from tests import factories
from tests.backend.visits.test_limits import book, flagged
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build

TODAY = date(2026, 11, 22)
WEEK = timedelta(days=7)
NEXT_TUESDAY_NINE = TUESDAY_NINE + WEEK
OLD_ENDS = "9:00,16:00,1,2026-01-01,2026-11-30,"
LONGER_HOURS = "9:00,17:00,1,2026-12-01,,"
HEAD = "facility,visit_type,weekday,every_minutes,start,end,capacity,valid_from,valid_to,housing_unit\n"


def load(world: World, *rows: str) -> int:
    """Load rows of remote visits on Tuesdays; return how many visits are above the places of their row."""
    data = HEAD + "".join(f"{world.facility_id},remote,Tuesday,30,{row}\n" for row in rows)
    read = [line for line in importer.read(data.encode()) if isinstance(line, Record)]
    assert len(read) == len(rows)
    return world.db.write_now(lambda tx: succeeding.load(tx, SHELL, world.facility_id, read, TODAY)).above


def rows_that_count(world: World, booking_id: str) -> list[str]:
    """Return the rows in which a booking has places, and that of all of them there are six quanta each."""
    places = world.db.read_now(
        lambda tx: tx.session.exec(
            select(PlaceTaken.limit_key, PlaceTaken.quantum).where(PlaceTaken.booking_id == booking_id)
        ).all()
    )
    keys = sorted({key for key, _ in places})
    assert len(places) == 6 * len(keys)
    return keys


def row_that(world: World, *, ends: int | None = None, begins: int | None = None) -> str:
    """Return the key of the newest row with this last or first minute."""

    def newest(rows: list[TimetableRow]) -> TimetableRow:
        return [row for row in rows if ends in (None, row.end_minute) and begins in (None, row.start_minute)][-1]

    query = select(TimetableRow).order_by(col(TimetableRow.valid_from), col(TimetableRow.id))
    return f"row:{newest(list(world.db.read_now(lambda tx: tx.session.exec(query).all()))).id}"


def is_full(world: World, later: timedelta = timedelta(0)) -> bool:
    try:
        book(world, later=later)
    except Problem as problem:
        return problem.code == "no_capacity"
    return False


@pytest.fixture
def world(either_db: Database) -> World:
    return build(either_db, fee=0, capacity=1)


@pytest.mark.parametrize("rows", [(OLD_ENDS, LONGER_HOURS), (LONGER_HOURS, OLD_ENDS)], ids=["ended", "added"])
def test_a_visit_counts_in_the_row_that_follows_its_own_whichever_is_written_first(
    world: World, rows: tuple[str, str]
) -> None:
    visit = book(world, later=WEEK)

    for row in rows:
        assert load(world, row) == 0

    assert rows_that_count(world, visit) == [row_that(world, ends=17 * 60)]
    assert is_full(world, WEEK)


def test_a_visit_on_a_day_on_which_its_own_row_still_holds_stays_in_it(world: World) -> None:
    visit = book(world)

    load(world, OLD_ENDS, LONGER_HOURS)

    assert rows_that_count(world, visit) == [f"row:{world.row_id}"]
    assert is_full(world)


def test_a_row_that_takes_over_again_counts_its_visits_again(world: World) -> None:
    visit = book(world, later=WEEK)
    load(world, "9:00,16:00,1,2026-01-01,2026-11-24,", "9:00,17:00,1,2026-11-25,,")
    assert rows_that_count(world, visit) == [row_that(world, ends=17 * 60)]

    load(world, "9:00,17:00,1,2026-11-25,2026-11-30,", "9:00,16:00,1,2026-01-01,,")

    assert rows_that_count(world, visit) == [f"row:{world.row_id}"]
    assert is_full(world, WEEK)


def test_a_living_hold_counts_too_and_can_be_confirmed(world: World) -> None:
    hold = world.hold(NEXT_TUESDAY_NINE)

    load(world, OLD_ENDS, LONGER_HOURS)

    assert is_full(world, WEEK)
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id, expected_total=0)))
    assert rows_that_count(world, hold.id) == [row_that(world, ends=17 * 60)]


def test_visits_above_the_places_of_the_new_row_are_flagged_and_stand(either_db: Database, clock: SteppedClock) -> None:
    world = build(either_db, fee=0, capacity=2)
    first = book(world, later=WEEK)
    clock.step(timedelta(minutes=1))
    second = book(world, later=WEEK)

    assert load(world, OLD_ENDS.replace(",1,", ",2,", 1), LONGER_HOURS) == 1

    assert flagged(world) == [second]
    assert rows_that_count(world, first) == rows_that_count(world, second)


def test_of_two_rows_that_follow_the_visits_fill_one_and_then_the_other(either_db: Database) -> None:
    world = build(either_db, fee=0, capacity=2)
    visits = [book(world, later=WEEK), book(world, later=WEEK)]

    assert load(world, OLD_ENDS.replace(",1,", ",2,", 1), LONGER_HOURS, "8:00,16:00,1,2026-12-01,,") == 0

    assert sorted(key for visit in visits for key in rows_that_count(world, visit)) == sorted(
        [row_that(world, ends=17 * 60), row_that(world, begins=8 * 60)]
    )
    assert is_full(world, WEEK)


def test_a_visit_that_two_rows_share_counts_in_both(world: World) -> None:
    visit = book(world, later=WEEK)

    load(world, OLD_ENDS, "8:45,9:15,1,2026-12-01,,", "9:15,17:00,1,2026-12-01,,")

    assert len(rows_that_count(world, visit)) == 2
    assert is_full(world, WEEK + HALF_HOUR / 2)


def test_rows_of_another_unit_or_other_hours_count_nothing(world: World) -> None:
    visit = book(world, later=WEEK)

    load(world, OLD_ENDS, "9:00,17:00,1,2026-12-01,,B2", "9:30,17:00,1,2026-12-01,,")

    assert rows_that_count(world, visit) == [f"row:{world.row_id}"]
    assert not is_full(world, WEEK + HALF_HOUR)


def test_no_flag_is_left_at_the_row_that_a_visit_has_left(world: World) -> None:
    world.db.write_now(lambda tx: factories.timetable_row(tx, world.facility_id, capacity=1))
    book(world, later=WEEK)
    book(world, later=WEEK)
    load(world, OLD_ENDS, LONGER_HOURS.replace(",1,", ",2,", 1))

    sources = world.db.read_now(lambda tx: tx.session.exec(select(VisitFlag.source_id)).all())
    assert sources == []
