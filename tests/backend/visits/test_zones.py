"""Booking on days on which clocks are changed, with a kiosk elsewhere, and with a server clock that is put right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.errors import Problem
from backend.security import SHELL
from backend.timetables.models import TimetableRow
from backend.timetables.wall_clock import instant_at, last_shown
from backend.visits import blackouts, booking, openings
from backend.visits.blackouts import NewBlackout
from backend.visits.models import Visit
from tests.backend.conftest import SignedIn
from tests.backend.visits.conftest import caller_for
from tests.backend.visits.counting import count
from tests.backend.visits.world import TUESDAY_NINE, World, build

HOUR: Final = timedelta(hours=1)
CHANGES: Final = [
    ("America/New_York", date(2027, 3, 14), ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30"]),
    ("America/New_York", date(2026, 11, 1), ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
    ("America/Indiana/Indianapolis", date(2027, 3, 14), ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30"]),
    ("Australia/Lord_Howe", date(2026, 10, 4), ["00:00", "00:30", "01:00", "01:30", "02:30", "03:00", "03:30"]),
    (
        "Australia/Lord_Howe",
        date(2027, 4, 4),
        ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"],
    ),
    ("Australia/Adelaide", date(2026, 10, 4), ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30"]),
    ("America/Phoenix", date(2027, 3, 14), [f"{hour:02d}:{minute}" for hour in range(4) for minute in ("00", "30")]),
    ("Asia/Kolkata", date(2026, 11, 1), [f"{hour:02d}:{minute}" for hour in range(4) for minute in ("00", "30")]),
]
"""Zone, a Sunday, and the starts that a row from midnight to four o'clock has on it, every half hour."""


def night(db: Database, clock: SteppedClock, zone: str, day: date) -> World:
    """A world with a row from midnight to four on Sundays, two days before ``day``."""
    clock.set(instant_at(ZoneInfo(zone), day - timedelta(days=2), 12 * 60))
    world = build(db, zone=zone, fee=0, start_minute=0, end_minute=4 * 60, settings={"notice": HOURS_0})

    def to_sunday(tx: Tx) -> None:
        tx.session.get_one(TimetableRow, world.row_id).weekday = 6

    db.write_now(to_sunday)
    return world


HOURS_0: Final = {"amount": 0, "unit": "hours"}


def listed(world: World, day: date) -> list[openings.OpeningView]:
    view = world.db.read_now(lambda tx: openings.times(tx, world.visitor, world.wanted(), day))
    return list(view.items)


def clock_of(zone: str, instant: datetime) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M}"


@pytest.mark.parametrize(("zone", "day", "starts"), CHANGES)
def test_what_is_listed_on_a_change_day_is_held_and_nothing_else_is(
    db: Database, clock: SteppedClock, zone: str, day: date, starts: list[str]
) -> None:
    world = night(db, clock, zone, day)
    there = [item.starts_at for item in listed(world, day)]
    assert [clock_of(zone, instant) for instant in there] == starts

    instant = instant_at(ZoneInfo(zone), day, 0)
    while instant < instant_at(ZoneInfo(zone), day, 4 * 60):
        if instant in there:
            assert world.hold(instant).starts_at == instant
        else:
            with pytest.raises(Problem, match="outside_timetable"):
                world.hold(instant)
        instant += HOUR / 4


@pytest.mark.parametrize(
    ("zone", "day", "minute"),
    [("America/New_York", date(2026, 11, 1), 60), ("Australia/Lord_Howe", date(2027, 4, 4), 90)],
)
def test_a_visit_in_the_doubled_hour_keeps_its_date_and_its_real_length(
    database: Database, clock: SteppedClock, zone: str, day: date, minute: int
) -> None:
    world = night(database, clock, zone, day)
    first, second = instant_at(ZoneInfo(zone), day, minute), last_shown(ZoneInfo(zone), day, minute)
    assert clock_of(zone, first) == clock_of(zone, second)
    held = world.hold(first)
    database.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id, expected_total=0)))

    visit = database.read_now(lambda tx: tx.session.get_one(Visit, held.id))
    assert (visit.local_date, visit.starts_at) == (day, first)
    assert visit.ends_at - visit.starts_at == timedelta(minutes=30)


