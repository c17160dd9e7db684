"""A kiosk lists and books what is at its own facility only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.errors import Problem
from backend.facilities import service as facilities
from backend.visits import booking, openings, ways
from tests.backend.visits.world import TUESDAY_NINE, World


def test_a_kiosk_lists_no_openings_of_another_facility(world: World) -> None:
    here, elsewhere = replace(world.visitor, bound_to=world.facility_id), replace(world.visitor, bound_to="another")
    day = TUESDAY_NINE.date()

    assert world.db.read_now(lambda tx: openings.times(tx, here, world.wanted(), day)).items
    with pytest.raises(Problem, match="not_at_this_kiosk"):
        world.db.read_now(lambda tx: openings.times(tx, elsewhere, world.wanted(), day))


def test_a_kiosk_confirms_no_hold_at_another_facility(world: World) -> None:
    elsewhere = replace(world.visitor, bound_to="another")
    asked = world.confirming(world.hold(TUESDAY_NINE).id, method=None, expected_total=0)

    with pytest.raises(Problem, match="not_at_this_kiosk"):
        world.db.write_now(lambda tx: booking.begin(tx, elsewhere, asked))


def test_a_kiosk_shows_no_ways_to_pay_for_a_hold_at_another_facility(world: World) -> None:
    here, elsewhere = replace(world.visitor, bound_to=world.facility_id), replace(world.visitor, bound_to="another")
    world.hold(TUESDAY_NINE)

    world.db.read_now(lambda tx: ways.ways(tx, here, None))
    with pytest.raises(Problem, match="not_at_this_kiosk"):
        world.db.read_now(lambda tx: ways.ways(tx, elsewhere, None))


def test_a_kiosk_shows_and_accepts_no_terms_of_another_facility(world: World) -> None:
    here, elsewhere = replace(world.visitor, bound_to=world.facility_id), replace(world.visitor, bound_to="another")
    shown = world.db.read_now(lambda tx: facilities.terms_for(tx, here, world.facility_id, "remote"))

    with pytest.raises(Problem, match="not_at_this_kiosk"):
        world.db.read_now(lambda tx: facilities.terms_for(tx, elsewhere, world.facility_id, "remote"))
    with pytest.raises(Problem, match="not_at_this_kiosk"):
        world.db.write_now(lambda tx: facilities.accept_terms(tx, elsewhere, shown.id, shown_to_end=True))
