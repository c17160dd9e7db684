"""Capacity is several limits at once, each counted from its first setting on; a later one never undoes a visit."""

from __future__ import annotations

import ast
import threading
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

import backend
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.facilities.setting_values import VisitType
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult
from backend.roster.models import Individual
from backend.security import SERVER, SHELL
from backend.timetables.models import TimetableRow
from backend.visits import booking, holds, limits, openings, settling
from backend.visits.models import PlaceTaken, Visit, VisitFlag
from tests import factories
from tests.backend.visits.counting import count
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def make(
    world: World, name: str, value: object, *, since: date = TODAY, visit_type: VisitType | None = None
) -> limits.SettingMade:
    def work(tx: Tx) -> limits.SettingMade:
        return limits.set_setting(
            tx, SHELL, world.facility_id, name, value, effective_from=since, visit_type=visit_type
        )

    return world.db.write_now(work)


def book(world: World, *, later: timedelta = timedelta(0), unit: str | None = None) -> str:
    """Book for somebody and for an individual that nobody else has to do with; return the visit's id."""
    actor, individual = world.another_visitor(), world.another_individual()
    if unit is not None:
        world.db.write_now(lambda tx: lives_in(tx, individual, unit))
    hold = world.hold(TUESDAY_NINE + later, actor=actor, individual_id=individual)
    world.db.write_now(lambda tx: booking.begin(tx, actor, world.confirming(hold.id, expected_total=0)))
    return hold.id


def lives_in(tx: Tx, individual_id: str, unit: str) -> None:
    tx.session.get_one(Individual, individual_id).housing_unit = unit


def is_full(world: World, *, unit: str | None = None, later: timedelta = timedelta(0)) -> bool:
    try:
        book(world, unit=unit, later=later)
    except Problem as problem:
        return problem.code == "no_capacity"
    return False


def seats(world: World, key: str) -> list[tuple[str, int]]:
    """Return booking and seat of each place taken under a limit, in the quantum at nine."""
    quantum = int(TUESDAY_NINE.timestamp()) // 300
    query = select(PlaceTaken.booking_id, PlaceTaken.seat).where(
        PlaceTaken.limit_key == key, PlaceTaken.quantum == quantum
    )
    return sorted((booking, seat) for booking, seat in world.db.read_now(lambda tx: tx.session.exec(query).all()))


def flagged(world: World) -> list[str]:
    return sorted(world.db.read_now(lambda tx: tx.session.exec(select(VisitFlag.visit_id)).all()))


@pytest.fixture
def world(either_db: Database) -> World:
    return build(either_db, fee=0, capacity=9)


@dataclass(frozen=True, slots=True)
class Limited:
    """A setting that bounds to two what is booked for ``unit``, and the key of its limit."""

    name: str
    value: object
    key: str
    visit_type: VisitType | None = None
    unit: str | None = None


SETTINGS = pytest.mark.parametrize(
    "limit",
    [
        Limited("capacity_type", 2, "type:remote", visit_type="remote"),
        Limited("capacity_all", 2, "all"),
        Limited("unit_places", {"B2": 2}, "unit:B2", unit="B2"),
    ],
    ids=["type", "all", "unit"],
)


@SETTINGS
def test_a_limit_that_is_set_later_counts_what_was_booked_before(world: World, limit: Limited) -> None:
    first, second = book(world, unit=limit.unit), book(world, unit=limit.unit)

    assert make(world, limit.name, limit.value, visit_type=limit.visit_type).above == 0

    assert [booking for booking, _ in seats(world, limit.key)] == sorted([first, second])
    assert {seat for _, seat in seats(world, limit.key)} == {1, 2}
    assert is_full(world, unit=limit.unit)


@SETTINGS
def test_a_limit_that_begins_later_is_counted_from_when_it_is_set(
    world: World, clock: SteppedClock, limit: Limited
) -> None:
    first = book(world, unit=limit.unit)
    make(world, limit.name, limit.value, since=TODAY + DAY, visit_type=limit.visit_type)
    second = book(world, unit=limit.unit)

    clock.step(timedelta(hours=20))  # the facility's next day, before nine o'clock

    assert [booking for booking, _ in seats(world, limit.key)] == sorted([first, second])
    world.db.write_now(
        lambda tx: factories.setting(
            tx, world.facility_id, "notice", {"amount": 0, "unit": "hours"}, visit_type="remote"
        )
    )
    assert is_full(world, unit=limit.unit)


