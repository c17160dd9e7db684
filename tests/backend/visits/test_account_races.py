"""Two terminals of one account, or two files, at the same moment: on PostgreSQL the second waits and sees the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from sqlmodel import select

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.import_report import Report
from backend.security import SHELL
from backend.visits import booking, holds, import_lines, importer
from backend.visits.models import Hold
from tests.backend.together import first_then
from tests.backend.visits.counting import count
from tests.backend.visits.people import email_of, number_of
from tests.backend.visits.test_blackout_races import confirming, holding
from tests.backend.visits.test_cancelling import releasing, renewing
from tests.backend.visits.test_importer import HEADER, line
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build

ONE_A_WEEK: Mapping[str, object] = {"period": "week", "visits": 1}


@pytest.fixture
def postgres(postgres_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(postgres_url, clock)
    yield database
    database.close()


def test_two_screens_that_hold_two_times_at_once_leave_the_account_with_the_second(postgres: Database) -> None:
    world = build(postgres)

    def holding_later(tx: Tx) -> None:
        holds.take(tx, world.visitor, world.wanted(), TUESDAY_NINE + HALF_HOUR)

    assert first_then(world, holding(world), holding_later) == ("done", "done")
    [held] = postgres.read_now(lambda tx: tx.session.exec(select(Hold)).all())
    assert held.starts_at == TUESDAY_NINE + HALF_HOUR
    assert count(postgres, "(SELECT DISTINCT booking_id FROM account_taken) AS bookings") == 1


@pytest.mark.parametrize(("fee", "table"), [(0, "visit"), (570, "payment")])
def test_two_terminals_that_confirm_one_hold_at_once_are_both_told_of_the_one_booking(
    postgres: Database, fee: int, table: str
) -> None:
    world = build(postgres, fee=fee)
    held = world.hold()

    def confirm(tx: Tx) -> None:
        booking.begin(tx, world.visitor, world.confirming(held.id, expected_total=fee))

    assert first_then(world, confirm, confirm) == ("done", "done")
    assert count(postgres, table) == 1


@pytest.mark.parametrize("changing", [renewing, releasing])
def test_a_hold_that_another_terminal_is_confirming_is_neither_renewed_nor_let_go(
    postgres: Database, changing: Callable[[World, str], Callable[[Tx], object]]
) -> None:
    world = build(postgres, fee=0)
    held = world.hold()

    assert first_then(world, confirming(world, held.id), changing(world, held.id)) == ("done", "not_found")
    assert (count(postgres, "visit"), count(postgres, "hold")) == (1, 0)
    assert count(postgres, "place_taken", "held_until IS NULL") == count(postgres, "place_taken") > 0


def test_two_files_at_once_book_no_more_for_one_account_than_its_quota(postgres: Database) -> None:
    world = build(postgres, fee=0, settings={"quotas": [{"per": "account", **ONE_A_WEEK}]})
    number = number_of(world, world.another_individual())

    first, second = loading(world, line(world)), loading(world, line(world, "10:00", number=number))

    assert first_then(world, first, second) == ("done", "done")
    assert count(postgres, "visit") == 1


def test_two_loads_of_one_file_at_once_book_once_and_the_second_finds_it_there(postgres: Database) -> None:
    world = build(postgres, fee=0)
    reports = list[Report]()
    load = loading(world, line(world))

    assert first_then(world, load, lambda tx: reports.append(load(tx))) == ("done", "done")
    assert (reports[0].unchanged, reports[0].skipped) == (1, [])
    assert count(postgres, "visit") == 1


def test_two_files_at_once_book_no_more_for_one_individual_than_its_quota(postgres: Database) -> None:
    world = build(postgres, fee=0, settings={"quotas": [{"per": "individual", **ONE_A_WEEK}]})
    email = email_of(world, world.another_visitor())

    first, second = loading(world, line(world)), loading(world, line(world, "10:00", email=email))

    assert first_then(world, first, second) == ("done", "done")
    assert count(postgres, "visit") == 1


def test_who_holds_the_last_place_while_another_takes_it_is_refused_and_has_nothing(postgres: Database) -> None:
    world = build(postgres, capacity=1)
    other, someone = world.another_visitor(), world.another_individual()

    def take(tx: Tx) -> None:
        holds.take(tx, other, world.wanted(individual_id=someone), TUESDAY_NINE)

    assert first_then(world, take, holding(world)) == ("done", "no_capacity")
    assert count(postgres, "hold") == 1


def test_who_confirms_an_ended_hold_while_another_takes_the_last_place_is_refused(
    postgres: Database, clock: SteppedClock
) -> None:
    world = build(postgres, fee=0, capacity=1)
    other, someone = world.another_visitor(), world.another_individual()
    ended = world.hold()
    clock.set(ended.held_until)

    def take(tx: Tx) -> None:
        holds.take(tx, other, world.wanted(individual_id=someone), TUESDAY_NINE)

    assert first_then(world, take, confirming(world, ended.id)) == ("done", "hold_expired")
    assert count(postgres, "visit") == 0
    assert count(postgres, "place_taken", f"booking_id = '{ended.id}'") == 0


def test_a_file_that_comes_while_another_takes_the_last_place_is_told_that_it_was_just_taken(
    postgres: Database,
) -> None:
    world = build(postgres, fee=0, capacity=1)
    other, someone = world.another_visitor(), world.another_individual()
    reports = list[Report]()

    def take(tx: Tx) -> None:
        holds.take(tx, other, world.wanted(individual_id=someone), TUESDAY_NINE)

    load = loading(world, line(world))
    assert first_then(world, take, lambda tx: reports.append(load(tx))) == ("done", "done")
    assert [skipped.sentence for skipped in reports[0].skipped] == ["That time was just taken"]
    assert count(postgres, "visit") == 0


def loading(world: World, said: str) -> Callable[[Tx], Report]:
    read = list(import_lines.read((HEADER + said).encode()))
    return lambda tx: importer.load(tx, SHELL, read)
