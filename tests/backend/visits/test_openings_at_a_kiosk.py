"""A kiosk lists the openings of its own facility only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.errors import Problem
from backend.visits import openings
from tests.backend.visits.world import TUESDAY_NINE, World


def test_a_kiosk_lists_no_openings_of_another_facility(world: World) -> None:
    here, elsewhere = replace(world.visitor, bound_to=world.facility_id), replace(world.visitor, bound_to="another")
    day = TUESDAY_NINE.date()

    assert world.db.read_now(lambda tx: openings.times(tx, here, world.wanted(), day)).items
    with pytest.raises(Problem, match="not_at_this_kiosk"):
        world.db.read_now(lambda tx: openings.times(tx, elsewhere, world.wanted(), day))
