"""What is listed can be held at that instant, and what is not listed is refused when asked for by hand.

Over random timetables, policies, blackouts, zones and change days, on both engines. Nothing of how openings are derived
is repeated here: the list and the hold are held against each other.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.security import SHELL
from backend.timetables.models import TimetableRow
from backend.types import new_id
from backend.visits import blackouts, booking, holds, openings
from backend.visits.blackouts import NewBlackout
from backend.visits.openings import OpeningView
from tests.backend.visits.fresh import of_engine
from tests.backend.visits.world import World, build
from tests.torture import LONG

FIVE: Final = timedelta(minutes=5)
A_DAY: Final = timedelta(days=1)
MICROSECOND: Final = timedelta(microseconds=1)
OPEN: Final = ("open", "yours")
A_FEW: Final = 6
CHANGE_DAYS: Final = [
    ("America/Chicago", date(2026, 11, 1)),
    ("America/Chicago", date(2027, 3, 14)),
    ("America/Phoenix", date(2027, 3, 14)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("America/St_Johns", date(2026, 11, 1)),
    ("Asia/Kathmandu", date(2026, 11, 26)),
]
"""A zone and the day that everything is about: clocks are put back, put on, or (Phoenix, Kathmandu) left alone."""

on_quarters = st.integers(0, 95).map(lambda number: 15 * number)
policies = st.fixed_dictionaries(
    {
        "notice": st.one_of(
            st.fixed_dictionaries({"amount": st.integers(0, 48), "unit": st.just("hours")}),
            st.fixed_dictionaries(
                {"amount": st.integers(0, 3), "unit": st.sampled_from(["calendar_days", "working_days"])}
            ),
        ),
        "horizon_days": st.integers(1, 10),
        "buffer_minutes": st.sampled_from([0, 5, 30]),
        "durations": st.just([20, 30, 45]),
        "capacity_all": st.sampled_from([0, 1, 3]),
        "capacity_type": st.sampled_from([0, 1, 2]),
        "holidays_closed": st.booleans(),
        "quotas": st.sampled_from([[], [{"per": "pair", "period": "day", "visits": 1}]]),
        "request_window": st.sampled_from(
            [None, None, {"opens_days_before": 7, "opens_at": "08:00", "closes_days_before": 1, "closes_at": "16:00"}]
        ),
    }
)


class TakenBack(Exception):
    """Raised when it is known whether something can be held, so that it is not."""


@dataclass(slots=True)
class Asker:
    """One visitor, one length, and the list and the hold as they see them."""

    world: World
    minutes: int

    def listed(self, day: date) -> list[OpeningView]:
        wanted = self.world.wanted(minutes=self.minutes)
        return list(self.world.db.read_now(lambda tx: openings.times(tx, self.world.visitor, wanted, day)).items)

    def nearest(self, starts_at: datetime) -> tuple[datetime, ...]:
        wanted = self.world.wanted(minutes=self.minutes)
        return self.world.db.read_now(lambda tx: openings.nearest(tx, self.world.visitor, wanted, starts_at))

    def refusal(self, starts_at: datetime) -> set[str] | None:
        """Return the codes for which a start cannot be held now, None if it can; nothing is kept either way."""

        def work(tx: Tx) -> None:
            wanted = self.world.wanted(minutes=self.minutes)
            assert holds.take(tx, self.world.visitor, wanted, starts_at).starts_at == starts_at
            raise TakenBack

        try:
            self.world.db.write_now(work)
        except TakenBack:
            return None
        except Problem as refused:
            return {reason.code for reason in refused.reasons}
        raise AssertionError("unreachable")


def lay_out(data: st.DataObject, db: Database, zone: str, day: date) -> World:
    """Return a world with a random timetable and policy around ``day``."""
    policy = {name: value for name, value in data.draw(policies).items() if value is not None}
    world = build(db, zone=zone, fee=0, capacity=data.draw(st.integers(1, 2)), settings=policy)
    add_rows(data, world, day)
    return world


def add_rows(data: st.DataObject, world: World, day: date) -> None:
    """Add random rows to the timetable, most of them for ``day``."""

    def rows(tx: Tx) -> None:
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(on_quarters)
            tx.session.add(
                TimetableRow(
                    id=new_id(tx.now),
                    facility_id=world.facility_id,
                    visit_type="remote",
                    weekday=(day + timedelta(days=data.draw(st.sampled_from([0, 0, 1, -1])))).weekday(),
                    start_minute=start,
                    end_minute=min(1440, start + data.draw(st.sampled_from([30, 120, 600]))),
                    every_minutes=data.draw(st.sampled_from([15, 20, 60])),
                    capacity=data.draw(st.integers(1, 2)),
                    every_weeks=data.draw(st.sampled_from([1, 1, 2])),
                    anchor_date=day - timedelta(days=data.draw(st.sampled_from([0, 7]))),
                    valid_from=day - timedelta(days=data.draw(st.sampled_from([30, 1, 0, -1]))),
                    valid_to=data.draw(st.sampled_from([None, day, day + A_DAY])),
                    channel=data.draw(st.sampled_from(["public", "public", "staff"])),
                )
            )

    world.db.write_now(rows)


def close_some(data: st.DataObject, world: World, day: date) -> None:
    """Add a blackout, or none."""
    first, length = data.draw(on_quarters), data.draw(st.sampled_from([0, 15, 240]))
    if length:
        new = NewBlackout(day, day + A_DAY, "Closed.", start_minute=first, end_minute=min(1440, first + length))
        world.db.write_now(lambda tx: blackouts.add(tx, SHELL, world.facility_id, new, expected_visits=None))


def fill_some(data: st.DataObject, asker: Asker, day: date) -> None:
    """Let others hold, and the asker book, some of what is listed."""
    world, free = asker.world, [one.starts_at for one in asker.listed(day) if one.state in OPEN]
    if not free:
        return
    for starts_at in _spread(free)[: data.draw(st.integers(1, 5))]:
        person = data.draw(st.sampled_from([world.individual_id, world.another_individual()]))
        with suppress(Problem):
            world.hold(starts_at, actor=world.another_visitor(), individual_id=person)
    if data.draw(st.booleans()):
        with suppress(Problem):
            held = world.hold(data.draw(st.sampled_from(free)))
            if data.draw(st.booleans()):
                asked = world.confirming(held.id, method=None, expected_total=0)
                world.db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))


def _spread(found: list[datetime]) -> list[datetime]:
    """Return a few of many, from the first to the last."""
    return found[:: max(1, len(found) // A_FEW)]


def check(data: st.DataObject, db: Database, clock: SteppedClock) -> None:
    zone, day = data.draw(st.sampled_from(CHANGE_DAYS))
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    clock.set(midnight - timedelta(hours=data.draw(st.integers(6, 96))) + data.draw(st.integers(-1, 1)) * MICROSECOND)
    world = lay_out(data, db, zone, day)
    asker = Asker(world, data.draw(st.sampled_from([20, 30, 45])))
    close_some(data, world, day)
    fill_some(data, asker, day)
    clock.step(timedelta(minutes=data.draw(st.sampled_from([0, 9, 10]))))

    listed = {one.starts_at: one for near in (-1, 0, 1) for one in asker.listed(day + near * A_DAY)}
    by_hand = midnight + FIVE * data.draw(st.integers(-12 * 24, 12 * 48))
    for starts_at in (*_spread(sorted(listed)), by_hand):
        one, refused = listed.get(starts_at), asker.refusal(starts_at)
        if one is None:
            assert refused is not None
            assert "outside_timetable" in refused
        elif one.state in OPEN:
            assert refused is None, f"{starts_at} is listed and refused: {refused}"
        else:
            assert refused == {reason.code for reason in one.reasons}
    for starts_at in asker.nearest(by_hand):
        assert asker.refusal(starts_at) is None, f"{starts_at} is offered and refused"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_is_listed_can_be_held_and_what_is_not_listed_cannot(request: pytest.FixtureRequest, engine: str) -> None:
    clock = SteppedClock(datetime(2026, 9, 1, tzinfo=UTC))
    with of_engine(engine, request)() as url:
        db = Database(url, clock)  # every example has a facility, people and rows of its own

        @settings(
            max_examples=250 if LONG else 20,
            derandomize=not LONG,
            deadline=None,
            phases=[Phase.generate],  # an example is long to run and as good as its shortest form
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def examples(data: st.DataObject) -> None:
            check(data, db, clock)

        examples()
        db.close()