@SETTINGS
def test_a_limit_that_begins_later_bounds_the_visits_of_its_days_from_when_it_is_set(
    world: World, limit: Limited
) -> None:
    make(world, limit.name, limit.value, since=TODAY + 3 * DAY, visit_type=limit.visit_type)

    for _ in range(2):
        book(world, unit=limit.unit, later=WEEK)

    assert is_full(world, unit=limit.unit, later=WEEK)
    assert [book(world, unit=limit.unit) for _ in range(3)]
    assert flagged(world) == []


def test_each_day_is_listed_by_the_limit_that_holds_on_it(world: World) -> None:
    make(world, "capacity_all", 1)
    make(world, "capacity_all", 2, since=TODAY + 3 * DAY)
    for later in (timedelta(0), WEEK):
        book(world, later=later)
    visitor, wanted = world.another_visitor(), world.wanted(individual_id=world.another_individual())

    def full(later: timedelta) -> bool:
        start, day = TUESDAY_NINE + later, TODAY + 2 * DAY + later
        view = world.db.read_now(lambda tx: openings.times(tx, visitor, wanted, day))
        return next(one for one in view.items if one.starts_at == start).state != "open"

    def month() -> list[int]:
        days = world.db.read_now(
            lambda tx: openings.days(tx, visitor, wanted, TODAY + 2 * DAY, TODAY + 2 * DAY + WEEK)
        ).items
        return [one.open for one in days if one.total]

    assert (full(timedelta(0)), full(WEEK)) == (True, False)
    assert month() == [13, 14]
    book(world, later=WEEK)
    assert full(WEEK)
    assert month() == [13, 13]


def test_a_living_hold_is_counted_too_and_one_that_has_ended_is_not(world: World, clock: SteppedClock) -> None:
    ended = world.hold()
    clock.set(ended.held_until)
    living = world.hold(actor=world.another_visitor(), individual_id=world.another_individual())

    make(world, "capacity_all", 1)

    assert seats(world, "all") == [(living.id, 1)]
    assert is_full(world)


def test_a_hold_that_was_counted_afterwards_keeps_its_place_when_it_is_confirmed(either_db: Database) -> None:
    world = build(either_db, fee=570, capacity=9)
    hold = world.hold()
    make(world, "capacity_all", 1)

    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))

    def settle(tx: Tx) -> None:
        payment = tx.session.exec(select(Payment)).one()
        settling.settle(tx, SERVER, payment.id, ChargeResult("succeeded", "ref"))

    world.db.write_now(settle)
    assert count(either_db, "visit", "status = 'confirmed'") == 1
    assert count(either_db, "place_taken", "limit_key = 'all' AND held_until IS NULL") == 6


def test_other_facilities_types_units_and_past_visits_are_left_out(world: World, clock: SteppedClock) -> None:
    elsewhere = build(world.db, fee=0)
    book(elsewhere)
    past = book(world, unit="B2")
    clock.set(TUESDAY_NINE + HALF_HOUR)
    future = book(world, later=WEEK, unit="B2")

    make(world, "unit_places", {"B2": 1, "C1": 1}, since=date(2026, 11, 24))
    make(world, "capacity_type", 1, since=date(2026, 11, 24), visit_type="in_person")

    taken = world.db.read_now(
        lambda tx: tx.session.exec(select(PlaceTaken).where(PlaceTaken.limit_key.in_(["unit:B2", "unit:C1"]))).all()  # type: ignore[attr-defined]  # a column
    )
    assert {one.booking_id for one in taken} == {future}
    assert past not in {one.booking_id for one in taken}
    assert count(world.db, "place_taken", "limit_key = 'type:in_person'") == 0


def test_a_unit_that_is_named_later_counts_from_then_on(world: World) -> None:
    make(world, "unit_places", {"A1": 1})
    visit_id = book(world, unit="B2")

    make(world, "unit_places", {"A1": 1, "B2": 1})

    assert seats(world, "unit:B2") == [(visit_id, 1)]
    assert is_full(world, unit="B2")
    assert not is_full(world, unit="A1")


def test_a_unit_that_is_named_again_counts_what_was_booked_before_and_meanwhile(world: World) -> None:
    make(world, "unit_places", {"B2": 2})
    before = [book(world, unit="B2"), book(world, unit="B2")]
    make(world, "unit_places", {"B2": 1})
    assert len(flagged(world)) == 1

    make(world, "unit_places", {})
    assert flagged(world) == []
    meanwhile = book(world, unit="B2")
    made = make(world, "unit_places", {"B2": 2})

    assert made.above == 1
    assert [booking for booking, _ in seats(world, "unit:B2")] == sorted([*before, meanwhile])
    assert is_full(world, unit="B2")


def test_a_limit_of_zero_bounds_nothing_and_is_counted_all_the_same(world: World) -> None:
    make(world, "capacity_all", 0)
    booked = [book(world) for _ in range(3)]

    assert [booking for booking, _ in seats(world, "all")] == sorted(booked)
    make(world, "capacity_all", 3)
    assert is_full(world)


