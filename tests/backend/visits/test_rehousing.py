"""Somebody lives in another housing unit: their visits count there, and what closes it touches them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.db import Database
from backend.roster import importer
from backend.security import SHELL
from backend.visits import blackouts, leaving
from backend.visits.blackouts import NewBlackout
from backend.visits.leaving import Consequences
from backend.visits.models import Visit
from tests.backend.visits.people import flags_of, number_of
from tests.backend.visits.test_limits import WEEK, book, flagged, is_full, make, seats
from tests.backend.visits.world import World, build

HEAD = "facility,booking_number,first_name,last_name,housing_unit\n"
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def world(either_db: Database) -> World:
    return build(either_db, fee=0, capacity=9)


def lives_in(world: World, unit: str, *visits: str) -> Consequences:
    """Load a roster by which those whom ``visits`` are with live in ``unit``."""
    rows = ""
    for visit_id in visits:
        individual = world.db.read_now(lambda tx, one=visit_id: tx.session.get_one(Visit, one)).individual_id  # type: ignore[misc]  # a default
        rows += f"{world.facility_id},{number_of(world, individual)},Daniel,Okafor,{unit}\n"
    planned = importer.plan((HEAD + rows).encode())
    return world.db.write_now(lambda tx: leaving.load(tx, SHELL, planned, lambda _done, _of: None))[1]


def black_out(world: World, unit: str, day: date = TUESDAY) -> str:
    new = NewBlackout(day, day, "Quarantine.", housing_unit=unit)
    return world.db.write_now(
        lambda tx: blackouts.add(tx, SHELL, world.facility_id, new, expected_visits=None)
    ).blackout.id


def test_visits_count_in_the_new_unit_and_no_more_in_the_one_before(world: World) -> None:
    make(world, "unit_places", {"A": 1, "B": 1})
    visit = book(world, unit="A")

    assert lives_in(world, "B", visit) == Consequences()

    assert (seats(world, "unit:A"), seats(world, "unit:B")) == ([], [(visit, 1)])
    assert is_full(world, unit="B")
    assert not is_full(world, unit="A")


def test_visits_above_the_places_of_the_new_unit_are_flagged_until_somebody_lives_elsewhere(world: World) -> None:
    make(world, "unit_places", {"B": 1})
    first, second = book(world, unit="B"), book(world, unit="A")

    assert lives_in(world, "B", second) == Consequences(above=1)
    assert len(flagged(world)) == 1

    assert lives_in(world, "C", first) == Consequences()
    assert flagged(world) == []
    assert seats(world, "unit:B") == [(second, 1)]


def test_a_blackout_of_the_new_unit_flags_the_visits_that_it_touches_and_no_others(world: World) -> None:
    blackout = black_out(world, "B")
    visit, another = book(world, unit="A"), book(world, unit="A")
    book(world, unit="A", later=WEEK)

    assert lives_in(world, "B", visit) == Consequences(flagged=1)
    assert flags_of(world) == {(visit, "blackout", blackout)}

    assert lives_in(world, "B", visit) == Consequences()
    assert lives_in(world, "C", another) == Consequences()
    assert flags_of(world) == {(visit, "blackout", blackout)}


def test_who_leaves_a_unit_loses_the_flags_of_its_blackouts_and_of_no_others(world: World) -> None:
    stays, leaves = book(world, unit="B"), book(world, unit="B")
    of_unit = black_out(world, "B")
    whole = world.db.write_now(
        lambda tx: blackouts.add(
            tx, SHELL, world.facility_id, NewBlackout(TUESDAY, TUESDAY, "No staff."), expected_visits=None
        )
    ).blackout.id

    assert lives_in(world, "A", leaves) == Consequences(unflagged=1)

    assert flags_of(world) == {(stays, "blackout", of_unit), (stays, "blackout", whole), (leaves, "blackout", whole)}


def test_a_blackout_that_was_removed_flags_nobody_who_moves_in(world: World) -> None:
    blackout = black_out(world, "B")
    black_out(world, "B", TUESDAY + timedelta(days=1))
    world.db.write_now(lambda tx: blackouts.remove(tx, SHELL, blackout))

    assert lives_in(world, "B", book(world, unit="A")) == Consequences()
    assert flags_of(world) == set()
