"""A hold that could not be confirmed any more is kept no longer: listed, held again and renewed by one judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import select

from backend.access.models import FacilityAccess
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.roster.models import Individual
from backend.security import SHELL, Actor
from backend.timetables.models import TimetableRow
from backend.visits import access_changes, blackouts, booking, holds, openings
from backend.visits.blackouts import NewBlackout
from backend.visits.overrides import Override
from backend.visits.restricting import AskedRestriction
from tests import factories
from tests.backend.conftest import NOW
from tests.backend.together import first_then
from tests.backend.visits.people import apart, restrict
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build, last_entry

TUESDAY = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)
Change = Callable[[World], object]
Listed = tuple[str | None, list[str]]
"""The state of the time in the list, None where it is not in it, and why."""


@pytest.fixture
def world(either_db: Database) -> World:
    return build(either_db, fee=0)


@pytest.fixture
def postgres(postgres_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(postgres_url, clock)
    yield database
    database.close()


def codes(work: Callable[[], object]) -> list[str]:
    with pytest.raises(Problem) as refused:
        work()
    return [reason.code for reason in refused.value.reasons]


def listed(world: World) -> Listed:
    """Return how nine o'clock is listed."""
    found = world.db.read_now(lambda tx: openings.times(tx, world.visitor, world.wanted(), TUESDAY))
    seen = [(one.state, [each.code for each in one.reasons]) for one in found.items if one.starts_at == TUESDAY_NINE]
    return seen[0] if seen else (None, [])


def open_on_tuesday(world: World) -> int:
    days = world.db.read_now(lambda tx: openings.days(tx, world.visitor, world.wanted(), TUESDAY, TUESDAY))
    return days.items[0].open


def renew(world: World, hold_id: str) -> holds.HoldView:
    return world.db.write_now(lambda tx: holds.renew(tx, world.visitor, hold_id))


def confirm(world: World, hold_id: str) -> object:
    confirming = world.confirming(hold_id, expected_total=0)
    return world.db.write_now(lambda tx: booking.begin(tx, world.visitor, confirming))


def suspending(world: World) -> Callable[[Tx], object]:
    access = world.db.read_now(lambda tx: tx.session.exec(select(FacilityAccess.id)).one())
    return lambda tx: access_changes.suspend(tx, SHELL, access, version=None, reason="Why.", last_day=None)


def suspend(world: World) -> None:
    world.db.write_now(suspending(world))


def release(world: World) -> None:
    def work(tx: Tx) -> None:
        tx.session.get_one(Individual, world.individual_id).status = "released"

    world.db.write_now(work)


def ban(world: World) -> None:
    restrict(world, AskedRestriction("ban", "Contraband.", person_name="Maria Delgado"))


def keep_apart(world: World) -> None:
    other = world.another_individual()
    world.hold(actor=world.another_visitor(), individual_id=other)
    apart(world, world.individual_id, other)


def close(world: World) -> None:
    new = NewBlackout(TUESDAY, TUESDAY, "Closed.")
    world.db.write_now(lambda tx: blackouts.add(tx, SHELL, world.facility_id, new, expected_visits=None))


def end_timetable(world: World) -> None:
    def work(tx: Tx) -> None:
        tx.session.get_one(TimetableRow, world.row_id).valid_to = NOW.date()

    world.db.write_now(work)


def shorten_horizon(world: World) -> None:
    today, facility = NOW.date(), world.facility_id
    world.db.write_now(
        lambda tx: factories.setting(tx, facility, "horizon_days", 1, visit_type="remote", effective_from=today)
    )


@pytest.mark.parametrize(
    ("change", "code"), [(suspend, "facility_access_required"), (release, "individual_not_eligible")]
)
def test_who_may_schedule_nothing_any_more_keeps_no_time_either(world: World, change: Change, code: str) -> None:
    hold = world.hold()
    change(world)

    assert codes(lambda: listed(world)) == [code]
    assert codes(world.hold) == codes(lambda: renew(world, hold.id)) == codes(lambda: confirm(world, hold.id)) == [code]


@pytest.mark.parametrize(
    ("change", "code", "seen"),
    [
        (ban, "visitor_restricted", ("closed", ["visitor_restricted"])),
        (keep_apart, "keep_apart", ("taken", ["keep_apart"])),
        (close, "blacked_out", ("closed", ["blacked_out"])),
        (end_timetable, "outside_timetable", (None, [])),
        (shorten_horizon, "too_far_ahead", ("closed", ["too_far_ahead"])),
    ],
)
def test_a_time_that_is_refused_since_it_was_held_is_listed_so_and_not_kept(
    world: World, change: Change, code: str, seen: Listed
) -> None:
    hold, before = world.hold(), open_on_tuesday(world)
    change(world)

    assert listed(world) == seen
    assert open_on_tuesday(world) < before
    assert codes(world.hold) == codes(lambda: renew(world, hold.id)) == codes(lambda: confirm(world, hold.id)) == [code]


def test_notice_stays_what_it_was_when_the_time_was_held(world: World, clock: SteppedClock) -> None:
    clock.set(TUESDAY_NINE - timedelta(hours=24))
    hold = world.hold()
    clock.step(MINUTE)

    assert listed(world) == ("yours", [])
    assert open_on_tuesday(world) == 14, "with one's own"
    assert world.hold().id == renew(world, hold.id).id == hold.id


def test_what_a_hold_was_let_break_is_not_judged_again(world: World, clock: SteppedClock) -> None:
    clock.set(TUESDAY_NINE - timedelta(hours=2))
    yes, agent = Override(frozenset({"too_soon"}), "They are here."), support(world)
    wanted = world.wanted()
    hold = world.db.write_now(lambda tx: holds.take(tx, agent, wanted, TUESDAY_NINE, override=yes))

    assert listed(world) == ("yours", [])
    assert world.hold().id == renew(world, hold.id).id == hold.id


def test_what_is_overridden_when_a_time_is_held_again_stays_so_and_is_in_the_trace(world: World) -> None:
    hold = world.hold()
    shorten_horizon(world)
    yes, agent, wanted = Override(frozenset({"too_far_ahead"}), "It was promised."), support(world), world.wanted()

    again = world.db.write_now(lambda tx: holds.take(tx, agent, wanted, TUESDAY_NINE, override=yes))

    assert again.id == hold.id
    assert last_entry(world, "rules overridden").why == "It was promised."
    assert renew(world, hold.id).id == hold.id


def test_who_renews_while_access_is_suspended_waits_and_is_refused(postgres: Database) -> None:
    world = build(postgres, fee=0)
    hold = world.hold()

    done = first_then(world, suspending(world), lambda tx: holds.renew(tx, world.visitor, hold.id))

    assert done == ("done", "facility_access_required")


def test_another_time_can_be_held_where_the_first_one_is_refused(world: World) -> None:
    world.hold()
    new = NewBlackout(TUESDAY, TUESDAY, "Closed.", start_minute=9 * 60, end_minute=9 * 60 + 30)
    world.db.write_now(lambda tx: blackouts.add(tx, SHELL, world.facility_id, new, expected_visits=None))

    assert world.hold(TUESDAY_NINE + HALF_HOUR).starts_at == TUESDAY_NINE + HALF_HOUR


def support(world: World) -> Actor:
    agent = world.db.write_now(lambda tx: factories.account(tx, role="support").id)
    return Actor("support", "terminal", account_id=agent, acting_for=world.visitor.account)
