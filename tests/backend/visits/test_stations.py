"""A facility with stations gives each visit one of them, on both engines; one without gives none."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.facilities.setting_values import VisitType
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult
from backend.roster.models import Individual
from backend.security import SERVER, SHELL
from backend.visits import booking, holds, moving, openings, quanta, settling, stations
from backend.visits.models import Station, StationTaken, Visit, VisitFlag
from backend.visits.owned import own
from backend.visits.quanta import Booking
from tests.backend.visits.counting import count
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build

MICROSECOND = timedelta(microseconds=1)


def add(world: World, name: str, *, unit: str | None = None, visit_type: VisitType = "remote") -> stations.StationAdded:
    return world.db.write_now(
        lambda tx: stations.add(tx, SHELL, world.facility_id, visit_type, name, housing_unit=unit)
    )


def retire(world: World, name: str) -> stations.StationRetired:
    return world.db.write_now(lambda tx: stations.retire(tx, SHELL, world.facility_id, "remote", name))


def book(world: World, *, own: bool = False) -> str:
    """Book nine o'clock, by somebody else for another individual unless ``own``; return the visit's id."""
    actor = world.visitor if own else world.another_visitor()
    hold = world.hold(actor=actor, individual_id=None if own else world.another_individual())
    world.db.write_now(lambda tx: booking.begin(tx, actor, world.confirming(hold.id, expected_total=0)))
    return hold.id


def stands_at(world: World, visit_id: str) -> str | None:
    """Return the name of a visit's station, which is the one whose time it has taken, for all of its time."""

    def read(tx: Tx) -> str | None:
        visit = tx.session.get_one(Visit, visit_id)
        taken = tx.session.exec(select(StationTaken).where(StationTaken.booking_id == visit_id)).all()
        assert {one.station_id for one in taken} == ({visit.station_id} if visit.station_id else set())
        assert len(taken) == (6 if visit.station_id else 0)
        return tx.session.get_one(Station, visit.station_id).name if visit.station_id else None

    return world.db.read_now(read)


def flagged(world: World) -> set[str]:
    return set(world.db.read_now(lambda tx: tx.session.exec(select(VisitFlag.visit_id)).all()))


def lives_in(world: World, unit: str) -> None:
    def work(tx: Tx) -> None:
        tx.session.get_one(Individual, world.individual_id).housing_unit = unit

    world.db.write_now(work)


@pytest.fixture
def world(either_db: Database) -> World:
    return build(either_db, fee=0, capacity=9)


def test_where_there_are_no_stations_none_is_needed(world: World) -> None:
    assert stands_at(world, book(world)) is None


def test_each_visit_has_the_next_free_station_and_without_one_there_is_no_visit(world: World) -> None:
    add(world, "Booth 1")
    add(world, "Booth 2")

    assert [stands_at(world, book(world)) for _ in range(2)] == ["Booth 1", "Booth 2"]
    with pytest.raises(Problem) as refused:
        book(world)
    assert refused.value.code == "no_station"


def test_what_is_listed_knows_whether_one_station_is_free_throughout(world: World) -> None:
    """Two stations, each taken for half of the visit: at no moment both, and yet none is free for all of it."""
    add(world, "Booth 1")
    add(world, "Booth 2")
    world.db.write_now(
        lambda tx: tx.session.add_all(
            StationTaken(
                facility_id=world.facility_id,
                station_id=station.id,
                quantum=int(TUESDAY_NINE.timestamp()) // 300 + offset + each,
                booking_id=f"half {offset}",
            )
            for station, offset in zip(tx.session.exec(select(Station)).all(), (0, 3), strict=True)
            for each in range(3)
        )
    )

    listed = world.db.read_now(lambda tx: openings.times(tx, world.visitor, world.wanted(), TUESDAY_NINE.date())).items

    assert [reason.code for reason in listed[0].reasons] == ["no_station"]
    assert listed[0].state == "taken"
    assert listed[1].state == "open"
    with pytest.raises(Problem) as refused:
        world.hold()
    assert refused.value.code == "no_station"


