"""Visits that stand when access is revoked or suspended are flagged before their visitor comes in vain."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from sqlmodel import select

from backend.db import Database, Tx
from backend.errors import Problem
from backend.money.models import Payment
from backend.money.processors.base import ChargeResult
from backend.security import SERVER, SHELL
from backend.visits import access_changes, approving, booking, settling
from backend.visits.models import Visit
from backend.visits.restricting import AskedRestriction
from tests import factories
from tests.backend.access.test_changing import access_of, changed
from tests.backend.visits.people import REASON, email_of, end, flags_of, restrict
from tests.backend.visits.test_limits import WEEK, book
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed

WHY = "Missed three visits."
TUESDAY = date(2026, 11, 24)
revoke = partial(changed, what=access_changes.revoke, reason=WHY)
suspend = partial(changed, what=access_changes.suspend, reason=WHY)
restore = partial(changed, what=access_changes.restore, reason=None)


@pytest.fixture
def world(either_db: Database) -> World:
    return build(either_db, fee=0)


def flag(world: World, visit_id: str) -> tuple[str, str, str]:
    return (visit_id, "access", f"{world.facility_id}:{world.visitor.account}")


def test_revoked_access_flags_the_visits_of_its_visitor_at_this_facility_and_says_how_many(world: World) -> None:
    visits = [confirmed(world, total=0), confirmed(world, TUESDAY_NINE + WEEK, total=0)]
    book(world)

    assert revoke(world).flagged_visits == 2

    assert flags_of(world) == {flag(world, visit) for visit in visits}


@pytest.mark.parametrize(("last_day", "flagged"), [(TUESDAY - timedelta(days=1), 0), (TUESDAY, 1), (None, 2)])
def test_a_suspension_flags_the_visits_that_begin_before_it_is_over(
    world: World, last_day: date | None, flagged: int
) -> None:
    visits = [confirmed(world, total=0), confirmed(world, TUESDAY_NINE + WEEK, total=0)]

    assert suspend(world, last_day=last_day).flagged_visits == flagged

    assert flags_of(world) == {flag(world, visit) for visit in visits[:flagged]}


def test_restored_access_takes_the_flags_away_and_another_suspension_puts_its_own_up(world: World) -> None:
    visit = confirmed(world, total=0)
    suspend(world, last_day=None)

    assert restore(world).flagged_visits == 0
    assert flags_of(world) == set()

    assert suspend(world, last_day=TUESDAY).flagged_visits == 1
    assert flags_of(world) == {flag(world, visit)}


def test_access_of_somebody_who_is_banned_is_not_restored_and_the_officer_reads_every_reason(world: World) -> None:
    suspend(world, last_day=None)
    order = AskedRestriction(
        "no_contact", REASON, individual=world.individual_id, visitor_email=email_of(world, world.visitor)
    )
    made = [
        restrict(world, AskedRestriction("ban", "Contraband.", person_name="Maria Delgado")),
        restrict(world, order),
    ]

    with pytest.raises(Problem) as refused:
        restore(world)

    assert (refused.value.code, refused.value.status) == ("visitor_restricted", 409)
    assert "Contraband." in refused.value.detail
    assert REASON in refused.value.detail
    assert refused.value.detail.endswith("or leave the access suspended.")
    assert access_of(world).status == "suspended"
    for one in made:
        end(world, one.id)
    assert restore(world).status == "approved"


def test_an_order_about_somebody_else_keeps_nobodys_access_suspended(world: World) -> None:
    suspend(world, last_day=None)
    other = world.db.write_now(lambda tx: factories.individual(tx, world.facility_id, first_name="Ed", last_name="Lee"))
    email = email_of(world, world.visitor)
    restrict(world, AskedRestriction("no_contact", REASON, individual=other.id, visitor_email=email))

    assert restore(world).status == "approved"


def test_access_that_is_not_suspended_is_refused_as_such_whoever_is_banned(world: World) -> None:
    restrict(world, AskedRestriction("ban", "Contraband.", person_name="Maria Delgado"))

    with pytest.raises(Problem, match="access_not_suspended"):
        restore(world)


@pytest.mark.parametrize("automatic", [True, False])
def test_access_that_is_asked_for_and_approved_again_takes_the_flags_away(world: World, automatic: bool) -> None:
    confirmed(world, total=0)
    revoke(world)
    if automatic:
        world.db.write_now(lambda tx: factories.setting(tx, world.facility_id, "approval", "automatic"))

    def ask(tx: Tx) -> str:
        asked = approving.ask(
            tx, world.visitor, world.facility_id, individual_name="Daniel Okafor", relationship="sibling"
        )
        return asked.id

    access_id = world.db.write_now(ask)
    assert bool(flags_of(world)) is not automatic
    if not automatic:
        world.db.write_now(lambda tx: approving.decide(tx, SHELL, access_id, "approved", version=1))

    assert flags_of(world) == set()


def test_a_visit_that_is_paid_for_once_access_was_revoked_is_flagged(either_db: Database) -> None:
    world = build(either_db, fee=570)
    hold = world.hold()
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(hold.id)))
    assert revoke(world).flagged_visits == 0

    payment = either_db.read_now(lambda tx: tx.session.exec(select(Payment.id)).one())
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, ChargeResult("succeeded", "ref")))

    assert either_db.read_now(lambda tx: tx.session.exec(select(Visit.id)).all()) == [hold.id]
    assert flags_of(world) == {flag(world, hold.id)}
