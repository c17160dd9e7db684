"""What tests of restrictions share: making them, booking beside them, and looking at what became of visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from backend.accounts.models import Account
from backend.db import Tx
from backend.errors import Problem, Reason
from backend.roster.models import Individual
from backend.security import SHELL, Actor
from backend.visits import booking, openings, restricting
from backend.visits.models import Visit, VisitFlag
from backend.visits.restricting import AskedRestriction, RestrictionView
from tests.backend.visits.world import TUESDAY_NINE, World

TUESDAY = date(2026, 11, 24)
HALF_HOUR = timedelta(minutes=30)
REASON = "The court of Cumberland County said so."


def restrict(world: World, asked: AskedRestriction, actor: Actor = SHELL) -> RestrictionView:
    return world.db.write_now(lambda tx: restricting.make(tx, actor, world.facility_id, asked))


def end(world: World, restriction_id: str, actor: Actor = SHELL) -> RestrictionView:
    return world.db.write_now(lambda tx: restricting.end(tx, actor, restriction_id))


def apart(world: World, one: str, other: str) -> RestrictionView:
    return restrict(world, AskedRestriction("keep_apart", REASON, individual=one, other_individual=other))


def email_of(world: World, actor: Actor) -> str:
    return world.db.read_now(lambda tx: tx.session.get_one(Account, actor.account).email)


def another_account(
    world: World, first_name: str = "Maria", last_name: str = "Delgado", born: date = date(1988, 4, 12)
) -> Actor:
    """Another visitor of the facility, by default of the name and the birth date of the first one."""
    actor = world.another_visitor()

    def name(tx: Tx) -> None:
        account = tx.session.get_one(Account, actor.account)
        account.first_name, account.last_name, account.birth_date = first_name, last_name, born

    world.db.write_now(name)
    return actor


def confirm(world: World, hold_id: str, *companions: str, actor: Actor | None = None) -> str:
    """Confirm a hold of a free visit; return the visit's id."""
    coming = tuple(booking.Companion(name, minor=False) for name in companions)
    who = actor or world.visitor
    confirming = world.confirming(hold_id, expected_total=0, companions=coming)
    world.db.write_now(lambda tx: booking.begin(tx, who, confirming))
    return hold_id


def visit_at(
    world: World,
    starts_at: datetime = TUESDAY_NINE,
    *companions: str,
    actor: Actor | None = None,
    individual_id: str | None = None,
) -> str:
    held = world.hold(starts_at, actor=actor, individual_id=individual_id)
    return confirm(world, held.id, *companions, actor=actor)


def refusal_of(work: Callable[[], object]) -> tuple[Reason, ...]:
    with pytest.raises(Problem) as refused:
        work()
    return refused.value.reasons


def codes_of(work: Callable[[], object]) -> list[str]:
    return [reason.code for reason in refusal_of(work)]


def flags_of(world: World) -> set[tuple[str, str, str]]:
    """Visit, kind and source of every flag."""

    def read(tx: Tx) -> set[tuple[str, str, str]]:
        return {(one.visit_id, one.kind, one.source_id) for one in tx.session.exec(select(VisitFlag)).all()}

    return world.db.read_now(read)


def visit(world: World, visit_id: str) -> Visit:
    return world.db.read_now(lambda tx: tx.session.get_one(Visit, visit_id))


def number_of(world: World, individual_id: str) -> str:
    return world.db.read_now(lambda tx: tx.session.get_one(Individual, individual_id).booking_number)


def listed_open(world: World, *, actor: Actor | None = None, individual_id: str | None = None) -> set[datetime]:
    """The times of Tuesday that are listed as open."""
    who, wanted = actor or world.visitor, world.wanted(individual_id=individual_id)
    view = world.db.read_now(lambda tx: openings.times(tx, who, wanted, TUESDAY))
    return {item.starts_at for item in view.items if item.state in ("open", "yours")}