@pytest.mark.parametrize(("after", "free"), [(-MICROSECOND, False), (timedelta(0), True), (MICROSECOND, True)])
def test_a_held_station_is_free_from_the_end_of_the_hold_on(
    world: World, clock: SteppedClock, after: timedelta, free: bool
) -> None:
    add(world, "Booth 1")
    hold = world.hold()
    clock.set(hold.held_until + after)

    def again() -> holds.HoldView:
        return world.hold(actor=world.another_visitor(), individual_id=world.another_individual())

    if free:
        assert again().starts_at == TUESDAY_NINE
    else:
        with pytest.raises(Problem) as refused:
            again()
        assert refused.value.code == "no_station"


def test_stations_are_for_one_visit_type_and_some_for_one_housing_unit(world: World) -> None:
    add(world, "Booth A", unit="A")
    add(world, "Booth B", unit="B")
    add(world, "Booth C", visit_type="in_person")

    lives_in(world, "B")

    assert stands_at(world, book(world, own=True)) == "Booth B"


def test_a_moved_visit_has_the_station_that_is_free_then(world: World) -> None:
    add(world, "Booth 1")
    add(world, "Booth 2")
    book(world)
    visit_id = book(world, own=True)
    assert stands_at(world, visit_id) == "Booth 2"

    later = TUESDAY_NINE + HALF_HOUR
    world.db.write_now(lambda tx: moving.move(tx, world.visitor, moving.Move(visit_id, later, TUESDAY_NINE)))

    assert stands_at(world, visit_id) == "Booth 1"


def test_visits_booked_before_there_were_stations_get_theirs_as_they_are_added(world: World) -> None:
    visits = [book(world) for _ in range(3)]

    first, second = add(world, "Booth 1"), add(world, "Booth 2")

    assert (first.given, first.without) == (1, 2)
    assert (second.given, second.without) == (1, 1)
    assert sorted(stands_at(world, visit_id) or "" for visit_id in visits) == ["", "Booth 1", "Booth 2"]


def test_a_hold_taken_before_there_were_stations_has_one_when_it_is_confirmed(world: World) -> None:
    hold = world.hold()
    add(world, "Booth 1")

    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id, expected_total=0)))

    assert stands_at(world, hold.id) == "Booth 1"


def test_a_station_that_is_retired_sends_its_visits_to_free_ones_and_flags_the_rest(world: World) -> None:
    add(world, "Booth 1")
    visit_id = book(world)
    add(world, "Booth 2")

    moved = retire(world, "Booth 1")
    assert (moved.moved, moved.flagged) == (1, 0)
    assert stands_at(world, visit_id) == "Booth 2"
    assert flagged(world) == set()

    stuck = retire(world, "Booth 2")
    assert (stuck.moved, stuck.flagged) == (0, 1)
    assert stands_at(world, visit_id) == "Booth 2"
    assert flagged(world) == {visit_id}


def test_a_station_put_back_into_service_takes_exactly_its_own_flags_away(world: World) -> None:
    add(world, "Booth 1")
    visit_id = book(world)
    retire(world, "Booth 1")
    world.db.write_now(
        lambda tx: tx.session.add(VisitFlag(visit_id=visit_id, kind="blackout", source_id="another", raised_at=tx.now))
    )

    add(world, "Booth 1")

    kinds = world.db.read_now(lambda tx: tx.session.exec(select(VisitFlag.kind)).all())
    assert kinds == ["blackout"]


def test_a_visit_confirmed_at_a_station_that_was_retired_meanwhile_is_flagged(world: World) -> None:
    add(world, "Booth 1")
    hold = world.hold()
    retire(world, "Booth 1")

    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id, expected_total=0)))

    assert flagged(world) == {hold.id}


def test_a_station_that_is_free_for_a_part_of_the_time_is_passed_over_and_left_alone(world: World) -> None:
    add(world, "Booth 1")
    world.db.write_now(lambda tx: tx.session.add(taken_at(tx, world, 5, "the end of it")))
    add(world, "Booth 2")

    assert stands_at(world, book(world)) == "Booth 2"
    assert count(world.db, "station_taken") == 7


def taken_at(tx: Tx, world: World, offset: int, booking_id: str) -> StationTaken:
    """Return the first station's taking of one quantum, so many after nine o'clock."""
    return StationTaken(
        facility_id=world.facility_id,
        station_id=tx.session.exec(select(Station.id).order_by(Station.name)).first() or "",
        quantum=int(TUESDAY_NINE.timestamp()) // 300 + offset,
        booking_id=booking_id,
    )


