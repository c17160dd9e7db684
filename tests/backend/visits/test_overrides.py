"""Officers of the facility and support acting for a visitor override what can be overridden, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from backend.audit.models import AuditEntry
from backend.clock import SteppedClock
from backend.db import Database
from backend.errors import Problem
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult
from backend.security import SERVER, SHELL, Actor
from backend.visits import booking, cancelling, holds, openings, overrides, settling
from backend.visits.models import Hold, PlaceTaken, Visit
from backend.visits.overrides import Override
from backend.visits.rules import RULES, broken_rules
from tests.backend.visits.counting import count, most_at_once
from tests.backend.visits.rules.test_rules import FINE, OPENING
from tests.backend.visits.world import TUESDAY_NINE, World, build

WHY = "The family comes from far away."
FULL = Override(frozenset({"no_capacity"}), WHY)


@pytest.fixture
def world(either_db: Database) -> World:
    """A facility with one place, which is taken."""
    world = build(either_db, fee=0, capacity=1)
    stranger = world.another_visitor()
    hold = world.hold(actor=stranger, individual_id=world.another_individual())
    world.db.write_now(lambda tx: booking.begin(tx, stranger, world.confirming(hold.id, expected_total=0)))
    return world


def support(world: World, visitor: Actor | None = None) -> Actor:
    """Support acting for a visitor, the world's without another."""
    return Actor("support", "terminal", account_id="sam", acting_for=(visitor or world.visitor).account)


def hold(world: World, actor: Actor, override: Override | None, *, individual_id: str | None = None) -> holds.HoldView:
    wanted = world.wanted(individual_id=individual_id)
    return world.db.write_now(lambda tx: holds.take(tx, actor, wanted, TUESDAY_NINE, override=override))


def refused(work: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as problem:
        work()
    return problem.value


def pay(world: World, actor: Actor, hold_id: str) -> None:
    world.db.write_now(lambda tx: booking.begin(tx, actor, world.confirming(hold_id)))


def settle(world: World) -> None:
    """Let the only payment that has no outcome yet go through."""
    open_ones = select(Payment.id).where(Payment.status == "checking")
    payment = world.db.read_now(lambda tx: tx.session.exec(open_ones).one())
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, ChargeResult("succeeded", "ref")))


def kept(world: World, hold_id: str) -> Hold:
    return world.db.read_now(lambda tx: tx.session.get_one(Hold, hold_id))


def told(world: World, action: str) -> AuditEntry:
    query = select(AuditEntry).where(AuditEntry.action == action).order_by(col(AuditEntry.seq).desc())
    found = world.db.read_now(lambda tx: tx.session.exec(query).first())
    assert found is not None
    return found


def test_what_can_be_overridden_is_said_by_the_rules() -> None:
    assert {rule.code for rule in RULES if rule.overridable} == {
        "too_soon",
        "too_far_ahead",
        "too_late_to_move",
        "outside_request_window",
        "no_capacity",
        "quota_reached",
    }


def test_a_rule_that_is_not_overridable_is_judged_whatever_is_overridden() -> None:
    busy = replace(FINE, opening=replace(OPENING, individual_busy=True, full=True, taken=1, places=1))

    overridden = replace(busy, overridden=frozenset({"no_capacity", "individual_busy"}))

    assert [reason.code for reason in broken_rules(overridden)] == ["individual_busy"]
    assert overrides.used(overridden) == ("no_capacity",)


def test_support_holds_above_the_capacity_with_a_reason_and_all_of_it_is_in_the_trace(world: World) -> None:
    made = hold(world, support(world), FULL)

    taken = world.db.read_now(
        lambda tx: tx.session.exec(select(PlaceTaken.seat).where(PlaceTaken.booking_id == made.id)).all()
    )
    assert set(taken) == {2}
    assert (kept(world, made.id).overridden, kept(world, made.id).override_reason) == (["no_capacity"], WHY)
    entry = told(world, "opening held")
    assert entry.why == WHY
    assert "no_capacity" in str(entry.what)
    assert entry.acting_for_account_id == world.visitor.account