def test_a_blackout_of_the_skipped_hour_closes_nothing_and_one_of_the_doubled_hour_both_times(
    db: Database, clock: SteppedClock
) -> None:
    spring, zone = date(2027, 3, 14), "America/New_York"
    world = night(db, clock, zone, spring)
    skipped = NewBlackout(spring, spring, "Two to three.", start_minute=120, end_minute=180)
    db.write_now(lambda tx: blackouts.add(tx, SHELL, world.facility_id, skipped, expected_visits=0))
    assert {item.state for item in listed(world, spring)} == {"open"}

    autumn = date(2027, 11, 7)
    clock.set(instant_at(ZoneInfo(zone), autumn - timedelta(days=2), 0))
    # a quarter of an hour of the clock, and an hour and a quarter of time: the visit from 1:30 to 1:00 is within
    doubled = NewBlackout(autumn, autumn, "A quarter past one.", start_minute=60, end_minute=75)
    db.write_now(lambda tx: blackouts.add(tx, SHELL, world.facility_id, doubled, expected_visits=0))
    shut = [clock_of(zone, item.starts_at) for item in listed(world, autumn) if item.state == "closed"]
    assert shut == ["01:00", "01:30"]


def test_a_kiosk_in_another_zone_names_an_instant_and_the_facility_its_date(db: Database, clock: SteppedClock) -> None:
    sunday = date(2026, 11, 29)
    world = night(db, clock, "Asia/Kolkata", sunday)
    (first, *_) = listed(world, sunday)

    assert first.starts_at == datetime(2026, 11, 28, 18, 30, tzinfo=UTC), "Saturday in most of the world"
    seen_from_los_angeles = first.starts_at.astimezone(ZoneInfo("America/Los_Angeles"))
    held = world.hold(seen_from_los_angeles)
    assert held.starts_at == first.starts_at
    db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id, expected_total=0)))
    assert db.read_now(lambda tx: tx.session.get_one(Visit, held.id)).local_date == sunday


async def test_over_the_wire_an_instant_may_come_in_any_zone_and_goes_out_in_utc(
    world: World, signed_in: SignedIn, context: Context
) -> None:
    kiosk = caller_for(world, signed_in, context)
    answer = await kiosk.post(
        "/v1/holds",
        {
            "facility_id": world.facility_id,
            "visit_type": "remote",
            "individual_id": world.individual_id,
            "duration_minutes": 30,
            "starts_at": TUESDAY_NINE.astimezone(ZoneInfo("Australia/Lord_Howe")).isoformat(),
        },
    )
    assert (answer.status_code, answer.json()["starts_at"]) == (201, "2026-11-24T15:00:00Z")


@pytest.mark.parametrize("step", [timedelta(minutes=-5), timedelta(hours=-3), timedelta(days=-1), timedelta(minutes=4)])
def test_a_server_clock_that_is_put_right_between_list_hold_and_confirmation_changes_no_outcome(
    database: Database, clock: SteppedClock, step: timedelta
) -> None:
    world = build(database, fee=0, capacity=1)
    day = TUESDAY_NINE.date()
    assert listed(world, day)[0].state == "open"
    clock.step(step)
    held = world.hold()
    clock.step(step)
    assert listed(world, day)[0].state == "yours"
    with pytest.raises(Problem, match="no_capacity"):
        world.hold(actor=world.another_visitor(), individual_id=world.another_individual())
    clock.step(step)
    if step > timedelta(0):
        clock.step(-step)
    database.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id, expected_total=0)))

    assert count(database, "visit") == 1
    assert database.read_now(lambda tx: tx.session.get_one(Visit, held.id)).starts_at == TUESDAY_NINE


def test_a_clock_that_jumps_over_a_holds_end_and_back_never_gives_one_place_twice(
    database: Database, clock: SteppedClock
) -> None:
    world = build(database, fee=0, capacity=1)
    mine = world.hold()
    clock.step(HOUR)
    other = world.another_visitor()
    theirs = world.hold(actor=other, individual_id=world.another_individual())
    clock.step(-HOUR)

    with pytest.raises(Problem):
        database.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(mine.id, expected_total=0)))
    database.write_now(lambda tx: booking.begin(tx, other, world.confirming(theirs.id, expected_total=0)))
    assert count(database, "visit") == 1
    assert count(database, "place_taken") == 6
