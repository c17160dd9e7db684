"""What is listed can be held, what is not listed cannot, and one function derives both."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Final
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from backend.clock import SteppedClock
from backend.db import Database
from backend.errors import Problem, Reason
from backend.visits import holds, openings
from backend.visits.listing import Judged
from backend.visits.openings import OpeningDayView, OpeningView
from tests import factories
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build

TUESDAY: Final = date(2026, 11, 24)
SUNDAY: Final = date(2026, 11, 22)
"""The tests' today."""
FIVE: Final = timedelta(minutes=5)


def times(world: World, day: date = TUESDAY) -> list[OpeningView]:
    view = world.db.read_now(lambda tx: openings.times(tx, world.visitor, world.wanted(), day))
    return list(view.items)


def days(world: World, first: date = SUNDAY, last: date = SUNDAY + timedelta(days=20)) -> openings.OpeningDaysView:
    return world.db.read_now(lambda tx: openings.days(tx, world.visitor, world.wanted(), first, last))


def day(world: World, wanted: date = TUESDAY) -> OpeningDayView:
    (found,) = days(world, wanted, wanted).items
    return found


def states(found: list[OpeningView]) -> list[str]:
    return [opening.state for opening in found]


def fill(world: World, starts_at: datetime) -> None:
    world.hold(starts_at, actor=world.another_visitor(), individual_id=world.another_individual())


def test_a_day_lists_every_start_of_the_timetable(world: World) -> None:
    found = times(world)

    assert [opening.starts_at for opening in found] == [TUESDAY_NINE + HALF_HOUR * number for number in range(14)]
    assert set(states(found)) == {"open"}


def test_a_time_without_a_place_left_is_taken(db: Database) -> None:
    world = build(db, capacity=2)
    fill(world, TUESDAY_NINE)
    assert states(times(world))[0] == "open"

    fill(world, TUESDAY_NINE)

    assert states(times(world))[:2] == ["taken", "open"]
    assert [reason.code for reason in times(world)[0].reasons] == ["no_capacity"]


def test_my_own_hold_does_not_hide_the_opening_from_me(db: Database) -> None:
    world = build(db, capacity=1)
    world.hold()

    assert states(times(world))[:2] == ["yours", "open"]
    assert day(world).open == 14


def test_my_own_hold_does_not_stand_in_the_way_of_another_length(db: Database) -> None:
    world = build(db, capacity=1, settings={"durations": [30, 60]})
    world.hold()

    hour = db.read_now(lambda tx: openings.times(tx, world.visitor, world.wanted(minutes=60), TUESDAY))

    assert states(list(hour.items))[0] == "open"


def test_a_hold_that_has_ended_hides_nothing(db: Database, clock: SteppedClock) -> None:
    world = build(db, capacity=1)
    fill(world, TUESDAY_NINE)
    clock.step(timedelta(minutes=10))

    assert states(times(world))[0] == "open"


def test_a_time_at_which_the_individual_has_a_visit_is_taken(world: World) -> None:
    world.hold(actor=world.another_visitor())

    (reason,) = times(world)[0].reasons
    assert reason.code == "individual_busy"


def test_a_time_within_the_notice_is_closed_and_says_from_when_not(world: World, clock: SteppedClock) -> None:
    clock.set(TUESDAY_NINE - timedelta(hours=24) + timedelta(microseconds=1))

    first, second, *_ = times(world)

    assert (first.state, second.state) == ("closed", "open")
    assert [reason.code for reason in first.reasons] == ["too_soon"]


def test_a_month_counts_open_and_all_times_of_each_day(db: Database) -> None:
    world = build(db, capacity=1)
    fill(world, TUESDAY_NINE)

    found = days(world)

    tuesday = found.items[2]
    assert (tuesday.date, tuesday.open, tuesday.total, tuesday.state) == (TUESDAY, 13, 14, "open")
    assert (tuesday.first_starts_at, tuesday.last_starts_at) == (
        TUESDAY_NINE + HALF_HOUR,
        TUESDAY_NINE + HALF_HOUR * 13,
    )
    assert found.items[0].state == "none"
    assert (found.zone, found.first_open_on) == ("America/Chicago", TUESDAY)


def test_a_day_is_full_when_every_time_is_taken(db: Database) -> None:
    world = build(db, capacity=1, end_minute=10 * 60)
    fill(world, TUESDAY_NINE)
    fill(world, TUESDAY_NINE + HALF_HOUR)

    found = day(world)

    assert (found.state, found.open, found.total) == ("full", 0, 2)
    assert [reason.code for reason in found.reasons] == ["no_capacity"]
    assert days(world).first_open_on == TUESDAY + timedelta(days=7)


def test_days_beyond_the_horizon_are_closed_and_say_when_they_open(world: World) -> None:
    found = days(world)

    assert found.horizon_ends_on == SUNDAY + timedelta(days=14)
    beyond = found.items[16]
    assert (beyond.date, beyond.state) == (date(2026, 12, 8), "closed")
    assert [(reason.code, reason.can_be_asked_from) for reason in beyond.reasons] == [
        ("too_far_ahead", date(2026, 11, 24))
    ]


def test_who_has_no_access_sees_no_openings(world: World) -> None:
    stranger = world.another_visitor(access=False)

    with pytest.raises(Problem) as refused:
        world.db.read_now(lambda tx: openings.times(tx, stranger, world.wanted(), TUESDAY))

    assert (refused.value.code, refused.value.status) == ("facility_access_required", 403)


@pytest.mark.parametrize("length", [-1, 62])
def test_a_request_is_for_one_to_sixty_two_days(world: World, length: int) -> None:
    with pytest.raises(Problem) as refused:
        days(world, SUNDAY, SUNDAY + timedelta(days=length))

    assert refused.value.code == "invalid"


