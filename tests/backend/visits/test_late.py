"""A payment that goes through makes a visit only where its time is still to be had, by what holds at that moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from backend.access.models import FacilityAccess
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult
from backend.security import SERVER, SHELL
from backend.visits import blackouts, booking, holds, late, limits, quanta, settling, stations
from backend.visits.asked import Asked
from backend.visits.restricting import AskedRestriction
from tests.backend.conftest import NOW
from tests.backend.visits.counting import count
from tests.backend.visits.people import restrict
from tests.backend.visits.test_blackout_races import ALL_DAY
from tests.backend.visits.test_leaving import cancels, load, row
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build, confirmed

MICROSECOND = timedelta(microseconds=1)
A_MINUTE = timedelta(minutes=1)
TOO_LONG = timedelta(minutes=15)
"""From then on the place of a payment is not kept any more."""
AT_ONCE: dict[str, object] = {"notice": {"amount": 0, "unit": "hours"}}


@pytest.fixture
def world(database: Database) -> World:
    return build(database)


def begin(world: World, *companions: str) -> str:
    """Hold the time at nine and begin to pay for it; return the payment's id."""
    held = world.hold()
    asked = world.confirming(held.id, companions=tuple(booking.Companion(name, minor=False) for name in companions))
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))
    assert begun.payment_id is not None
    return begun.payment_id


def held_of(world: World, payment_id: str) -> str:
    return world.db.read_now(lambda tx: tx.session.get_one(Payment, payment_id).booking_id)


def goes_through(world: World, payment_id: str) -> str:
    """Let the charge succeed; return what became of it: ``visit``, or ``given back``."""
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment_id, ChargeResult("succeeded", "ref")))
    payment = world.db.read_now(lambda tx: tx.session.get_one(Payment, payment_id))
    stands = count(world.db, "visit", f"id = '{payment.booking_id}'")
    lines = count(world.db, "ledger_entry", f"payment_id = '{payment_id}'")
    assert (payment.status, lines) == (("succeeded", 1) if stands else ("returning", 2))
    assert stands or count(world.db, "place_taken", f"booking_id = '{payment.booking_id}'") == 0
    return "visit" if stands else "given back"


@pytest.mark.parametrize(("before_the_end", "became"), [(MICROSECOND, "visit"), (timedelta(), "given back")])
def test_at_the_end_of_its_time_what_was_paid_comes_back_though_its_place_is_kept(
    database: Database, clock: SteppedClock, before_the_end: timedelta, became: str
) -> None:
    world = build(database, settings={**AT_ONCE, "durations": [10]})
    clock.set(TUESDAY_NINE - A_MINUTE)
    held = world.db.write_now(lambda tx: holds.take(tx, world.visitor, world.wanted(minutes=10), TUESDAY_NINE))
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)))
    clock.set(TUESDAY_NINE + 10 * A_MINUTE - before_the_end)

    assert goes_through(world, begun.payment_id or "") == became


@pytest.mark.parametrize(("before_the_start", "became"), [(MICROSECOND, "visit"), (timedelta(), "given back")])
def test_a_place_that_is_not_kept_any_more_is_taken_again_until_its_time_starts(
    database: Database, clock: SteppedClock, before_the_start: timedelta, became: str
) -> None:
    world = build(database, settings=AT_ONCE)
    clock.set(TUESDAY_NINE - TOO_LONG - MICROSECOND)
    payment = begin(world)
    clock.set(TUESDAY_NINE - before_the_start)

    assert goes_through(world, payment) == became


def test_who_let_go_of_the_time_is_not_booked_at_it_and_gets_everything_back(world: World, clock: SteppedClock) -> None:
    payment = begin(world)
    clock.step(TOO_LONG)
    held = held_of(world, payment)
    world.db.write_now(lambda tx: holds.release(tx, world.visitor, held))

    assert goes_through(world, payment) == "given back"


def test_who_was_told_not_to_be_charged_twice_and_took_another_time_is_not(world: World, clock: SteppedClock) -> None:
    payment = begin(world)
    clock.step(TOO_LONG)
    other = confirmed(world, TUESDAY_NINE + HALF_HOUR)

    assert goes_through(world, payment) == "given back"
    assert count(world.db, "visit") == count(world.db, "visit", f"id = '{other}'") == 1