def test_those_who_may_are_told_how_full_it_is_and_that_it_can_be_overridden(world: World) -> None:
    (reason,) = refused(lambda: hold(world, support(world), None)).reasons

    assert (reason.code, reason.sentence, reason.overridable) == ("no_capacity", "1 of 1 places are taken.", True)


def test_visitors_are_told_neither(world: World) -> None:
    (reason,) = refused(lambda: hold(world, world.visitor, None)).reasons

    assert (reason.code, reason.sentence, reason.overridable) == ("no_capacity", "That time is taken.", None)


def test_a_visitor_and_support_for_nobody_may_override_nothing(world: World) -> None:
    assert refused(lambda: hold(world, world.visitor, FULL)).status == 403
    assert not overrides.may(replace(support(world), acting_for=None), world.facility_id)


def test_an_officer_may_at_the_own_facility_only(world: World) -> None:
    officer = Actor("officer", "terminal", account_id="dana", facility_ids=frozenset({world.facility_id}))

    assert overrides.may(officer, world.facility_id)
    assert not overrides.may(officer, "elsewhere")
    assert overrides.may(SHELL, world.facility_id)


@pytest.mark.parametrize("code", ["individual_busy", "blacked_out", "keep_apart", "no_station", "nonsense"])
def test_a_rule_that_nobody_overrides_is_refused_by_its_name(world: World, code: str) -> None:
    problem = refused(lambda: hold(world, support(world), Override(frozenset({"no_capacity", code}), WHY)))

    assert (problem.code, problem.status) == ("not_overridable", 409)
    assert [(reason.code, reason.overridable) for reason in problem.reasons] == [(code, False)]


@pytest.mark.parametrize("override", [Override(FULL.codes, "  "), Override(frozenset(), WHY)])
def test_it_takes_a_code_and_a_reason(world: World, override: Override) -> None:
    assert refused(lambda: hold(world, support(world), override)).status == 422
    assert count(world.db, "hold") == 0


def test_what_is_broken_besides_is_refused_with_every_reason_and_whether_it_can_be_overridden(
    world: World, clock: SteppedClock
) -> None:
    clock.set(TUESDAY_NINE - timedelta(hours=1))
    busy = world.db.read_now(lambda tx: tx.session.exec(select(Visit.individual_id)).one())

    problem = refused(lambda: hold(world, support(world), Override(frozenset({"too_soon"}), WHY), individual_id=busy))

    assert [(reason.code, reason.overridable) for reason in problem.reasons] == [
        ("no_capacity", True),
        ("individual_busy", False),
    ]


def test_only_what_is_really_broken_is_noted(world: World) -> None:
    made = hold(world, support(world), Override(frozenset({"no_capacity", "too_soon", "quota_reached"}), WHY))

    assert kept(world, made.id).overridden == ["no_capacity"]


def test_a_yes_to_what_is_not_broken_leaves_no_trace_of_an_override(world: World) -> None:
    later = TUESDAY_NINE + timedelta(hours=1)

    made = world.db.write_now(lambda tx: holds.take(tx, support(world), world.wanted(), later, override=FULL))

    assert kept(world, made.id).overridden is None
    assert kept(world, made.id).override_reason is None


def test_an_overridden_hold_is_confirmed_by_whoever_it_is_for(world: World) -> None:
    made = hold(world, support(world), FULL)

    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(made.id, expected_total=0)))

    assert count(world.db, "visit", "status = 'confirmed'") == 2
    assert most_at_once(world.db, "place_taken", "limit_key, seat") == 1


@pytest.mark.parametrize(("minutes", "visits"), [(10, 2), (16, 1)])
def test_an_overridden_booking_keeps_its_seat_while_it_is_paid_for_and_not_after(
    either_db: Database, clock: SteppedClock, minutes: int, visits: int
) -> None:
    """After fifteen minutes its place is not kept any more, and the limits of then refuse it."""
    world = build(either_db, capacity=1)
    stranger = world.another_visitor()
    pay(world, stranger, world.hold(actor=stranger, individual_id=world.another_individual()).id)
    settle(world)
    pay(world, world.visitor, hold(world, support(world), FULL).id)
    clock.step(timedelta(minutes=minutes))

    settle(world)

    assert count(either_db, "visit", "status = 'confirmed'") == visits