def test_visits_above_a_lowered_capacity_stand_and_the_latest_of_them_are_flagged(
    world: World, clock: SteppedClock
) -> None:
    booked = []
    for _ in range(4):
        booked.append(book(world))
        clock.step(timedelta(minutes=1))

    made = make(world, "capacity_all", 2)

    assert made.above == 2
    assert flagged(world) == sorted(booked[2:])
    assert count(world.db, "visit", "status = 'confirmed'") == 4
    assert is_full(world)


def test_a_capacity_that_is_raised_again_takes_its_own_flags_away(world: World) -> None:
    booked = [book(world) for _ in range(3)]
    make(world, "capacity_all", 1)
    world.db.write_now(
        lambda tx: tx.session.add(VisitFlag(visit_id=booked[0], kind="blackout", source_id="another", raised_at=tx.now))
    )

    assert make(world, "capacity_all", 3).above == 0
    assert flagged(world) == [booked[0]]


def test_a_capacity_that_is_lowered_from_a_date_on_flags_only_visits_from_then_on(world: World) -> None:
    for _ in range(2):
        book(world)
    later = [book(world, later=WEEK) for _ in range(2)]

    made = make(world, "capacity_type", 1, since=date(2026, 11, 25), visit_type="remote")

    assert made.above == 1
    assert set(flagged(world)) < set(later)


def test_visits_above_the_places_of_a_row_that_has_fewer_now_are_flagged(world: World) -> None:
    booked = [book(world) for _ in range(3)]

    def lower(tx: Tx) -> int:
        tx.session.get_one(TimetableRow, world.row_id).capacity = 1
        tx.session.flush()
        return limits.flag_rows(tx, world.facility_id)

    assert world.db.write_now(lower) == 2
    assert flagged(world) == sorted(booked)[1:]


def test_setting_one_limit_does_not_count_what_another_one_has_above_it(world: World) -> None:
    for _ in range(2):
        book(world)
    make(world, "capacity_all", 1)

    assert make(world, "capacity_type", 5, visit_type="remote").above == 0
    assert len(flagged(world)) == 1


def test_a_hold_in_the_second_of_two_rows_keeps_that_place_until_it_is_paid_for(either_db: Database) -> None:
    """Which of two rows a hold is in only its places say: the first row with that start may be full of others."""
    world = build(either_db, fee=570, capacity=1)
    either_db.write_now(lambda tx: factories.timetable_row(tx, world.facility_id, capacity=1))
    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())
    hold = world.hold()

    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))
    payment = either_db.read_now(lambda tx: tx.session.exec(select(Payment)).one())
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment.id, ChargeResult("succeeded", "ref")))

    assert either_db.read_now(lambda tx: tx.session.exec(select(Visit.id)).all()) == [hold.id]


@pytest.mark.parametrize("booking_is_first", [True, False])
def test_a_limit_and_a_booking_that_are_made_at_once_know_of_each_other(
    postgres_url: str, clock: SteppedClock, booking_is_first: bool
) -> None:
    """Neither is committed while the other one begins: only by waiting the second can know."""
    db = Database(postgres_url, clock)
    world = build(db, fee=0, capacity=9)
    actor, individual = world.another_visitor(), world.another_individual()

    def book_it(tx: Tx) -> object:
        return holds.take(tx, actor, world.wanted(individual_id=individual), TUESDAY_NINE)

    def set_it(tx: Tx) -> object:
        return limits.set_setting(tx, SHELL, world.facility_id, "capacity_all", 1, effective_from=TODAY)

    first, second = (book_it, set_it) if booking_is_first else (set_it, book_it)
    other = threading.Thread(target=lambda: db.write_now(second))

    def do_it_while_the_other_begins(tx: Tx) -> None:
        first(tx)
        other.start()
        other.join(0.5)

    db.write_now(do_it_while_the_other_begins)
    other.join()

    assert [seat for _, seat in seats(world, "all")] == [1]
    assert is_full(world)
    db.close()


def test_settings_are_made_through_this_door_alone() -> None:
    """A limit made past it would not count what is booked already."""
    root = Path(backend.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            by_attribute = (
                isinstance(node, ast.Attribute)
                and node.attr == "set_setting"
                and isinstance(node.value, ast.Name)
                and node.value.id != "limits"
            )
            by_name = isinstance(node, ast.ImportFrom) and any(name.name == "set_setting" for name in node.names)
            if by_attribute or by_name:
                found.add(path.relative_to(root).as_posix())

    assert found == {"visits/limits.py"}
