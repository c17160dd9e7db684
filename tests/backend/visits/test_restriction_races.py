"""A restriction that is made while somebody takes a time: on PostgreSQL both run side by side, and one waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.money.processors.base import ChargeResult
from backend.roster.loading import RosterRecord, upsert_individuals
from backend.security import SHELL
from backend.visits import booking, leaving, restricting, settling
from backend.visits.restricting import AskedRestriction, RestrictionView
from tests.backend.together import first_then
from tests.backend.visits.counting import count
from tests.backend.visits.people import REASON, flags_of, number_of
from tests.backend.visits.test_blackout_races import confirming, holding, moving_to_nine, visit_a_week_later
from tests.backend.visits.world import World, build


@pytest.fixture
def there(postgres_url: str, clock: SteppedClock) -> Iterator[World]:
    database = Database(postgres_url, clock)
    yield build(database, fee=0)
    database.close()


KINDS = ("ban", "unclassified")
REFUSED = {"ban": "visitor_restricted", "unclassified": "individual_not_eligible"}


def making(world: World, kind: str) -> Callable[[Tx], object]:
    asked = {
        "ban": AskedRestriction("ban", REASON, person_name="Maria Delgado"),
        "unclassified": AskedRestriction("unclassified", REASON, individual=world.individual_id),
    }[kind]
    return lambda tx: restricting.make(tx, SHELL, world.facility_id, asked)


def releasing(world: World) -> Callable[[Tx], object]:
    record = RosterRecord(number_of(world, world.individual_id), "Daniel", "Okafor", status="released")

    def work(tx: Tx) -> None:
        loaded = upsert_individuals(tx, SHELL, world.facility_id, [record])
        leaving.see_to_visits(tx, SHELL, world.facility_id, loaded, leaving.Consequences())

    return work


@pytest.mark.parametrize("kind", KINDS)
def test_a_hold_that_comes_while_it_is_made_waits_and_is_refused(there: World, kind: str) -> None:
    assert first_then(there, making(there, kind), holding(there)) == ("done", REFUSED[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_confirmation_that_comes_while_it_is_made_waits_and_is_refused(there: World, kind: str) -> None:
    held = there.hold()
    assert first_then(there, making(there, kind), confirming(there, held.id)) == ("done", REFUSED[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_move_that_comes_while_it_is_made_waits_and_is_refused(there: World, kind: str) -> None:
    visit_id = visit_a_week_later(there)
    assert first_then(there, making(there, kind), moving_to_nine(there, visit_id)) == ("done", REFUSED[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_comes_while_a_visit_is_confirmed_waits_and_flags_it(there: World, kind: str) -> None:
    held = there.hold()
    assert first_then(there, confirming(there, held.id), making(there, kind)) == ("done", "done")
    assert {visit_id for visit_id, _, _ in flags_of(there)} == {held.id}


@pytest.mark.parametrize("end_is_first", [False, True])
def test_an_end_beside_a_visit_that_is_paid_for_leaves_no_flag(
    postgres_url: str, clock: SteppedClock, end_is_first: bool
) -> None:
    database = Database(postgres_url, clock)
    world = build(database)
    held = world.hold()
    begun = database.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)))
    made = database.write_now(making(world, "ban"))
    assert isinstance(made, RestrictionView)
    paid = ChargeResult("succeeded", reference="r")

    def settle(tx: Tx) -> None:
        settling.settle(tx, SHELL, begun.payment_id or "", paid)

    def end(tx: Tx) -> None:
        restricting.end(tx, SHELL, made.id)

    first, then = (end, settle) if end_is_first else (settle, end)
    assert first_then(world, first, then) == ("done", "done")
    assert (count(database, "visit"), flags_of(world)) == (1, set())
    database.close()


def test_a_roster_that_comes_while_a_visit_is_confirmed_waits_and_flags_it(there: World) -> None:
    held = there.hold()
    assert first_then(there, confirming(there, held.id), releasing(there)) == ("done", "done")
    assert {(visit_id, kind) for visit_id, kind, _ in flags_of(there)} == {(held.id, "released")}


def test_a_hold_that_comes_while_a_roster_is_loaded_waits_and_is_refused(there: World) -> None:
    assert first_then(there, releasing(there), holding(there)) == ("done", "individual_not_eligible")
