"""A hold keeps an opening for ten minutes, is renewed once, moves in one step, and ends by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult
from backend.security import SERVER, Actor
from backend.visits import booking, holds, joining, service, settling
from backend.visits.models import Visit
from backend.visits.owned import TABLES
from tests import factories
from tests.backend.conftest import NOW
from tests.backend.visits.conftest import Count
from tests.backend.visits.counting import count
from tests.backend.visits.people import apart
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build, confirmed

MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


def current(world: World, actor: Actor | None = None) -> holds.HoldView | None:
    return world.db.read_now(lambda tx: holds.current(tx, actor or world.visitor))


def renew(world: World, hold_id: str) -> holds.HoldView:
    return world.db.write_now(lambda tx: holds.renew(tx, world.visitor, hold_id))


def confirm(world: World, hold_id: str, *, total: int = 0) -> str:
    confirming = world.confirming(hold_id, expected_total=total)
    return world.db.write_now(lambda tx: booking.begin(tx, world.visitor, confirming)).booking_id


def code_of(problem: pytest.ExceptionInfo[Problem]) -> str:
    return problem.value.code


def test_a_hold_lasts_ten_minutes_and_says_what_it_costs(world: World, clock: SteppedClock) -> None:
    hold = world.hold()

    assert hold.held_until == clock.now() + timedelta(minutes=10)
    assert hold.remaining_seconds == 600
    assert (hold.price.session_fee_minor, hold.price.transaction_fee_minor) == (570, 0)
    assert current(world) == hold


@pytest.mark.parametrize(
    ("fee", "settings", "hours_before"),
    [
        (570, {}, 24),
        (570, {"cancel_cutoff_hours": 2}, 2),
        (570, {"late_refund": "everything"}, 0),
        (0, {}, 0),
    ],
)
def test_a_hold_says_until_when_cancelling_loses_nothing_and_the_visit_keeps_to_it(
    db: Database, fee: int, settings: dict[str, object], hours_before: int
) -> None:
    world = build(db, fee=fee, settings=settings)
    hold = world.hold()
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id, expected_total=fee)))

    def of_the_visit(tx: Tx) -> datetime:
        visit = tx.session.get_one(Visit, hold.id)
        return service.free_until(visit, joining.policy_of(tx, visit))

    if fee:
        paid = world.db.read_now(lambda tx: tx.session.exec(select(Payment)).one().id)
        world.db.write_now(lambda tx: settling.settle(tx, SERVER, paid, ChargeResult("succeeded", "ref")))
    assert hold.free_cancel_until == TUESDAY_NINE - timedelta(hours=hours_before)
    assert world.db.read_now(of_the_visit) == hold.free_cancel_until


@pytest.mark.parametrize(("after", "lives"), [(-MICROSECOND, True), (timedelta(0), False), (MICROSECOND, False)])
def test_a_hold_ends_at_its_instant_by_the_clock_alone(
    world: World, clock: SteppedClock, after: timedelta, lives: bool
) -> None:
    hold = world.hold()

    clock.set(hold.held_until + after)

    assert (current(world) is not None) is lives


@pytest.mark.parametrize(("after", "free"), [(-MICROSECOND, False), (timedelta(0), True), (MICROSECOND, True)])
def test_somebody_else_can_hold_it_from_that_instant_on(
    db: Database, clock: SteppedClock, after: timedelta, free: bool
) -> None:
    world = build(db, capacity=1)
    hold = world.hold()
    clock.set(hold.held_until + after)

    if free:
        world.hold(actor=world.another_visitor(), individual_id=world.another_individual())
    else:
        with pytest.raises(Problem) as refused:
            world.hold(actor=world.another_visitor(), individual_id=world.another_individual())
        assert code_of(refused) == "no_capacity"


def test_the_last_seconds_are_rounded_up_so_that_a_living_hold_never_shows_zero(
    world: World, clock: SteppedClock
) -> None:
    hold = world.hold()
    clock.set(hold.held_until - MICROSECOND)

    shown = current(world)

    assert shown is not None
    assert shown.remaining_seconds == 1


def test_a_hold_is_renewed_once_for_ten_more_minutes(world: World, clock: SteppedClock) -> None:
    hold = world.hold()
    clock.step(9 * MINUTE)

    renewed = renew(world, hold.id)

    assert renewed.held_until == hold.held_until + timedelta(minutes=10)
    assert (hold.can_renew, renewed.can_renew) == (True, False)
    with pytest.raises(Problem) as refused:
        renew(world, hold.id)
    assert code_of(refused) == "hold_cannot_be_renewed"


def test_a_hold_is_renewed_only_once_also_where_it_could_last_longer(db: Database) -> None:
    world = build(db, settings={"hold_total_minutes": 60})
    renewed = renew(world, world.hold().id)

    assert not renewed.can_renew
    with pytest.raises(Problem) as refused:
        renew(world, renewed.id)
    assert code_of(refused) == "hold_cannot_be_renewed"


def test_a_moved_hold_has_no_second_renewal(db: Database) -> None:
    world = build(db, settings={"hold_total_minutes": 60})
    renew(world, world.hold().id)

    assert not world.hold(TUESDAY_NINE + HALF_HOUR).can_renew


def test_a_renewed_hold_is_free_for_others_only_at_its_new_end(db: Database, clock: SteppedClock) -> None:
    world = build(db, capacity=1)
    renewed = renew(world, world.hold().id)
    clock.set(renewed.held_until - MICROSECOND)

    with pytest.raises(Problem):
        world.hold(actor=world.another_visitor(), individual_id=world.another_individual())


@pytest.mark.parametrize(("after", "renews"), [(-MICROSECOND, True), (timedelta(0), False), (MICROSECOND, False)])
def test_a_hold_is_renewed_until_its_end_and_not_from_then_on(
    world: World, clock: SteppedClock, after: timedelta, renews: bool
) -> None:
    hold = world.hold()
    clock.set(hold.held_until + after)

    if renews:
        assert renew(world, hold.id).held_until == hold.held_until + 10 * MINUTE
    else:
        with pytest.raises(Problem) as refused:
            renew(world, hold.id)
        assert code_of(refused) == "hold_cannot_be_renewed"


@pytest.mark.parametrize(("after", "mine"), [(-MICROSECOND, True), (timedelta(0), False), (MICROSECOND, False)])
def test_until_its_end_a_hold_is_confirmed_and_from_then_on_whoever_was_quicker_has_the_place(
    either_db: Database, clock: SteppedClock, after: timedelta, mine: bool
) -> None:
    world = build(either_db, capacity=1, fee=0)
    hold = world.hold()
    clock.set(hold.held_until + after)
    try:
        world.hold(actor=world.another_visitor(), individual_id=world.another_individual())
    except Problem as refused:
        assert (refused.code, mine) == ("no_capacity", True)  # noqa: PT017  # whether it is refused is the case's

    if mine:
        assert confirm(world, hold.id) == hold.id
    else:
        with pytest.raises(Problem) as refused_too:
            confirm(world, hold.id)
        assert [reason.code for reason in refused_too.value.reasons] == ["hold_expired", "no_capacity"]


@pytest.mark.parametrize("after", [-MICROSECOND, timedelta(0), MICROSECOND])
def test_an_ended_hold_is_confirmed_all_the_same_while_its_place_is_free(
    world: World, clock: SteppedClock, after: timedelta
) -> None:
    hold = world.hold()
    clock.set(hold.held_until + after)

    assert confirm(world, hold.id, total=570) == hold.id


@pytest.mark.parametrize(("after", "anew"), [(-MICROSECOND, False), (timedelta(0), True), (MICROSECOND, True)])
def test_twenty_minutes_after_the_first_one_holding_begins_anew_and_not_before(
    world: World, clock: SteppedClock, after: timedelta, anew: bool
) -> None:
    first = world.hold()
    began = clock.now()
    clock.step(9 * MINUTE)
    last = renew(world, first.id).held_until
    assert last == began + 20 * MINUTE
    clock.set(last + after)

    moved = world.hold(TUESDAY_NINE + HALF_HOUR)

    assert moved.held_until == (clock.now() + 10 * MINUTE if anew else last)
    assert moved.can_renew is anew


def test_while_its_payment_is_checked_a_hold_is_not_renewed_and_its_time_stays_kept(
    db: Database, clock: SteppedClock
) -> None:
    world = build(db, capacity=1)
    hold = world.hold()
    clock.step(timedelta(minutes=9))
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))

    with pytest.raises(Problem) as refused:
        renew(world, hold.id)

    now = current(world)
    assert code_of(refused) == "payment_checking"
    assert now is not None
    assert not now.can_renew
    clock.step(timedelta(minutes=15) - timedelta(microseconds=1))
    with pytest.raises(Problem, match="no_capacity"):
        world.hold(actor=world.another_visitor(), individual_id=world.another_individual())


def test_no_hold_lasts_beyond_twenty_minutes_however_it_is_moved(world: World, clock: SteppedClock) -> None:
    first = world.hold()
    clock.step(9 * MINUTE)
    renew(world, first.id)
    clock.step(10 * MINUTE)

    moved = world.hold(TUESDAY_NINE + HALF_HOUR)

    assert moved.held_until == clock.now() + MINUTE
    assert not moved.can_renew


def test_after_a_hold_has_ended_the_next_one_begins_anew(world: World, clock: SteppedClock) -> None:
    first = world.hold()
    clock.set(first.held_until)

    again = world.hold()

    assert again.id != first.id
    assert again.held_until == clock.now() + timedelta(minutes=10)
    assert again.can_renew


def test_holding_the_same_opening_again_changes_nothing(world: World, clock: SteppedClock, rows: Count) -> None:
    hold = world.hold()
    clock.step(5 * MINUTE)

    assert world.hold().held_until == hold.held_until
    assert rows("audit_entry") == 1


def test_taking_another_opening_moves_the_hold(either_db: Database) -> None:
    world = build(either_db)
    first = world.hold()

    moved = world.hold(TUESDAY_NINE + HALF_HOUR)

    assert moved.id != first.id
    assert count(either_db, "hold") == 1
    assert count(either_db, "individual_taken") == 6
    world.hold(actor=world.another_visitor())


def test_a_hold_may_move_onto_time_that_it_has_itself(either_db: Database) -> None:
    world = build(either_db, settings={"durations": [30, 60]}, capacity=1)
    world.hold()

    longer = world.db.write_now(lambda tx: holds.take(tx, world.visitor, world.wanted(minutes=60), TUESDAY_NINE))

    assert longer.ends_at == TUESDAY_NINE + timedelta(minutes=60)
    assert count(either_db, "individual_taken") == 12


def test_when_the_other_opening_is_taken_the_first_hold_stands(either_db: Database) -> None:
    world = build(either_db, capacity=1)
    later = TUESDAY_NINE + HALF_HOUR
    world.hold(later, actor=world.another_visitor(), individual_id=world.another_individual())
    first = world.hold()

    with pytest.raises(Problem) as refused:
        world.hold(later)

    assert code_of(refused) == "no_capacity"
    assert current(world) == first
    assert count(either_db, "place_taken", f"booking_id = '{first.id}'") == 6


def test_a_released_hold_leaves_nothing_behind(either_db: Database) -> None:
    world = build(either_db, capacity=1)
    hold = world.hold()

    either_db.write_now(lambda tx: holds.release(tx, world.visitor, hold.id))

    assert current(world) is None
    assert [count(either_db, table) for table in (*TABLES, "hold")] == [0] * (len(TABLES) + 1)
    world.hold(actor=world.another_visitor())


def test_nobody_sees_renews_or_releases_somebody_elses_hold(world: World) -> None:
    hold = world.hold()
    other = world.another_visitor()

    assert current(world, other) is None
    for attempt in (holds.renew, holds.release):
        with pytest.raises(Problem) as refused:
            world.db.write_now(lambda tx, attempt=attempt: attempt(tx, other, hold.id))  # type: ignore[misc]
        assert code_of(refused) == "not_found"


def test_every_broken_rule_is_told_at_once(world: World) -> None:
    stranger = world.another_visitor(access=False)
    wanted = world.wanted(minutes=45)

    with pytest.raises(Problem) as refused:
        world.db.write_now(lambda tx: holds.take(tx, stranger, wanted, TUESDAY_NINE + timedelta(minutes=3)))

    assert [reason.code for reason in refused.value.reasons] == [
        "facility_access_required",
        "duration_not_offered",
        "outside_timetable",
    ]
    assert refused.value.status == 403


@pytest.mark.parametrize("status", ["pending", "denied", "withdrawn", "revoked", "suspended"])
def test_only_approved_access_lets_anybody_hold(world: World, status: str) -> None:
    stranger = world.another_visitor(access=False)
    world.db.write_now(lambda tx: factories.access(tx, stranger.account, world.facility_id, status=status))

    with pytest.raises(Problem) as refused:
        world.hold(actor=stranger)

    assert code_of(refused) == "facility_access_required"


def test_an_individual_of_another_facility_is_not_at_this_one(world: World, db: Database) -> None:
    elsewhere = build(db)

    with pytest.raises(Problem) as refused:
        world.hold(individual_id=elsewhere.individual_id)

    assert code_of(refused) == "individual_not_at_facility"


def test_a_buffer_keeps_the_time_after_a_visit_free(db: Database) -> None:
    world = build(db, settings={"buffer_minutes": 10})
    world.hold()

    with pytest.raises(Problem) as refused:
        world.hold(TUESDAY_NINE + HALF_HOUR, actor=world.another_visitor())

    assert code_of(refused) == "individual_busy"
    world.hold(TUESDAY_NINE + 2 * HALF_HOUR, actor=world.another_visitor())


@pytest.mark.parametrize(("before", "since"), [(0, 10), (10, 0), (10, 40)])
def test_a_buffer_that_changes_while_a_time_is_held_takes_nothing_from_the_hold(
    database: Database, before: int, since: int
) -> None:
    world = build(database, capacity=1, fee=0, settings={"buffer_minutes": before})
    stranger, beside = world.another_visitor(), world.another_individual()
    apart(world, world.individual_id, beside)
    held = world.hold()
    taken = count(database, "account_taken")
    after = TUESDAY_NINE + (2 if before else 1) * HALF_HOUR
    confirmed(world, after, total=0, actor=stranger, individual_id=beside)
    today = NOW.date()
    database.write_now(
        lambda tx: factories.setting(
            tx, world.facility_id, "buffer_minutes", since, visit_type="remote", effective_from=today
        )
    )

    confirm(world, held.id)

    assert count(database, "account_taken", f"booking_id = '{held.id}'") == taken


def test_places_of_all_types_together_are_a_limit_of_their_own(db: Database) -> None:
    world = build(db, capacity=4, settings={"capacity_all": 1})
    world.hold()

    with pytest.raises(Problem) as refused:
        world.hold(actor=world.another_visitor(), individual_id=world.another_individual())

    assert code_of(refused) == "no_capacity"


def test_a_second_row_gives_its_places_when_the_first_is_full(db: Database) -> None:
    world = build(db, capacity=1)
    db.write_now(lambda tx: factories.timetable_row(tx, world.facility_id, capacity=1))
    world.hold()

    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())

    with pytest.raises(Problem) as refused:
        world.hold(actor=world.another_visitor(), individual_id=world.another_individual())
    assert code_of(refused) == "no_capacity"


def test_each_step_is_in_the_trace_and_told_to_the_accounts_terminals(world: World, db: Database) -> None:
    world.hold()
    hold = world.hold(TUESDAY_NINE + HALF_HOUR)
    renew(world, hold.id)
    db.write_now(lambda tx: holds.release(tx, world.visitor, hold.id))

    actions = "action IN ('opening held', 'hold moved', 'hold renewed', 'hold released')"
    assert count(db, "audit_entry", actions) == 4
    assert count(db, "change", f"stream = 'account:{world.visitor.account}' AND kind = 'hold'") == 4
