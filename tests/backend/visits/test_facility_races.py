"""What bookings at a facility stand on changes while one is made: on PostgreSQL whoever comes second waits for it.

Beside blackouts, restrictions, limits and stations, which have tests of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import select

from backend.access.models import FacilityAccess
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.import_report import Report
from backend.money.processors.base import ChargeResult
from backend.security import SERVER, SHELL
from backend.timetables.importer import Record, read
from backend.visits import (
    access_changes,
    approving,
    blackouts,
    booking,
    holds,
    limits,
    restricting,
    settling,
    succeeding,
)
from backend.visits.restricting import AskedRestriction
from tests import factories
from tests.backend.conftest import NOW
from tests.backend.together import first_then
from tests.backend.visits.counting import count
from tests.backend.visits.people import email_of, flags_of
from tests.backend.visits.test_account_races import loading
from tests.backend.visits.test_blackout_races import ALL_DAY, adding, confirming, holding
from tests.backend.visits.test_importer import line
from tests.backend.visits.world import TUESDAY_NINE, World, build

TODAY = NOW.date()
TWO_DAYS = timedelta(days=2)
WHY = "Missed three visits."


@pytest.fixture
def postgres(postgres_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(postgres_url, clock)
    yield database
    database.close()


@pytest.fixture
def there(postgres: Database) -> World:
    return build(postgres, fee=0)


def access_id(world: World, account_id: str) -> str:
    query = select(FacilityAccess.id).where(FacilityAccess.account_id == account_id)
    return world.db.read_now(lambda tx: tx.session.exec(query).one())


def paying(world: World) -> Callable[[Tx], object]:
    """Hold nine o'clock and begin to pay for it; return what lets the payment go through."""
    held = world.hold()
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)))
    return lambda tx: settling.settle(tx, SERVER, begun.payment_id or "", ChargeResult("succeeded", "ref"))


CHANGES = (access_changes.revoke, partial(access_changes.suspend, last_day=None))


@pytest.mark.parametrize("change", CHANGES)
def test_who_confirms_while_access_is_taken_away_waits_and_is_refused(
    there: World, change: Callable[..., object]
) -> None:
    held, access = there.hold(), access_id(there, there.visitor.account)

    def take_away(tx: Tx) -> None:
        change(tx, SHELL, access, version=None, reason=WHY)

    assert first_then(there, take_away, confirming(there, held.id)) == ("done", "facility_access_required")


def test_a_visit_that_is_paid_for_while_access_is_restored_has_no_flag(postgres: Database) -> None:
    world = build(postgres)
    settle, access = paying(world), access_id(world, world.visitor.account)
    postgres.write_now(lambda tx: access_changes.suspend(tx, SHELL, access, version=None, reason=WHY, last_day=None))

    def restore(tx: Tx) -> None:
        access_changes.restore(tx, SHELL, access, version=None, reason=None)

    assert first_then(world, restore, settle) == ("done", "done")
    assert (count(postgres, "visit"), flags_of(world)) == (1, set())


def banning(world: World, email: str) -> Callable[[Tx], object]:
    ban = AskedRestriction("ban", "Contraband.", visitor_email=email)
    return lambda tx: restricting.make(tx, SHELL, world.facility_id, ban)


def test_an_officer_who_approves_while_a_ban_is_made_waits_and_is_refused(there: World) -> None:
    asker = there.another_visitor(access=False)
    there.db.write_now(lambda tx: factories.access(tx, asker.account, there.facility_id, status="pending"))
    access = access_id(there, asker.account)

    def approve(tx: Tx) -> None:
        approving.decide(tx, SHELL, access, "approved", version=1)

    assert first_then(there, banning(there, email_of(there, asker)), approve) == ("done", "visitor_restricted")
    assert count(there.db, "facility_access", "status = 'pending'") == 1


def test_an_officer_who_restores_access_while_a_ban_is_made_waits_and_is_refused(there: World) -> None:
    access = access_id(there, there.visitor.account)
    there.db.write_now(lambda tx: access_changes.suspend(tx, SHELL, access, version=None, reason=WHY, last_day=None))

    def restore(tx: Tx) -> None:
        access_changes.restore(tx, SHELL, access, version=None, reason=None)

    done = first_then(there, banning(there, email_of(there, there.visitor)), restore)

    assert done == ("done", "visitor_restricted")
    assert count(there.db, "facility_access", "status = 'suspended'") == 1


def test_who_asks_for_access_while_a_ban_is_made_waits_and_is_left_to_an_officer(there: World) -> None:
    asker = there.another_visitor(access=False)
    there.db.write_now(lambda tx: factories.setting(tx, there.facility_id, "approval", "automatic"))
    ban = AskedRestriction("ban", "Contraband.", person_name="Maria Delgado")

    def make(tx: Tx) -> None:
        restricting.make(tx, SHELL, there.facility_id, ban)

    def ask(tx: Tx) -> None:
        approving.ask(tx, asker, there.facility_id, individual_name="Daniel Okafor", relationship="sister")

    assert first_then(there, make, ask) == ("done", "done")
    assert count(there.db, "facility_access", f"account_id = '{asker.account}' AND status = 'pending'") == 1


def test_a_visit_that_is_paid_for_while_its_blackout_is_removed_is_made(postgres: Database) -> None:
    world = build(postgres)
    settle = paying(world)
    added = postgres.write_now(lambda tx: blackouts.add(tx, SHELL, world.facility_id, ALL_DAY, expected_visits=0))

    def remove(tx: Tx) -> None:
        blackouts.remove(tx, SHELL, added.blackout.id)

    assert first_then(world, remove, settle) == ("done", "done")
    assert count(postgres, "visit") == 1


def test_who_holds_a_holiday_while_it_is_closed_waits_and_is_refused(there: World) -> None:
    there.db.write_now(lambda tx: factories.timetable_row(tx, there.facility_id, weekday=3))

    def close(tx: Tx) -> None:
        limits.set_setting(tx, SHELL, there.facility_id, "holidays_closed", True, effective_from=TODAY)

    def hold(tx: Tx) -> None:
        holds.take(tx, there.visitor, there.wanted(), TUESDAY_NINE + TWO_DAYS)

    assert first_then(there, close, hold) == ("done", "blacked_out")


def test_who_holds_a_time_while_its_timetable_ends_waits_and_is_refused(there: World) -> None:
    head = "facility,visit_type,weekday,start,end,every_minutes,capacity,valid_to\n"
    said = f"{head}{there.facility_id},remote,tue,9:00,16:00,30,4,2026-11-23\n"
    records = [one for one in read(said.encode()) if isinstance(one, Record)]

    def end(tx: Tx) -> None:
        succeeding.load(tx, SHELL, there.facility_id, records, TODAY)

    assert first_then(there, end, holding(there)) == ("done", "outside_timetable")
    assert count(there.db, "timetable_row") == 1


def test_a_file_of_visits_that_comes_while_a_blackout_is_added_waits_and_is_refused(there: World) -> None:
    load, reports = loading(there, line(there)), list[Report]()

    assert first_then(there, adding(there), lambda tx: reports.append(load(tx))) == ("done", "done")
    assert count(there.db, "visit") == 0
