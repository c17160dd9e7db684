"""A roster is loaded again and again: what becomes of the visits of who was moved, released or is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.clock import SteppedClock
from backend.db import Database
from backend.errors import Problem
from backend.money.processors.base import ChargeResult
from backend.roster import importer
from backend.roster.models import Individual
from backend.security import SHELL
from backend.visits import booking, leaving, settling
from backend.visits.leaving import Consequences
from tests import factories
from tests.backend.visits.counting import count
from tests.backend.visits.people import HALF_HOUR, codes_of, flags_of, number_of, visit, visit_at
from tests.backend.visits.world import TUESDAY_NINE, World, build

HEAD = "facility,booking_number,first_name,last_name,status,moved_to\n"


@pytest.fixture
def there(database: Database) -> World:
    return build(database, fee=0)


def row(world: World, status: str = "", moved_to: str = "", *, individual_id: str | None = None) -> str:
    number = number_of(world, individual_id or world.individual_id)
    return f"{world.facility_id},{number},Daniel,Okafor,{status},{moved_to}\n"


def load(world: World, *rows: str, complete: bool = False, sure: bool = False) -> Consequences:
    planned = importer.plan((HEAD + "".join(rows)).encode())
    _, became = world.db.write_now(
        lambda tx: leaving.load(tx, SHELL, planned, lambda _done, _of: None, complete=complete, sure=sure)
    )
    return became


def individual(world: World) -> Individual:
    return world.db.read_now(lambda tx: tx.session.get_one(Individual, world.individual_id))


def cancels(world: World) -> None:
    world.db.write_now(lambda tx: factories.setting(tx, world.facility_id, "when_gone", "cancel"))


@pytest.mark.parametrize("status", ["released", "moved"])
def test_future_visits_of_who_is_gone_are_flagged_and_the_same_file_again_changes_nothing(
    there: World, status: str
) -> None:
    visit_id = visit_at(there)
    assert load(there, row(there, status)) == Consequences(flagged=1)

    assert flags_of(there) == {(visit_id, status, there.individual_id)}
    assert visit(there, visit_id).status == "confirmed"
    entries = count(there.db, "audit_entry")
    assert load(there, row(there, status)) == Consequences()
    assert count(there.db, "audit_entry") == entries
    assert codes_of(lambda: there.hold(TUESDAY_NINE + HALF_HOUR)) == ["individual_not_eligible"]


def test_who_comes_back_loses_the_flag(there: World) -> None:
    visit_at(there)
    load(there, row(there, "released"))
    assert load(there, row(there)) == Consequences(unflagged=1)
    assert flags_of(there) == set()


def test_a_release_after_a_move_is_one_flag_of_the_new_kind(there: World) -> None:
    visit_id = visit_at(there)
    load(there, row(there, "moved", "Shelby County Jail"))
    assert individual(there).moved_to == "Shelby County Jail"
    assert load(there, row(there, "released")) == Consequences(flagged=1, unflagged=1)
    assert flags_of(there) == {(visit_id, "released", there.individual_id)}
    assert individual(there).moved_to is None


def test_by_the_facilitys_setting_they_are_cancelled_and_everything_comes_back(database: Database) -> None:
    world = build(database, fee=570, transaction_fee=100, settings={"late_refund": "nothing"})
    cancels(world)
    held = world.hold()
    begun = world.db.write_now(
        lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id, expected_total=670))
    )
    payment_id = begun.payment_id or ""
    world.db.write_now(lambda tx: settling.settle(tx, SHELL, payment_id, ChargeResult("succeeded", reference="r")))

    assert load(world, row(world, "released")) == Consequences(cancelled=1)

    gone = visit(world, held.id)
    assert (gone.status, gone.cancelled_by, gone.reason) == ("cancelled", "facility", leaving.TOLD)
    assert count(database, "payment", "status = 'returning'") == 1
    assert count(database, "individual_taken") == 0
    assert load(world, row(world, "released")) == Consequences()
    assert load(world, row(world)) == Consequences()
    assert visit(world, held.id).status == "cancelled"


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=2)])
def test_a_visit_that_has_begun_never_changes(there: World, clock: SteppedClock, late: timedelta) -> None:
    cancels(there)
    visit_id = visit_at(there)
    clock.step(TUESDAY_NINE + late - clock.now())
    assert load(there, row(there, "released")) == Consequences()
    assert visit(there, visit_id).status == "confirmed"


def test_a_visit_that_begins_in_a_moment_does(there: World, clock: SteppedClock) -> None:
    visit_at(there)
    clock.step(TUESDAY_NINE - timedelta(microseconds=1) - clock.now())
    assert load(there, row(there, "released")) == Consequences(flagged=1)


def test_the_same_number_at_another_facility_is_another_individual(there: World) -> None:
    elsewhere = there.db.write_now(lambda tx: factories.facility(tx, name="Shelby County Jail"))
    visit_at(there)
    number = number_of(there, there.individual_id)
    assert load(there, f"{elsewhere.id},{number},Daniel,Okafor,released,\n") == Consequences()
    assert individual(there).status == "held"


def test_a_visit_that_is_paid_for_meanwhile_is_flagged_when_it_is_made(database: Database) -> None:
    world = build(database)
    held = world.hold()
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)))
    load(world, row(world, "released"))
    payment_id = begun.payment_id or ""
    world.db.write_now(lambda tx: settling.settle(tx, SHELL, payment_id, ChargeResult("succeeded", reference="r")))
    assert flags_of(world) == {(held.id, "released", world.individual_id)}


def test_who_is_not_in_a_complete_file_is_released(there: World) -> None:
    others = [there.another_individual() for _ in range(4)]
    visit_id = visit_at(there)
    rows = [row(there, individual_id=one) for one in others]

    assert load(there, *rows) == Consequences()
    assert load(there, *rows, complete=True) == Consequences(flagged=1)
    assert flags_of(there) == {(visit_id, "released", there.individual_id)}
    assert load(there, *rows, complete=True) == Consequences()


def test_a_complete_file_without_more_than_a_fifth_of_them_is_doubted(there: World) -> None:
    others = [there.another_individual() for _ in range(3)]
    rows = [row(there, individual_id=one) for one in others]
    with pytest.raises(Problem, match="too_many_vanish") as refused:
        load(there, *rows, complete=True)
    assert refused.value.title == "1 of 4 who are held are not in this file."
    assert individual(there).status == "held"
    load(there, *rows, complete=True, sure=True)
    assert individual(there).status == "released"


def test_who_is_in_the_file_but_cannot_be_used_is_not_missing(there: World) -> None:
    others = [row(there, individual_id=there.another_individual()) for _ in range(4)]
    number = number_of(there, there.individual_id)
    load(there, *others, f"{there.facility_id},{number},,,,\n", complete=True)
    assert individual(there).status == "held"


@pytest.mark.parametrize("bad", ["too,few\n", ",,Ann,Lee,,\n"])
def test_a_complete_file_with_rows_that_name_nobody_is_doubted(there: World, bad: str) -> None:
    with pytest.raises(Problem, match="file_not_complete"):
        load(there, row(there), bad, complete=True)
    assert load(there, row(there), bad, complete=True, sure=True) == Consequences()
    assert load(there, row(there), bad) == Consequences()


def test_one_facility_under_two_names_is_one_roster(there: World) -> None:
    mine = row(there)
    theirs = row(there, individual_id=there.another_individual())
    named = theirs.replace(there.facility_id, '"Cumberland County Jail, TN"')
    assert load(there, mine, named, complete=True) == Consequences()
    assert individual(there).status == "held"


def test_an_unknown_status_is_told_of_and_changes_nothing(there: World) -> None:
    planned = importer.plan((HEAD + row(there, "escaped")).encode())
    assert [line.sentence for line in planned.skipped] == ["its status is none of held, moved, released"]
    assert replace(planned, skipped=()).rows == ()