def test_an_override_ends_with_its_hold_and_takes_another_yes(world: World, clock: SteppedClock) -> None:
    made = hold(world, support(world), FULL)
    confirming = world.confirming(made.id, expected_total=0)
    clock.set(made.held_until)
    assert refused(lambda: world.db.write_now(lambda tx: booking.begin(tx, world.visitor, confirming))).code == (
        "hold_expired"
    )
    yes = replace(confirming, override=FULL)

    world.db.write_now(lambda tx: booking.begin(tx, support(world), yes))

    assert count(world.db, "visit", "status = 'confirmed'") == 2


def test_an_override_lasts_until_the_end_of_its_hold(world: World, clock: SteppedClock) -> None:
    made = hold(world, support(world), FULL)
    clock.set(made.held_until - timedelta(microseconds=1))

    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(made.id, expected_total=0)))

    assert count(world.db, "visit", "status = 'confirmed'") == 2


def test_a_second_yes_does_not_bring_back_what_an_ended_hold_was_let_break(world: World, clock: SteppedClock) -> None:
    made = hold(world, support(world), FULL)
    stands = select(Visit.id)
    there = world.db.read_now(lambda tx: tx.session.exec(stands).one())
    world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, SHELL, there, "A lockdown."))
    clock.set(TUESDAY_NINE - timedelta(hours=23))
    late = Override(frozenset({"too_soon"}), WHY)
    confirming = replace(world.confirming(made.id, expected_total=0), override=late)

    world.db.write_now(lambda tx: booking.begin(tx, support(world), confirming))

    entry = told(world, "rules overridden")
    assert isinstance(entry.what, dict)
    assert entry.what["overridden"] == ["too_soon"]


def test_a_confirmation_can_override_too(world: World, clock: SteppedClock) -> None:
    """The visitor's hold ended and somebody else took the place: support confirms it all the same."""
    db = world.db
    free = build(db, fee=0, capacity=1)
    mine = free.hold()
    clock.set(mine.held_until)
    free.hold(actor=free.another_visitor(), individual_id=free.another_individual())
    confirming = free.confirming(mine.id, expected_total=0)
    assert refused(lambda: db.write_now(lambda tx: booking.begin(tx, free.visitor, confirming))).code == "hold_expired"

    yes = replace(confirming, override=FULL)
    db.write_now(lambda tx: booking.begin(tx, support(free), yes))

    assert count(db, "visit", f"id = '{mine.id}'") == 1
    assert told(free, "rules overridden").why == WHY


def test_support_sees_in_the_list_what_can_be_overridden(world: World) -> None:
    listed = world.db.read_now(lambda tx: openings.times(tx, support(world), world.wanted(), TUESDAY_NINE.date()))

    assert [(reason.code, reason.overridable) for reason in listed.items[0].reasons] == [("no_capacity", True)]


def test_two_who_override_at_once_never_have_the_same_seat(world: World) -> None:
    people = [(world.another_visitor(), world.another_individual()) for _ in range(4)]
    outcomes: list[str] = []
    together = threading.Barrier(len(people))

    def go(visitor: Actor, individual_id: str) -> None:
        together.wait()
        try:
            hold(world, support(world, visitor), FULL, individual_id=individual_id)
            outcomes.append("held")
        except Problem as problem:
            outcomes.append(problem.code)

    threads = [threading.Thread(target=go, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(outcomes) <= {"held", "no_capacity"}
    assert count(world.db, "hold") == outcomes.count("held") >= 1
    assert most_at_once(world.db, "place_taken", "limit_key, seat") == 1


def test_an_individual_with_another_visit_is_not_booked_by_anybody(world: World) -> None:
    busy = world.db.read_now(lambda tx: tx.session.exec(select(Visit.individual_id)).one())

    problem = refused(lambda: hold(world, support(world), FULL, individual_id=busy))

    assert [reason.code for reason in problem.reasons] == ["individual_busy"]
