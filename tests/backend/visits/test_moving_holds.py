"""What an account holds does not stand in the way of moving its visit: the move lets go of it, where it would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import select

from backend.changes.models import Change
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.security import SHELL, Actor
from backend.visits import booking, holds, limits, moving, openings
from backend.visits.models import Hold, Visit
from backend.visits.moving import Move
from tests import factories
from tests.backend.conftest import NOW
from tests.backend.together import first_then
from tests.backend.visits.counting import count
from tests.backend.visits.test_blackout_races import confirming
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build, confirmed, last_entry, officer, row_of

TUESDAY = date(2026, 11, 24)
NOON = TUESDAY_NINE + timedelta(hours=3)
NEXT_TUESDAY = TUESDAY_NINE + timedelta(days=7)
ONE_A_WEEK: dict[str, object] = {"quotas": [{"per": "account", "period": "week", "visits": 1}]}


def move(
    world: World, visit_id: str, to: datetime, *, of: datetime = TUESDAY_NINE, actor: Actor | None = None
) -> Visit:
    return world.db.write_now(lambda tx: moving.move(tx, actor or world.visitor, Move(visit_id, to, of)))


def refusal(work: Callable[[], object]) -> list[str]:
    with pytest.raises(Problem) as refused:
        work()
    return [reason.code for reason in refused.value.reasons]


def listed(world: World, visit_id: str, at: datetime) -> tuple[str, list[str]]:
    """Return the state of a time in the list for a move, and why it is not open."""
    found = world.db.read_now(lambda tx: openings.times(tx, world.visitor, world.wanted(), at.date(), moving=visit_id))
    [one] = [one for one in found.items if one.starts_at == at]
    return one.state, [reason.code for reason in one.reasons]


def held(world: World) -> list[datetime]:
    return world.db.read_now(lambda tx: [one.starts_at for one in tx.session.exec(select(Hold)).all()])


def paying(world: World, hold_id: str) -> Callable[[Tx], object]:
    return lambda tx: booking.begin(tx, world.visitor, world.confirming(hold_id))


@pytest.fixture
def postgres(postgres_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(postgres_url, clock)
    yield database
    database.close()


def test_a_visit_moves_to_the_very_time_that_its_account_holds(either_db: Database) -> None:
    world = build(either_db, capacity=1)
    visit = confirmed(world)
    hold = world.hold(NOON)
    assert listed(world, visit, NOON) == ("open", [])

    move(world, visit, NOON)

    assert row_of(world, visit).starts_at == NOON
    assert held(world) == []
    assert count(either_db, "place_taken") == count(either_db, "account_taken") == 6, "of half an hour"
    what = last_entry(world, "visit moved").what
    assert isinstance(what, dict)
    assert what["let_go"] == hold.id
    told = either_db.read_now(lambda tx: [one.subject_id for one in tx.session.exec(select(Change)).all()])
    assert told.count(hold.id) == 2, "when it was held and when it was let go of"


def test_a_hold_with_somebody_else_at_that_time_is_let_go_of_too(either_db: Database) -> None:
    world = build(either_db)
    visit = confirmed(world)
    world.hold(NOON, individual_id=world.another_individual())
    assert listed(world, visit, NOON) == ("open", [])

    move(world, visit, NOON)

    assert held(world) == []


def test_a_hold_uses_up_no_quota_of_a_move(either_db: Database) -> None:
    world = build(either_db, settings=ONE_A_WEEK)
    visit = confirmed(world, NEXT_TUESDAY)
    world.hold(NOON)
    assert listed(world, visit, TUESDAY_NINE) == ("open", [])
    days = either_db.read_now(
        lambda tx: openings.days(tx, world.visitor, world.wanted(), TUESDAY, TUESDAY, moving=visit)
    )
    assert days.items[0].open == 14

    move(world, visit, TUESDAY_NINE, of=NEXT_TUESDAY)

    assert held(world) == []


def test_a_hold_that_is_not_in_the_way_stays(world: World) -> None:
    visit = confirmed(world)
    world.hold(NOON)

    move(world, visit, TUESDAY_NINE + HALF_HOUR)

    assert held(world) == [NOON]
    assert "let_go" not in str(last_entry(world, "visit moved").what)


def test_a_move_that_is_refused_all_the_same_leaves_the_hold(either_db: Database) -> None:
    world = build(either_db)
    visit = confirmed(world)
    confirmed(world, NOON, actor=world.another_visitor())
    world.hold(NOON, individual_id=world.another_individual())

    assert refusal(lambda: move(world, visit, NOON)) == ["individual_busy"]

    assert held(world) == [NOON]
    assert listed(world, visit, NOON) == ("taken", ["individual_busy"])


def test_what_is_being_paid_for_stands_in_the_way_as_a_visit_does(either_db: Database) -> None:
    world = build(either_db)
    visit = confirmed(world)
    either_db.write_now(paying(world, world.hold(NOON, individual_id=world.another_individual()).id))

    assert listed(world, visit, NOON) == ("taken", ["account_busy"])
    assert refusal(lambda: move(world, visit, NOON)) == ["account_busy"]

    move(world, visit, TUESDAY_NINE + HALF_HOUR)
    assert held(world) == [NOON]


def test_an_officer_lets_go_of_nothing_that_a_visitor_holds(world: World) -> None:
    visit, here = confirmed(world), officer(world)
    world.hold(NOON, individual_id=world.another_individual())
    asked = Move(visit, NOON, TUESDAY_NINE, "Repairs.")

    codes = refusal(lambda: world.db.write_now(lambda tx: moving.move_for_facility(tx, here, asked)))

    assert codes == ["account_busy"]
    assert held(world) == [NOON]
    by = partial(moving.nearest, visit_id=visit, starts_at=NOON - HALF_HOUR)
    assert NOON not in world.db.read_now(lambda tx: by(tx, here))
    assert NOON in world.db.read_now(lambda tx: by(tx, world.visitor))


def test_support_moves_for_an_account_as_the_account_does(world: World) -> None:
    visit = confirmed(world)
    world.hold(NOON)
    agent = world.db.write_now(lambda tx: factories.account(tx, role="support").id)

    move(world, visit, NOON, actor=Actor("support", "terminal", account_id=agent, acting_for=world.visitor.account))

    assert held(world) == []


def test_a_move_beside_a_new_hold_waits_and_lets_go_of_it(postgres: Database) -> None:
    world = build(postgres, fee=0)
    visit = confirmed(world, total=0)

    def hold(tx: Tx) -> None:
        holds.take(tx, world.visitor, world.wanted(), NOON)

    assert first_then(world, hold, moving_to_noon(world, visit)) == ("done", "done")
    assert (row_of(world, visit).starts_at, held(world)) == (NOON, [])


def test_a_move_beside_a_confirmation_waits_and_is_refused(postgres: Database) -> None:
    world = build(postgres, fee=0)
    visit = confirmed(world, total=0)
    hold = world.hold(NOON, individual_id=world.another_individual())

    done = first_then(world, confirming(world, hold.id), moving_to_noon(world, visit))

    assert done == ("done", "account_busy")
    assert count(postgres, "visit") == 2


def test_a_hold_that_is_confirmed_while_a_move_lets_go_of_it_is_not_kept_any_more(postgres: Database) -> None:
    world = build(postgres, fee=0)
    visit = confirmed(world, total=0)
    hold = world.hold(NOON)

    assert first_then(world, moving_to_noon(world, visit), confirming(world, hold.id)) == ("done", "hold_expired")
    assert count(postgres, "visit") == 1


def test_a_limit_of_the_other_facility_waits_for_a_move_that_lets_go_of_a_hold_there(postgres: Database) -> None:
    world, other = build(postgres, fee=0), build(postgres, fee=0)
    visit = confirmed(world, total=0)

    def hold_there(tx: Tx) -> None:
        factories.access(tx, world.visitor.account, other.facility_id)
        holds.take(tx, world.visitor, other.wanted(), NOON)

    postgres.write_now(hold_there)

    def limit(tx: Tx) -> None:
        limits.set_setting(
            tx, SHELL, other.facility_id, "capacity_type", 1, visit_type="remote", effective_from=NOW.date()
        )

    assert first_then(world, moving_to_noon(world, visit), limit) == ("done", "done")
    assert held(world) == []


def moving_to_noon(world: World, visit_id: str) -> Callable[[Tx], object]:
    asked = Move(visit_id, NOON, TUESDAY_NINE)
    return lambda tx: moving.move(tx, world.visitor, asked)
