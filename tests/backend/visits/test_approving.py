"""Approving access runs the list of rules as well: officers read every reason, visitors none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.access import desk
from backend.access.views import RequestView
from backend.db import Database
from backend.demo.officer import answer
from backend.errors import Problem
from backend.security import SHELL, Actor
from backend.visits import approving
from backend.visits.restricting import AskedRestriction
from tests import factories
from tests.backend.visits.people import REASON, email_of, end, restrict
from tests.backend.visits.world import World, build

BAN = AskedRestriction("ban", "Contraband.", person_name="Maria Delgado")


@pytest.fixture
def there(database: Database) -> World:
    return build(database, fee=0)


@pytest.fixture
def asker(there: World) -> Actor:
    """Somebody who has asked for access, to visit Daniel Okafor."""
    actor = there.another_visitor(access=False)
    there.db.write_now(lambda tx: factories.access(tx, actor.account, there.facility_id, status="pending"))
    return actor


def request(world: World) -> RequestView:
    found, _ = world.db.read_now(lambda tx: desk.queue(tx, SHELL, world.facility_id))
    return found[0]


def approve(world: World) -> RequestView:
    asked = request(world)
    return world.db.write_now(lambda tx: approving.decide(tx, SHELL, asked.id, "approved", version=asked.version))


def order(world: World, asker: Actor) -> AskedRestriction:
    email = email_of(world, asker)
    return AskedRestriction("no_contact", REASON, individual=world.individual_id, visitor_email=email)


def test_somebody_who_is_banned_is_refused_with_every_reason_in_full(there: World, asker: Actor) -> None:
    made = [restrict(there, BAN), restrict(there, order(there, asker))]
    with pytest.raises(Problem) as refused:
        approve(there)
    assert (refused.value.code, refused.value.status) == ("visitor_restricted", 409)
    assert "Contraband." in refused.value.detail
    assert REASON in refused.value.detail
    assert "No contact order" in refused.value.reasons[0].sentence

    for one in made:
        end(there, one.id)
    assert approve(there).status == "approved"


def test_an_order_about_somebody_else_stands_in_nobodys_way(there: World, asker: Actor) -> None:
    other = there.db.write_now(lambda tx: factories.individual(tx, there.facility_id, first_name="Ed", last_name="Lee"))
    restrict(there, replace(order(there, asker), individual=other.id))
    assert approve(there).status == "approved"


@pytest.mark.parametrize("name", ["Danial Okafor", "Okafor, Daniel"])
def test_the_individual_is_known_by_a_name_with_a_typo(there: World, name: str) -> None:
    asker = there.another_visitor(access=False)
    there.db.write_now(
        lambda tx: factories.access(tx, asker.account, there.facility_id, status="pending", individual_name=name)
    )
    restrict(there, order(there, asker))
    with pytest.raises(Problem, match="visitor_restricted"):
        approve(there)


def test_a_denial_needs_no_rule(there: World, asker: Actor) -> None:
    restrict(there, BAN)
    asked = request(there)
    denied = there.db.write_now(
        lambda tx: approving.decide(tx, SHELL, asked.id, "denied", version=asked.version, reason="No.")
    )
    assert denied.status == "denied"


def test_the_server_leaves_somebody_who_is_banned_to_an_officer(there: World) -> None:
    there.db.write_now(lambda tx: factories.setting(tx, there.facility_id, "approval", "automatic"))

    def ask() -> str:
        actor = there.another_visitor(access=False)
        return there.db.write_now(
            lambda tx: approving.ask(
                tx, actor, there.facility_id, individual_name="Daniel Okafor", relationship="sister"
            )
        ).status

    assert ask() == "approved"
    restrict(there, BAN)
    assert ask() == "pending"


def test_the_demonstrations_officer_leaves_it_too(there: World, asker: Actor) -> None:
    restrict(there, BAN)
    officer = Actor("officer", "server", account_id=None, facility_ids=frozenset({there.facility_id}))
    there.db.write_now(lambda tx: answer(tx, officer, there.facility_id))
    assert request(there).status == "pending"