def limit_of_all(world: World) -> None:
    """One place for all, which somebody has."""
    world.db.write_now(
        lambda tx: limits.set_setting(tx, SHELL, world.facility_id, "capacity_all", 1, effective_from=NOW.date())
    )
    confirmed(world, actor=world.another_visitor(), individual_id=world.another_individual())


def ban_companion(world: World) -> None:
    restrict(world, AskedRestriction("ban", "Brought drugs.", person_name="Luis Rivera"))


def new_arrival(world: World) -> None:
    restrict(world, AskedRestriction("unclassified", "New.", individual=world.individual_id))


def revoked(world: World) -> None:
    def work(tx: Tx) -> None:
        access = tx.session.exec(select(FacilityAccess).where(FacilityAccess.account_id == world.visitor.account)).one()
        access.status = "revoked"
        tx.session.add(access)

    world.db.write_now(work)


def blackout(world: World) -> None:
    world.db.write_now(lambda tx: blackouts.add(tx, SHELL, world.facility_id, ALL_DAY, expected_visits=None))


def released(world: World) -> None:
    load(world, row(world, "released"))


CHANGES = (limit_of_all, ban_companion, new_arrival, revoked, blackout, released)


@pytest.mark.parametrize("change", CHANGES)
def test_a_place_that_is_not_kept_any_more_is_taken_again_under_the_rules_of_now(
    database: Database, clock: SteppedClock, change: Callable[[World], None]
) -> None:
    world = build(database, settings={"attendees_max": 1})
    payment = begin(world, "Luis Rivera")
    clock.step(TOO_LONG)
    change(world)

    assert goes_through(world, payment) == "given back"


def test_a_place_that_is_taken_again_has_the_station_and_the_limits_of_now(world: World, clock: SteppedClock) -> None:
    payment = begin(world)
    clock.step(TOO_LONG)
    world.db.write_now(lambda tx: stations.add(tx, SHELL, world.facility_id, "remote", "Booth 1"))
    world.db.write_now(
        lambda tx: limits.set_setting(tx, SHELL, world.facility_id, "capacity_all", 1, effective_from=NOW.date())
    )

    assert goes_through(world, payment) == "visit"
    assert count(world.db, "station_taken") == 6
    assert count(world.db, "place_taken", "limit_key = 'all' AND held_until IS NULL") == 6


@pytest.mark.parametrize("status", ["released", "moved"])
def test_where_the_facility_cancels_the_visits_of_who_is_gone_none_is_made_meanwhile(world: World, status: str) -> None:
    cancels(world)
    payment = begin(world)
    load(world, row(world, status))

    assert goes_through(world, payment) == "given back"


def test_where_it_looks_at_them_the_visit_is_made(world: World) -> None:
    payment = begin(world)
    load(world, row(world, "released"))

    assert goes_through(world, payment) == "visit"


def test_somebody_who_is_held_is_visited_where_visits_of_who_is_gone_are_cancelled(world: World) -> None:
    cancels(world)

    assert goes_through(world, begin(world)) == "visit"


def test_a_time_that_was_let_go_stays_with_whoever_has_it_since(database: Database, clock: SteppedClock) -> None:
    world = build(database, capacity=1)
    payment = begin(world)
    clock.step(TOO_LONG)
    with pytest.raises(Problem, match="payment_checking"):
        world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held_of(world, payment))))
    world.hold(TUESDAY_NINE + HALF_HOUR)
    stranger = world.another_visitor()
    theirs = confirmed(world, actor=stranger, individual_id=world.another_individual())

    assert goes_through(world, payment) == "given back"
    assert count(database, "visit", f"id = '{theirs}'") == 1


def test_what_is_not_taken_again_as_a_whole_is_left_as_it_was(
    world: World, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = held_of(world, begin(world))
    before = count(world.db, "place_taken", f"booking_id = '{held}'")
    clock.step(TOO_LONG)
    monkeypatch.setattr(quanta, "take", lambda *_: "account_busy")

    def has_place(tx: Tx) -> bool:
        payment = tx.session.exec(select(Payment).where(Payment.booking_id == held)).one()
        return late.has_place(tx, Asked.model_validate(payment.asked))

    assert not world.db.write_now(has_place)
    assert count(world.db, "place_taken", f"booking_id = '{held}'") == before > 0