def test_a_booking_that_has_lost_a_part_of_its_station_does_not_have_all_it_needs(world: World) -> None:
    add(world, "Booth 1")
    hold = world.hold()

    def has_all(tx: Tx) -> bool:
        station = tx.session.exec(select(Station.id)).one()
        first = int(TUESDAY_NINE.timestamp()) // 300
        asked = Booking(
            hold.id,
            world.visitor.account,
            world.facility_id,
            world.individual_id,
            range(first, first + 6),
            (),
            (station,),
        )
        return quanta.has_all(tx, own(tx, asked.id), asked)

    assert world.db.read_now(has_all)
    world.db.write_now(lambda tx: tx.session.delete(tx.session.exec(select(StationTaken).limit(1)).one()))
    assert not world.db.read_now(has_all)


@pytest.mark.parametrize("booking_is_first", [True, False])
def test_a_station_and_a_booking_that_are_made_at_once_know_of_each_other(
    postgres_url: str, clock: SteppedClock, booking_is_first: bool
) -> None:
    """Neither is committed while the other one begins: only by waiting the second can know."""
    db = Database(postgres_url, clock)
    world = build(db, fee=0, capacity=9)

    def book_it(tx: Tx) -> object:
        return holds.take(tx, world.visitor, world.wanted(), TUESDAY_NINE)

    def add_it(tx: Tx) -> object:
        return stations.add(tx, SHELL, world.facility_id, "remote", "Booth 1")

    first, second = (book_it, add_it) if booking_is_first else (add_it, book_it)
    other = threading.Thread(target=lambda: db.write_now(second))

    def do_it_while_the_other_begins(tx: Tx) -> None:
        first(tx)
        other.start()
        other.join(0.5)

    db.write_now(do_it_while_the_other_begins)
    other.join()

    assert count(db, "station_taken") == 6
    db.close()


@pytest.mark.parametrize("minutes", [1, 16])
def test_a_visit_keeps_a_station_while_it_is_paid_for_and_has_one_again_when_it_was_let_go(
    either_db: Database, clock: SteppedClock, minutes: int
) -> None:
    world = build(either_db, capacity=9)
    add(world, "Booth 1")
    add(world, "Booth 2")
    hold = world.hold()
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))
    clock.step(timedelta(minutes=minutes))
    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())

    payment = either_db.read_now(lambda tx: tx.session.exec(select(Payment.id)).one())
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, ChargeResult("succeeded", "ref")))

    assert stands_at(world, hold.id) == ("Booth 1" if minutes == 1 else "Booth 2")


def test_a_paid_visit_without_a_station_left_is_no_visit_and_its_money_comes_back(
    either_db: Database, clock: SteppedClock
) -> None:
    world = build(either_db, capacity=9)
    add(world, "Booth 1")
    hold = world.hold()
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))
    clock.step(timedelta(minutes=16))
    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())

    payment = either_db.read_now(lambda tx: tx.session.exec(select(Payment.id)).one())
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, ChargeResult("succeeded", "ref")))

    assert count(either_db, "visit") == 0
    assert count(either_db, "payment", "status = 'returning'") == 1


def test_a_station_is_added_once_and_retired_once(world: World) -> None:
    add(world, "Booth 1")
    with pytest.raises(Problem) as twice:
        add(world, "Booth 1")
    retire(world, "Booth 1")
    with pytest.raises(Problem) as gone:
        retire(world, "Booth 1")

    assert (twice.value.code, gone.value.code) == ("station_exists", "not_found")
    assert count(world.db, "station") == 1


def test_nobody_at_a_terminal_sets_stations_up(world: World) -> None:
    for work in (
        lambda tx: stations.listed(tx, world.visitor, world.facility_id),
        lambda tx: stations.add(tx, world.visitor, world.facility_id, "remote", "Booth 1"),
        lambda tx: stations.retire(tx, world.visitor, world.facility_id, "remote", "Booth 1"),
    ):
        with pytest.raises(Problem) as refused:
            world.db.write_now(work)
        assert refused.value.code == "not_allowed"
