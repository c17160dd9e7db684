"""Places, individuals and accounts are taken under unique keys, on both engines."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.types import quanta_between
from backend.visits import quanta
from backend.visits.models import AccountTaken, IndividualTaken, PlaceTaken
from backend.visits.owned import own
from backend.visits.quanta import Booking, Limit
from tests.backend.visits.counting import count, most_at_once
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build

TEN_MINUTES = timedelta(minutes=10)
MICROSECOND = timedelta(microseconds=1)


def booking(world: World, name: str, *, places: int = 2, later: timedelta = timedelta(0), **own: str) -> Booking:
    start = TUESDAY_NINE + later
    return Booking(
        id=name,
        account_id=own.get("account", world.visitor.account),
        facility_id=world.facility_id,
        individual_id=own.get("individual", world.individual_id),
        quanta=quanta_between(start, start + HALF_HOUR),
        limits=(Limit("row:a", places),),
    )


def strangers(world: World, name: str, *, places: int = 2, later: timedelta = timedelta(0)) -> Booking:
    """A booking that shares nothing with others but the places."""
    return booking(
        world,
        name,
        places=places,
        later=later,
        account=world.another_visitor().account,
        individual=world.another_individual(),
    )


def take(world: World, wanted: Booking, *, lasts: timedelta | None = TEN_MINUTES) -> str | None:
    """Take as a service does: what conflicts is rolled back."""

    def work(tx: Tx) -> None:
        conflict = quanta.take(tx, wanted, None if lasts is None else tx.now + lasts)
        if conflict:
            raise Problem(conflict, 409, "taken")

    try:
        world.db.write_now(work)
    except Problem as problem:
        return problem.code
    return None


def test_a_booking_takes_a_row_a_quantum_of_place_individual_and_account(either_db: Database) -> None:
    world = build(either_db)

    assert take(world, booking(world, "one")) is None

    assert [count(either_db, table) for table in ("place_taken", "individual_taken", "account_taken")] == [6, 6, 6]


def test_as_many_fit_as_there_are_places_and_not_one_more(either_db: Database) -> None:
    world = build(either_db)

    assert take(world, strangers(world, "one")) is None
    assert take(world, strangers(world, "two")) is None
    assert take(world, strangers(world, "three")) == "no_capacity"
    assert count(either_db, "place_taken") == 12


def test_every_limit_counts_by_itself(either_db: Database) -> None:
    world = build(either_db)
    both = (Limit("row:a", 5), Limit("all", 1))

    assert take(world, replace(strangers(world, "one"), limits=both)) is None
    assert take(world, replace(strangers(world, "two"), limits=both)) == "no_capacity"
    assert take(world, replace(strangers(world, "three"), limits=(Limit("row:a", 5),))) is None


def test_what_a_booking_has_taken_it_takes_no_second_time(either_db: Database) -> None:
    world = build(either_db)
    assert take(world, booking(world, "one")) is None
    assert take(world, booking(world, "one")) == "individual_busy"
    assert count(either_db, "place_taken") == 6


def test_visits_that_touch_do_not_overlap(either_db: Database) -> None:
    world = build(either_db)

    assert take(world, booking(world, "one", places=1)) is None
    assert take(world, booking(world, "two", places=1, later=HALF_HOUR)) is None
    assert take(world, booking(world, "three", places=1, later=-HALF_HOUR)) is None


@pytest.mark.parametrize("later", [-25, -5, 0, 5, 25])
def test_visits_that_overlap_by_five_minutes_conflict(db: Database, later: int) -> None:
    world = build(db)

    assert take(world, booking(world, "one", places=9)) is None
    assert take(world, booking(world, "two", places=9, later=timedelta(minutes=later))) == "individual_busy"


def test_an_individual_is_in_one_visit_at_a_time(either_db: Database) -> None:
    world = build(either_db)
    other_account = world.another_visitor().account

    assert take(world, booking(world, "one")) is None
    assert take(world, booking(world, "two", account=other_account)) == "individual_busy"


def test_an_account_is_in_one_visit_at_a_time_at_whatever_facility(either_db: Database) -> None:
    world, elsewhere = build(either_db), build(either_db)
    there = booking(elsewhere, "two", account=world.visitor.account)

    assert take(world, booking(world, "one")) is None
    assert take(elsewhere, there) == "account_busy"


def test_a_conflict_leaves_nothing_behind(either_db: Database) -> None:
    world = build(either_db)
    take(world, booking(world, "one"))
    before = count(either_db, "place_taken")

    assert take(world, booking(world, "two", account=world.another_visitor().account)) == "individual_busy"

    assert count(either_db, "place_taken") == before


@pytest.mark.parametrize(("after", "free"), [(-MICROSECOND, False), (timedelta(0), True), (MICROSECOND, True)])
def test_what_is_held_is_free_from_its_end_on(
    either_db: Database, clock: SteppedClock, after: timedelta, free: bool
) -> None:
    world = build(either_db)
    take(world, booking(world, "one", places=1))

    clock.step(TEN_MINUTES + after)

    assert (take(world, booking(world, "two", places=1)) is None) is free


def test_what_is_taken_for_good_is_never_free_again(either_db: Database, clock: SteppedClock) -> None:
    world = build(either_db)
    take(world, booking(world, "one", places=1), lasts=None)

    clock.step(timedelta(days=365))

    assert take(world, strangers(world, "two", places=1)) == "no_capacity"


def test_a_seat_given_back_is_the_next_one_taken(either_db: Database) -> None:
    world = build(either_db)
    for name in ("one", "two", "three"):
        take(world, strangers(world, name, places=3))

    either_db.write_now(lambda tx: quanta.free(tx, "two"))

    assert take(world, strangers(world, "four", places=3)) is None
    assert take(world, strangers(world, "five", places=3)) == "no_capacity"


def test_lowering_the_number_of_places_takes_nobodys_place_and_lets_nobody_in(either_db: Database) -> None:
    world = build(either_db)
    for name in ("one", "two", "three"):
        take(world, strangers(world, name, places=3))
    either_db.write_now(lambda tx: quanta.free(tx, "one"))

    assert take(world, strangers(world, "four", places=2)) == "no_capacity"

    assert count(either_db, "place_taken", "booking_id IN ('two', 'three')") == 12


@pytest.mark.parametrize(
    "again",
    [
        PlaceTaken(facility_id="", limit_key="row:a", quantum=1, seat=1, booking_id="two"),
        IndividualTaken(individual_id="", quantum=1, booking_id="two"),
        AccountTaken(account_id="", quantum=1, booking_id="two"),
    ],
    ids=["place", "individual", "account"],
)
def test_the_database_itself_refuses_a_second_row(
    either_db: Database, again: PlaceTaken | IndividualTaken | AccountTaken
) -> None:
    world = build(either_db)
    owner = {
        "facility_id": world.facility_id,
        "individual_id": world.individual_id,
        "account_id": world.visitor.account,
    }

    def add(booking_id: str) -> None:
        said = again.model_dump() | {"booking_id": booking_id}
        row = type(again)(**{name: owner.get(name, value) for name, value in said.items()})
        either_db.write_now(lambda tx: tx.session.add(row))

    add("one")
    with pytest.raises(IntegrityError):
        add("two")


def test_twenty_at_once_for_the_last_of_three_places_never_get_a_fourth(either_db: Database) -> None:
    world = build(either_db)
    wanted = [strangers(world, f"booking {number}", places=3) for number in range(20)]
    outcomes: list[str | None] = []
    together = threading.Barrier(len(wanted))

    def go(one: Booking) -> None:
        together.wait()
        outcomes.append(take(world, one))

    threads = [threading.Thread(target=go, args=(one,)) for one in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome or "taken" for outcome in outcomes) == ["no_capacity"] * 17 + ["taken"] * 3
    assert most_at_once(either_db, "place_taken", "limit_key") == 3


@pytest.mark.parametrize("table", ["place_taken", "individual_taken", "account_taken"])
def test_a_booking_is_said_to_be_kept_only_if_all_is_there_that_it_was_seen_to_have(
    either_db: Database, table: str
) -> None:
    world = build(either_db)
    take(world, booking(world, "one"))
    has = either_db.read_now(lambda tx: own(tx, "one"))

    def keep(tx: Tx) -> bool:
        return quanta.keep(tx, has, "one", None)

    assert either_db.write_now(keep)
    either_db.write_now(
        lambda tx: tx.session.execute(
            text(f"DELETE FROM {table} WHERE quantum = (SELECT MIN(quantum) FROM {table})")  # of the list above
        )
    )
    assert not either_db.write_now(keep)