@pytest.mark.parametrize("far", [date.min, date.max, SUNDAY + timedelta(days=1001)])
def test_a_day_that_nobody_plans_for_is_refused_before_it_is_reckoned_with(world: World, far: date) -> None:
    for ask in (times, day):
        with pytest.raises(Problem) as refused:
            ask(world, far)
        assert refused.value.code == "invalid"
    with pytest.raises(Problem, match="invalid"):
        world.hold(datetime(9999, 12, 31, 23, 55, tzinfo=UTC))


def test_the_first_open_day_is_found_beyond_the_days_asked_for(world: World) -> None:
    assert days(world, SUNDAY, SUNDAY).first_open_on == TUESDAY
    assert days(world, TUESDAY + timedelta(days=3), TUESDAY + timedelta(days=9)).first_open_on == TUESDAY


def test_the_nearest_free_times_are_offered_in_order(db: Database) -> None:
    world = build(db, capacity=1)
    ten = TUESDAY_NINE + HALF_HOUR * 2
    fill(world, ten)
    fill(world, ten + HALF_HOUR)

    found = db.read_now(lambda tx: openings.nearest(tx, world.visitor, world.wanted(), ten))

    assert found == (ten - HALF_HOUR * 2, ten - HALF_HOUR, ten + HALF_HOUR * 2)


def test_the_queries_of_a_month_do_not_grow_with_its_openings(db: Database) -> None:
    small, large = build(db, end_minute=10 * 60), build(db)
    db.write_now(lambda tx: [factories.timetable_row(tx, large.facility_id, weekday=weekday) for weekday in range(7)])

    counted = [_queries(db, world) for world in (small, large)]

    assert counted[0] == counted[1] <= 16


def _queries(db: Database, world: World) -> int:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        days(world)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([statement for statement in said if statement.startswith(("SELECT", "WITH"))])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    capacity=st.integers(1, 2),
    notice=st.integers(0, 48),
    horizon=st.integers(1, 10),
    buffer=st.sampled_from([0, 5, 30]),
    minutes=st.sampled_from([20, 30, 45]),
)
def test_what_is_listed_as_open_can_be_held_and_nothing_else(
    db: Database,
    clock: SteppedClock,
    *,
    data: st.DataObject,
    capacity: int,
    notice: int,
    horizon: int,
    buffer: int,
    minutes: int,
) -> None:
    world = build(
        db,
        capacity=capacity,
        end_minute=12 * 60,
        settings={
            "notice": {"amount": notice, "unit": "hours"},
            "horizon_days": horizon,
            "buffer_minutes": buffer,
            "durations": [20, 30, 45],
        },
    )
    wanted = world.wanted(minutes=minutes)
    clock.set(TUESDAY_NINE - timedelta(hours=data.draw(st.integers(-2, 72))) + FIVE * data.draw(st.integers(-1, 1)))
    for starts_at in data.draw(st.lists(st.sampled_from([TUESDAY_NINE + HALF_HOUR * n for n in range(5)]), max_size=4)):
        person = data.draw(st.sampled_from([world.individual_id, world.another_individual()]))
        with suppress(Problem):  # it need not be free: this only fills the day
            world.hold(starts_at, actor=world.another_visitor(), individual_id=person)
    if data.draw(st.booleans()):
        with suppress(Problem):
            db.write_now(lambda tx: holds.take(tx, world.visitor, wanted, TUESDAY_NINE))
    clock.step(timedelta(minutes=data.draw(st.sampled_from([0, 9, 10]))))

    listed = db.read_now(lambda tx: openings.times(tx, world.visitor, wanted, TUESDAY)).items
    open_now = {opening.starts_at for opening in listed if opening.state in {"open", "yours"}}
    asked = data.draw(st.sampled_from([TUESDAY_NINE + FIVE * n for n in range(-6, 42)]))

    if asked in open_now:
        assert db.write_now(lambda tx: holds.take(tx, world.visitor, wanted, asked)).starts_at == asked
    else:
        with pytest.raises(Problem) as refusal:
            db.write_now(lambda tx: holds.take(tx, world.visitor, wanted, asked))
        told = next((opening.reasons for opening in listed if opening.starts_at == asked), None)
        if told is not None:
            assert refusal.value.reasons == told
        else:
            assert "outside_timetable" in {reason.code for reason in refusal.value.reasons}


A, B = date(2026, 12, 1), date(2026, 12, 8)


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ([(A, None), (B, None)], (A, None)),
        ([(None, None), (B, None), (A, None)], (A, None)),
        ([(None, None), (None, None)], (None, None)),
        ([(None, None), (None, B), (None, A)], (None, A)),
        ([(B, A), (A, B)], (A, B)),
    ],
)
def test_a_day_tells_each_code_once_by_the_reason_that_passes_first(
    monkeypatch: pytest.MonkeyPatch, world: World, dates: list[tuple[date | None, date | None]], told: object
) -> None:
    """In whichever order the times of the day are in, with the sentence of that reason."""
    for order in permutations(dates):
        reasons = [Reason("blacked_out", f"{first} {asked}", first, None, asked) for first, asked in order]
        judged = {TUESDAY: [Judged(TUESDAY_NINE, TUESDAY_NINE + HALF_HOUR, (reason,)) for reason in reasons]}
        monkeypatch.setattr(openings, "judge", Mock(return_value=judged))
        (reason,) = day(world).reasons
        assert (reason.first_passes_on, reason.can_be_asked_from) == told
        assert reason.sentence == f"{reason.first_passes_on} {reason.can_be_asked_from}"
