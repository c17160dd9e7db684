"""Rows of a timetable for staff: nobody else lists or asks for them; who was given such a time confirms it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.db import Database, Tx
from backend.errors import Problem
from backend.security import Actor
from backend.timetables.models import TimetableRow
from backend.visits import booking, holds, openings
from backend.visits.models import Visit
from tests import factories
from tests.backend.visits.world import TUESDAY_NINE, World, build

SEVEN = TUESDAY_NINE - timedelta(hours=2)


@pytest.fixture
def early(db: Database) -> World:
    """The world, with a row for staff from seven to eight on the same Tuesday."""

    def add(tx: Tx) -> None:
        row = factories.timetable_row(tx, world.facility_id, start_minute=7 * 60, end_minute=8 * 60)
        tx.session.get_one(TimetableRow, row.id).channel = "staff"

    world = build(db, fee=0)
    db.write_now(add)
    return world


@pytest.fixture
def support(early: World) -> Actor:
    """A support agent acting for the world's visitor."""
    agent = early.db.write_now(lambda tx: factories.account(tx, role="support"))
    return Actor("support", "terminal", account_id=agent.id, acting_for=early.visitor.account)


def listed(world: World, actor: Actor) -> list[object]:
    view = world.db.read_now(lambda tx: openings.times(tx, actor, world.wanted(), TUESDAY_NINE.date()))
    return [item.starts_at for item in view.items]


def take(world: World, actor: Actor) -> holds.HoldView:
    return world.db.write_now(lambda tx: holds.take(tx, actor, world.wanted(), SEVEN))


def test_the_public_neither_sees_nor_gets_a_row_for_staff(early: World) -> None:
    assert listed(early, early.visitor)[0] == TUESDAY_NINE
    with pytest.raises(Problem, match="outside_timetable"):
        take(early, early.visitor)


def test_support_sees_it_and_holds_it_for_the_visitor(early: World, support: Actor) -> None:
    assert listed(early, support)[0] == SEVEN
    assert take(early, support).starts_at == SEVEN


def test_the_visitor_confirms_what_support_has_held(early: World, support: Actor) -> None:
    held = take(early, support)
    early.db.write_now(lambda tx: booking.begin(tx, early.visitor, early.confirming(held.id, expected_total=0)))
    assert early.db.read_now(lambda tx: tx.session.get_one(Visit, held.id)).starts_at == SEVEN
