"""What is listed for the move of a visit can be moved to at that instant, whatever its account holds, and nothing else.

Over random timetables and limits, with holds in every corner of them, on both engines. The list and the move are held
against each other.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.visits import moving, openings
from backend.visits.moving import Move
from backend.visits.openings import OpeningView
from tests.backend.visits.fresh import of_engine
from tests.backend.visits.test_listed import OPEN, TakenBack, add_rows
from tests.backend.visits.world import World, build, confirmed, row_of
from tests.torture import LONG

TUESDAY: Final = date(2026, 11, 24)
MONDAY_EVENING: Final = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
limits = st.fixed_dictionaries(
    {
        "notice": st.just({"amount": 0, "unit": "hours"}),
        "move_cutoff_hours": st.just(0),
        "buffer_minutes": st.sampled_from([0, 5, 30]),
        "capacity_type": st.sampled_from([1, 2, 5]),
        "quotas": st.sampled_from(
            [
                [],
                [{"per": "account", "period": "day", "visits": 2}],
                [{"per": "account", "period": "week", "visits": 1}],
                [{"per": "pair", "period": "day", "visits": 1}],
            ]
        ),
    }
)


@dataclass(slots=True)
class Mover:
    """A visitor who moves a visit, and the list and the move as they see them."""

    world: World
    visit_id: str

    def listed(self) -> list[OpeningView]:
        world, wanted = self.world, self.world.wanted()
        view = world.db.read_now(lambda tx: openings.times(tx, world.visitor, wanted, TUESDAY, moving=self.visit_id))
        return list(view.items)

    def nearest(self, starts_at: datetime) -> tuple[datetime, ...]:
        return self.world.db.read_now(lambda tx: moving.nearest(tx, self.world.visitor, self.visit_id, starts_at))

    def refusal(self, starts_at: datetime) -> set[str] | None:
        """Return the codes for which the visit cannot be moved now, None if it can; it stays either way."""
        asked = Move(self.visit_id, starts_at, row_of(self.world, self.visit_id).starts_at)

        def work(tx: Tx) -> None:
            assert moving.move(tx, self.world.visitor, asked).starts_at == starts_at
            raise TakenBack

        try:
            self.world.db.write_now(work)
        except TakenBack:
            return None
        except Problem as refused:
            return {reason.code for reason in refused.reasons}
        raise AssertionError("unreachable")


def check(data: st.DataObject, db: Database, clock: SteppedClock) -> None:
    clock.set(MONDAY_EVENING)
    world = build(db, fee=0, capacity=data.draw(st.integers(1, 2)), settings=data.draw(limits))
    add_rows(data, world, TUESDAY)
    people = [world.individual_id, world.another_individual()]
    mover = Mover(world, confirmed(world, total=0))
    starts = [one.starts_at for one in mover.listed() if one.state in OPEN]
    for who in (world.another_visitor(), world.visitor):
        with suppress(Problem):
            world.hold(data.draw(st.sampled_from(starts)), actor=who, individual_id=data.draw(st.sampled_from(people)))
    clock.step(timedelta(minutes=data.draw(st.sampled_from([0, 9, 10]))))

    for one in mover.listed():
        refused = mover.refusal(one.starts_at)
        assert refused == (None if one.state in OPEN else {reason.code for reason in one.reasons}), one
    for starts_at in mover.nearest(data.draw(st.sampled_from(starts))):
        assert mover.refusal(starts_at) is None, f"{starts_at} is offered and refused"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_is_listed_for_a_move_can_be_moved_to_and_what_is_not_cannot(
    request: pytest.FixtureRequest, engine: str
) -> None:
    clock = SteppedClock(MONDAY_EVENING)
    with of_engine(engine, request)() as url:
        db = Database(url, clock)  # every example has a facility, people and rows of its own

        @settings(
            max_examples=100 if LONG else 10,
            derandomize=not LONG,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def examples(data: st.DataObject) -> None:
            check(data, db, clock)

        examples()
        db.close()
