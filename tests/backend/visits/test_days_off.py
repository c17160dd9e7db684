"""Public holidays that are closed: visits that stand on them are flagged, and nobody stands at the desk in vain."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from backend.db import Database
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult
from backend.security import SERVER
from backend.visits import booking, settling
from backend.visits.models import Visit
from tests import factories
from tests.backend.visits.people import codes_of, flags_of
from tests.backend.visits.test_limits import book, make
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed

TWO_DAYS = timedelta(days=2)
THANKSGIVING = date(2026, 11, 26)
"""A Thursday, two days after the Tuesday of the other visits."""


@pytest.fixture
def world(either_db: Database) -> World:
    made = build(either_db, fee=0, capacity=9)
    either_db.write_now(lambda tx: factories.timetable_row(tx, made.facility_id, weekday=3))
    return made


def source(world: World, visit_type: str = "remote") -> str:
    return f"{world.facility_id}:holidays:{visit_type}"


def test_visits_on_holidays_are_flagged_when_they_are_closed_and_no_more_when_they_are_not(world: World) -> None:
    book(world)
    visit = book(world, later=TWO_DAYS)

    assert make(world, "holidays_closed", True).on_holidays == 1
    assert flags_of(world) == {(visit, "blackout", source(world))}

    assert make(world, "holidays_closed", False).on_holidays == 0
    assert flags_of(world) == set()


def test_a_visit_type_that_stays_open_has_no_flags_and_other_facilities_keep_theirs(world: World) -> None:
    visit = book(world, later=TWO_DAYS)
    make(world, "holidays_closed", True)
    elsewhere = build(world.db, fee=0)

    make(elsewhere, "holidays_closed", True)
    assert flags_of(world) == {(visit, "blackout", source(world))}

    make(world, "holidays_closed", False, visit_type="remote")
    assert flags_of(world) == set()


@pytest.mark.parametrize(("since", "flagged"), [(THANKSGIVING, 1), (THANKSGIVING + timedelta(days=1), 0)])
def test_holidays_count_from_the_day_on_from_which_they_are_closed(world: World, since: date, flagged: int) -> None:
    book(world, later=TWO_DAYS)

    assert make(world, "holidays_closed", True, since=since).on_holidays == flagged

    if flagged:
        assert codes_of(lambda: world.hold(TUESDAY_NINE + TWO_DAYS)) == ["blacked_out"]
    else:
        assert world.hold(TUESDAY_NINE + TWO_DAYS).starts_at == TUESDAY_NINE + TWO_DAYS


def test_a_visit_that_is_paid_for_on_a_day_that_was_closed_meanwhile_is_not_made(either_db: Database) -> None:
    world = build(either_db, fee=570)
    either_db.write_now(lambda tx: factories.timetable_row(tx, world.facility_id, weekday=3))
    hold = world.hold(TUESDAY_NINE + TWO_DAYS)
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))
    make(world, "holidays_closed", True)

    payment = either_db.read_now(lambda tx: tx.session.exec(select(Payment.id)).one())
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, ChargeResult("succeeded", "ref")))

    assert either_db.read_now(lambda tx: tx.session.exec(select(Visit)).all()) == []
    assert either_db.read_now(lambda tx: tx.session.exec(select(Payment.status)).one()) == "returning"
    assert confirmed(world)
