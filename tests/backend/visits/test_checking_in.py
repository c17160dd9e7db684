"""Checking in: the rules decide once more who may have the visit, and what was promised stays promised."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from backend.access.models import FacilityAccess
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.roster.models import Individual
from backend.security import Actor
from backend.timetables.models import TimetableRow
from backend.visits import cancelling, checking_in, outcomes
from backend.visits.models import Visit
from tests import factories
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build, confirmed, last_entry, officer, row_of

MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
MONDAY = date(2026, 11, 23)


def check_in(world: World, visit_id: str, actor: Actor | None = None) -> Visit:
    who = actor or officer(world)
    return world.db.write_now(lambda tx: checking_in.check_in(tx, who, visit_id))


def refused(world: World, visit_id: str, actor: Actor | None = None) -> Problem:
    with pytest.raises(Problem) as found:
        check_in(world, visit_id, actor)
    return found.value


def codes(problem: Problem) -> list[str]:
    return [reason.code for reason in problem.reasons]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (TUESDAY_NINE - HOUR - MICROSECOND, "check_in_not_open"),
        (TUESDAY_NINE - HOUR, None),
        (TUESDAY_NINE + HALF_HOUR - MICROSECOND, None),
        (TUESDAY_NINE + HALF_HOUR, "visit_is_over"),
    ],
)
def test_check_in_is_open_from_an_hour_before_the_start_until_the_end(
    world: World, clock: SteppedClock, at: datetime, code: str | None
) -> None:
    visit = confirmed(world)
    clock.set(at)

    if code is not None:
        assert codes(refused(world, visit)) == [code]
    else:
        check_in(world, visit)
        assert row_of(world, visit).checked_in_at == at


def test_who_is_too_early_hears_when_check_in_opens(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE - HOUR * 20)

    problem = refused(world, visit)

    assert problem.title == "Check-in for this visit opens on Nov 24 at 08:00 CST."
    assert problem.reasons[0].can_be_asked_from == date(2026, 11, 24)


def test_when_check_in_opens_is_a_setting(db: Database, clock: SteppedClock) -> None:
    world = build(db, settings={"check_in_opens_minutes": 15})
    visit = confirmed(world)
    clock.set(TUESDAY_NINE - timedelta(minutes=15))

    check_in(world, visit)


def test_who_comes_late_keeps_the_end_time_and_is_written_down_as_late(
    either_db: Database, clock: SteppedClock
) -> None:
    world = build(either_db)
    visit = confirmed(world)
    clock.set(TUESDAY_NINE + timedelta(minutes=12, seconds=40))

    check_in(world, visit)

    assert row_of(world, visit).ends_at == TUESDAY_NINE + HALF_HOUR
    entry = last_entry(world, "visitor checked in")
    assert isinstance(entry.what, dict)
    assert entry.what["minutes_late"] == 12


def test_a_second_check_in_changes_nothing(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)
    check_in(world, visit)
    clock.set(TUESDAY_NINE + MICROSECOND)

    check_in(world, visit)

    assert row_of(world, visit).checked_in_at == TUESDAY_NINE


def test_a_cancelled_visit_is_not_checked_in(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit, 570, None))
    clock.set(TUESDAY_NINE)

    assert refused(world, visit).code == "visit_already_cancelled"


def test_an_officer_elsewhere_and_a_visitor_find_no_such_visit(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)

    assert refused(world, visit, officer(world, elsewhere=True)).code == "not_found"
    assert refused(world, visit, world.visitor).code == "not_allowed"


def test_an_outcome_that_is_recorded_lets_nobody_in(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)
    at_desk = officer(world)
    world.db.write_now(lambda tx: outcomes.record(tx, at_desk, visit, "visitor_missed"))

    assert refused(world, visit).code == "visit_is_over"


def test_every_reason_of_now_is_told_at_once(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)

    def change(tx: Tx) -> None:
        account = world.visitor.account
        access = tx.session.exec(select(FacilityAccess).where(FacilityAccess.account_id == account)).one()
        access.status = "revoked"
        individual = tx.session.get_one(Individual, world.individual_id)
        individual.status = "released"
        tx.session.add_all([access, individual])

    world.db.write_now(change)
    clock.set(TUESDAY_NINE - HOUR * 2)

    assert codes(refused(world, visit)) == [
        "check_in_not_open",
        "facility_access_required",
        "individual_not_eligible",
    ]


def test_a_suspension_that_ends_when_the_visit_starts_says_from_when_on_the_visitor_is_checked_in(
    db: Database, clock: SteppedClock
) -> None:
    world = build(db, start_minute=0)
    midnight = TUESDAY_NINE - HOUR * 9
    visit = confirmed(world, midnight)

    def suspend(tx: Tx) -> None:
        access = tx.session.exec(select(FacilityAccess).where(FacilityAccess.account_id == world.visitor.account)).one()
        access.status, access.suspended_until = "suspended", midnight
        tx.session.add(access)

    db.write_now(suspend)
    clock.set(midnight - MICROSECOND)
    problem = refused(world, visit)

    assert problem.title == "The visitor's access is suspended until Nov 23, that day included."
    assert problem.detail == "Nothing was changed. The visitor can be checked in from Nov 24, 00:00 on."
    clock.set(midnight)
    check_in(world, visit)


def test_what_was_promised_at_confirmation_is_not_judged_again(world: World, clock: SteppedClock) -> None:
    visit, facility = confirmed(world), world.facility_id

    def change(tx: Tx) -> None:
        """Let every rule about the booking itself refuse it, were it asked for today."""
        for name, value in {
            "durations": [60],
            "notice": {"amount": 9, "unit": "working_days"},
            "horizon_days": 1,
            "adult_age": 25,
            "quotas": [],
        }.items():
            factories.setting(tx, facility, name, value, visit_type="remote", effective_from=MONDAY)
        factories.setting(tx, facility, "offered", False, visit_type="remote", effective_from=MONDAY)
        factories.price(tx, facility, session_fee_minor=9900, effective_from=MONDAY)
        factories.terms(tx, facility, version=2)
        for row in tx.session.exec(select(TimetableRow).where(col(TimetableRow.facility_id) == facility)):
            tx.session.delete(row)

    world.db.write_now(change)
    clock.set(TUESDAY_NINE)

    check_in(world, visit)

    assert row_of(world, visit).checked_in_at == TUESDAY_NINE
