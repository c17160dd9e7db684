"""What counts towards quotas is a ledger and the living holds; what is listed can be held, and races are decided."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.facilities.models import TermsAcceptance
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult, Outcome
from backend.security import SERVER, Actor
from backend.visits import booking, cancelling, holds, moving, openings, quotas, settling
from backend.visits.models import Visit
from backend.visits.rules.facts import CountedVisit
from tests import factories
from tests.backend.visits.counting import count
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build

MICROSECOND = timedelta(microseconds=1)
WEEK = timedelta(days=7)
A_WEEK = {"period": "week", "visits": 1}


def world_with(db: Database, *quotas: dict[str, object], fee: int = 0, capacity: int = 9) -> World:
    return build(db, fee=fee, capacity=capacity, settings={"quotas": list(quotas), "notice": SOON})


SOON = {"amount": 0, "unit": "hours"}
PER_PAIR: dict[str, object] = {"per": "pair", **A_WEEK}
PER_INDIVIDUAL: dict[str, object] = {"per": "individual", **A_WEEK}
PER_ACCOUNT: dict[str, object] = {"per": "account", **A_WEEK}


def confirm(world: World, hold: holds.HoldView, actor: Actor | None = None) -> str:
    who = actor or world.visitor
    total = hold.price.total_minor
    world.db.write_now(lambda tx: booking.begin(tx, who, world.confirming(hold.id, expected_total=total)))
    return hold.id


def settle(world: World, outcome: Outcome) -> None:
    """Bring the outcome of the only payment that has none yet."""

    def work(tx: Tx) -> None:
        payment = tx.session.exec(select(Payment).where(Payment.status == "checking")).one()
        settling.settle(tx, SERVER, payment.id, ChargeResult(outcome, "ref", problem_code="card_declined"))

    world.db.write_now(work)


def cancel(world: World, visit_id: str) -> None:
    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit_id, 0, None))


def spent(world: World) -> int:
    """Return what the ledger counts, of whatever booking."""
    return count(world.db, "quota_entry", "units = 1") - count(world.db, "quota_entry", "units = -1")


def refused(work: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as problem:
        work()
    return problem.value


def test_a_confirmed_visit_uses_its_quota_and_the_refusal_says_which_and_from_when_on(either_db: Database) -> None:
    world = world_with(either_db, PER_PAIR)
    confirm(world, world.hold())

    problem = refused(lambda: world.hold(TUESDAY_NINE + HALF_HOUR))

    (reason,) = problem.reasons
    assert reason.code == problem.code == "quota_reached"
    assert reason.sentence == "You have 1 of 1 remote visits with this person in the week from Nov 22."
    assert reason.first_passes_on == date(2026, 11, 29)
    assert world.hold(TUESDAY_NINE + WEEK).starts_at == TUESDAY_NINE + WEEK


def test_another_pair_has_a_quota_of_its_own(either_db: Database) -> None:
    world = world_with(either_db, PER_PAIR)
    confirm(world, world.hold())

    confirm(world, world.hold(TUESDAY_NINE + HALF_HOUR, individual_id=world.another_individual()))
    other = world.another_visitor()
    confirm(world, world.hold(TUESDAY_NINE + HALF_HOUR, actor=other), other)

    assert spent(world) == 3


def test_a_quota_of_an_individual_is_shared_and_one_of_an_account_is_for_whomever_it_visits(
    either_db: Database,
) -> None:
    shared, own = world_with(either_db, PER_INDIVIDUAL), world_with(either_db, PER_ACCOUNT)
    for world in (shared, own):
        confirm(world, world.hold())
    later = TUESDAY_NINE + HALF_HOUR

    assert refused(lambda: shared.hold(later, actor=shared.another_visitor())).code == "quota_reached"
    assert refused(lambda: own.hold(later, individual_id=own.another_individual())).code == "quota_reached"


def test_visits_at_other_facilities_do_not_count(either_db: Database) -> None:
    world, elsewhere = world_with(either_db, PER_ACCOUNT, PER_INDIVIDUAL), world_with(either_db)
    there = replace(elsewhere, visitor=world.visitor)

    def let_in(tx: Tx) -> None:
        account = world.visitor.account
        factories.access(tx, account, elsewhere.facility_id)
        tx.session.add(TermsAcceptance(account_id=account, terms_id=elsewhere.terms_id, accepted_at=tx.now))

    either_db.write_now(let_in)
    confirm(there, there.hold())

    confirm(world, world.hold(TUESDAY_NINE + HALF_HOUR))
    assert spent(world) == 2


def test_a_cancelled_visit_gives_its_unit_back_once(either_db: Database) -> None:
    world = world_with(either_db, PER_PAIR)
    visit_id = confirm(world, world.hold())

    cancel(world, visit_id)

    assert spent(world) == 0
    world.db.write_now(lambda tx: quotas.give_back(tx, visit_id))
    assert count(either_db, "quota_entry") == 2
    assert world.hold().starts_at == TUESDAY_NINE


def test_the_database_lets_no_unit_come_back_twice_and_no_row_change(either_db: Database) -> None:
    world = world_with(either_db)
    cancel(world, confirm(world, world.hold()))
    again = (
        "INSERT INTO quota_entry (id, booking_id, facility_id, account_id, individual_id, visit_type, local_date,"
        " units, gives_back, at) SELECT 'again', booking_id, facility_id, account_id, individual_id, visit_type,"
        " local_date, -1, gives_back, at FROM quota_entry WHERE units = -1"
    )
    for statement in (again, "UPDATE quota_entry SET visit_type = 'in_person'", "DELETE FROM quota_entry"):
        with pytest.raises(DBAPIError):
            either_db.write_now(lambda tx, statement=statement: tx.session.execute(text(statement)))  # type: ignore[misc]  # bound here

    assert spent(world) == 0


def test_moving_a_visit_within_the_period_does_not_count_it_twice(either_db: Database) -> None:
    world = world_with(either_db, PER_PAIR)
    visit_id = confirm(world, world.hold(TUESDAY_NINE + WEEK))

    def move(starts_at: timedelta, before: timedelta) -> None:
        to, was = TUESDAY_NINE + starts_at, TUESDAY_NINE + before
        world.db.write_now(lambda tx: moving.move(tx, world.visitor, moving.Move(visit_id, to, was)))

    move(WEEK + HALF_HOUR, WEEK)
    assert spent(world) == 1
    move(timedelta(0), WEEK + HALF_HOUR)
    assert spent(world) == 1
    assert refused(lambda: world.hold(TUESDAY_NINE + HALF_HOUR)).code == "quota_reached"
    assert world.hold(TUESDAY_NINE + WEEK).starts_at == TUESDAY_NINE + WEEK


def test_moving_a_visit_into_a_period_that_is_full_is_refused(either_db: Database) -> None:
    world = world_with(either_db, PER_PAIR)
    confirm(world, world.hold())
    visit_id = confirm(world, world.hold(TUESDAY_NINE + WEEK))
    move = moving.Move(visit_id, TUESDAY_NINE + HALF_HOUR, TUESDAY_NINE + WEEK)

    problem = refused(lambda: world.db.write_now(lambda tx: moving.move(tx, world.visitor, move)))

    assert problem.code == "quota_reached"
    assert spent(world) == 2


@pytest.mark.parametrize(("after", "counts"), [(-MICROSECOND, True), (timedelta(0), False), (MICROSECOND, False)])
def test_somebody_elses_hold_counts_until_it_ends_by_the_clock(
    either_db: Database, clock: SteppedClock, after: timedelta, counts: bool
) -> None:
    world = world_with(either_db, PER_INDIVIDUAL)
    hold = world.hold()
    clock.set(hold.held_until + after)

    def another() -> holds.HoldView:
        return world.hold(TUESDAY_NINE + HALF_HOUR, actor=world.another_visitor())

    if counts:
        assert refused(another).code == "quota_reached"
    else:
        assert another().individual_id == world.individual_id


def test_ones_own_hold_does_not_count_against_itself(either_db: Database) -> None:
    world = world_with(either_db, PER_PAIR, PER_INDIVIDUAL, PER_ACCOUNT)
    world.hold()

    moved = world.hold(TUESDAY_NINE + HALF_HOUR)

    confirm(world, moved)
    assert spent(world) == 1


def test_an_ended_hold_is_not_taken_again_above_a_quota_that_is_used_by_now(
    either_db: Database, clock: SteppedClock
) -> None:
    world = world_with(either_db, PER_INDIVIDUAL)
    hold = world.hold()
    clock.set(hold.held_until)
    other = world.another_visitor()
    confirm(world, world.hold(TUESDAY_NINE + HALF_HOUR, actor=other), other)

    problem = refused(lambda: confirm(world, hold))

    assert [reason.code for reason in problem.reasons] == ["quota_reached"]
    assert spent(world) == 1


@pytest.mark.parametrize(("outcome", "left"), [("succeeded", 1), ("declined", 0)])
def test_an_unpaid_visit_counts_from_when_its_payment_begins_until_it_is_declined(
    either_db: Database, outcome: Outcome, left: int
) -> None:
    world = world_with(either_db, PER_INDIVIDUAL, fee=570)
    confirm(world, world.hold())
    assert spent(world) == 1

    settle(world, outcome)

    assert spent(world) == left


def test_a_visit_that_is_paid_at_the_second_attempt_counts_once(either_db: Database) -> None:
    world = world_with(either_db, PER_INDIVIDUAL, fee=570)
    hold = world.hold()
    confirm(world, hold)
    settle(world, "declined")
    confirm(world, hold)
    settle(world, "succeeded")

    assert spent(world) == 1
    assert count(either_db, "quota_entry") == 3


def test_a_booking_whose_place_was_lost_while_it_was_paid_gives_its_unit_back(
    either_db: Database, clock: SteppedClock
) -> None:
    world = world_with(either_db, fee=570, capacity=1)
    confirm(world, world.hold())
    clock.step(timedelta(minutes=16))
    other = world.another_visitor()
    world.hold(actor=other, individual_id=world.another_individual())

    settle(world, "succeeded")

    assert count(either_db, "visit") == 0
    assert spent(world) == 0


def test_a_quota_set_later_counts_what_was_booked_before(either_db: Database) -> None:
    world = world_with(either_db)
    confirm(world, world.hold())

    either_db.write_now(
        lambda tx: factories.setting(
            tx, world.facility_id, "quotas_all", [{"per": "account", "period": "days", "days": 3, "visits": 1}]
        )
    )

    problem = refused(lambda: world.hold(TUESDAY_NINE + HALF_HOUR))
    assert problem.title == "You have 1 of 1 visits in the 3 days from Nov 24."


def test_a_visit_counts_on_its_date_at_the_facility_and_not_in_utc(either_db: Database, clock: SteppedClock) -> None:
    """Half past eleven at night on Tuesday in Nashville is Wednesday in UTC."""
    world = build(
        either_db,
        fee=0,
        start_minute=23 * 60 + 30,
        end_minute=24 * 60,
        settings={"quotas": [{"per": "pair", "period": "day", "visits": 1}]},
    )
    late = TUESDAY_NINE.replace(hour=5, minute=30) + timedelta(days=1)
    hold = world.hold(late)
    other = world.another_visitor()

    assert [day.day for day in counted(world, world.visitor, None)] == [date(2026, 11, 24)]
    confirm(world, hold)
    assert [day.day for day in counted(world, world.visitor, None)] == [date(2026, 11, 24)]
    assert [(one.of_account, one.with_individual) for one in counted(world, other, None)] == [(False, True)]
    assert counted(world, world.visitor, hold.id) == ()


def counted(world: World, actor: Actor, own: str | None) -> tuple[CountedVisit, ...]:
    asking = quotas.Asking(
        actor.account,
        world.individual_id,
        world.facility_id,
        ZoneInfo("America/Chicago"),
        own_bookings=[own] if own else [],
    )
    return world.db.read_now(lambda tx: quotas.counted(tx, asking, date(2026, 11, 24)))


def test_what_is_listed_can_be_held_and_what_is_not_cannot(world_of_quotas: World) -> None:
    world = world_of_quotas
    first, last = date(2026, 11, 22), date(2026, 12, 6)

    days = world.db.read_now(lambda tx: openings.days(tx, world.visitor, world.wanted(), first, last)).items

    assert [day.date for day in days if day.total] == [date(2026, 11, 24), date(2026, 12, 1)]
    for day in (day for day in days if day.total):
        listed = world.db.read_now(lambda tx, on=day.date: openings.times(tx, world.visitor, world.wanted(), on))  # type: ignore[misc]  # bound here
        for one in listed.items:
            if one.state == "open":
                assert world.hold(one.starts_at).starts_at == one.starts_at
            else:
                problem = refused(lambda starts_at=one.starts_at: world.hold(starts_at))  # type: ignore[misc]  # bound here
                assert problem.reasons == one.reasons
    assert {day.state for day in days if day.total} == {"open", "closed"}


@pytest.fixture
def world_of_quotas(db: Database) -> World:
    world = world_with(db, PER_PAIR, {"per": "account", "period": "month", "visits": 9})
    confirm(world, world.hold())
    return world


def test_the_last_visit_of_an_individual_asked_for_by_two_accounts_at_once_goes_to_one(either_db: Database) -> None:
    world = world_with(either_db, PER_INDIVIDUAL)
    people = [world.another_visitor() for _ in range(6)]
    outcomes: list[str] = []
    together = threading.Barrier(len(people))

    def go(number: int) -> None:
        together.wait()
        try:
            world.hold(TUESDAY_NINE + HALF_HOUR * number, actor=people[number])
            outcomes.append("held")
        except Problem as problem:
            outcomes.append(problem.code)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["held", *["quota_reached"] * 5]
    assert count(either_db, "hold") == 1


def hold_again(world: World, other: Actor) -> Callable[[Tx], object]:
    """Hold another opening."""
    return lambda tx: holds.take(tx, other, world.wanted(), TUESDAY_NINE + HALF_HOUR)


def confirm_ended(world: World, other: Actor) -> Callable[[Tx], object]:
    """Confirm a hold that has ended by the time it is confirmed."""
    hold = world.hold(TUESDAY_NINE + HALF_HOUR, actor=other)
    stepped(world).set(hold.held_until)
    return lambda tx: booking.begin(tx, other, world.confirming(hold.id, expected_total=0))


def move_here(world: World, other: Actor) -> Callable[[Tx], object]:
    """Move a visit of next week into this one."""
    visit_id = confirm(world, world.hold(TUESDAY_NINE + WEEK, actor=other), other)
    move = moving.Move(visit_id, TUESDAY_NINE + HALF_HOUR, TUESDAY_NINE + WEEK)
    return lambda tx: moving.move(tx, other, move)


def stepped(world: World) -> SteppedClock:
    assert isinstance(world.db.clock, SteppedClock)
    return world.db.clock


@pytest.mark.parametrize("second", [hold_again, confirm_ended, move_here])
def test_who_asks_while_another_takes_the_last_one_waits_and_is_refused(
    postgres_url: str, clock: SteppedClock, second: Callable[[World, Actor], Callable[[Tx], object]]
) -> None:
    """The first has held and not yet committed: only by waiting for it the second can know."""
    db = Database(postgres_url, clock)
    world = world_with(db, PER_INDIVIDUAL)
    other = world.another_visitor()
    ask, outcome = second(world, other), list[str]()

    def go() -> None:
        try:
            db.write_now(ask)
            outcome.append("done")
        except Problem as problem:
            outcome.append(problem.code)

    asking = threading.Thread(target=go)

    def hold_and_let_the_other_ask(tx: Tx) -> None:
        holds.take(tx, world.visitor, world.wanted(), TUESDAY_NINE)
        asking.start()
        asking.join(0.5)

    db.write_now(hold_and_let_the_other_ask)
    asking.join()
    db.close()

    assert outcome == ["quota_reached"]


def test_every_visit_that_stands_has_one_unit_and_no_other_booking_has_any(either_db: Database) -> None:
    world = world_with(either_db)
    kept, gone = confirm(world, world.hold()), confirm(world, world.hold(TUESDAY_NINE + WEEK))
    cancel(world, gone)

    standing = either_db.read_now(lambda tx: tx.session.exec(select(Visit.id).where(Visit.status == "confirmed")).all())
    sums = either_db.read_now(
        lambda tx: (
            tx.session.execute(text("SELECT booking_id FROM quota_entry GROUP BY booking_id HAVING SUM(units) <> 0"))
            .scalars()
            .all()
        )
    )
    assert list(standing) == list(sums) == [kept]
