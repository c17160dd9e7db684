"""Facility access on a real database: whether it holds now, how long answers take, and one open request at most."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from backend.access import desk, service
from backend.access.answers import typical_answer_hours
from backend.access.models import FacilityAccess
from backend.accounts.models import Account
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.facilities.models import Facility
from backend.security import SHELL, Actor
from tests import factories
from tests.backend.conftest import NOW
from tests.backend.together import first_then
from tests.backend.visits.counting import count
from tests.backend.visits.world import World


@pytest.fixture
def either_engine(engine_url: str) -> Iterator[Database]:
    database = Database(engine_url, SteppedClock(NOW))
    yield database
    database.close()


def changed(access: FacilityAccess, tx: Tx) -> None:
    tx.session.merge(access)


def visitor_of(account: Account) -> Actor:
    return Actor(role="visitor", channel="terminal", account_id=account.id)


@pytest.mark.parametrize("status", ["approved", "pending", "denied", "withdrawn", "revoked", "suspended"])
def test_only_approved_access_holds(db: Database, status: str) -> None:
    account, jail = db.write_now(lambda tx: (factories.account(tx), factories.facility(tx)))
    db.write_now(lambda tx: factories.access(tx, account.id, jail.id, status=status))
    held = db.read_now(lambda tx: service.has_approved_access(tx, account.id, jail.id))
    assert held is (status == "approved")


def test_access_to_one_facility_is_none_to_another(db: Database) -> None:
    account, jail, other = db.write_now(
        lambda tx: (factories.account(tx), factories.facility(tx), factories.facility(tx, name="Other"))
    )
    db.write_now(lambda tx: factories.access(tx, account.id, jail.id))
    assert not db.read_now(lambda tx: service.has_approved_access(tx, account.id, other.id))


def test_a_suspension_that_is_over_holds_again(db: Database, clock: SteppedClock) -> None:
    account, jail = db.write_now(lambda tx: (factories.account(tx), factories.facility(tx)))

    access = db.write_now(lambda tx: factories.access(tx, account.id, jail.id, status="suspended"))
    access.suspended_until = NOW + timedelta(days=1)
    db.write_now(partial(changed, access))
    assert not db.read_now(lambda tx: service.has_approved_access(tx, account.id, jail.id))
    clock.step(timedelta(days=1))
    assert db.read_now(lambda tx: service.has_approved_access(tx, account.id, jail.id))


@pytest.mark.parametrize("status", ["pending", "approved", "suspended"])
def test_the_database_itself_keeps_one_open_request_for_an_account_and_facility(
    either_engine: Database, status: str
) -> None:
    account, jail = either_engine.write_now(lambda tx: (factories.account(tx), factories.facility(tx)))
    either_engine.write_now(lambda tx: factories.access(tx, account.id, jail.id, status=status))
    with pytest.raises(IntegrityError):
        either_engine.write_now(lambda tx: factories.access(tx, account.id, jail.id, status="pending"))


def test_requests_that_are_over_stand_in_nobodys_way(either_engine: Database) -> None:
    account, jail = either_engine.write_now(lambda tx: (factories.account(tx), factories.facility(tx)))
    for status in ("denied", "withdrawn", "revoked", "pending"):
        either_engine.write_now(partial(factories.access, account_id=account.id, facility_id=jail.id, status=status))


def test_at_a_kiosk_of_another_facility_no_request_is_withdrawn(either_engine: Database) -> None:
    account, jail = either_engine.write_now(lambda tx: (factories.account(tx), factories.facility(tx)))
    asked = either_engine.write_now(lambda tx: factories.access(tx, account.id, jail.id, status="pending"))
    elsewhere = replace(visitor_of(account), bound_to="another")

    with pytest.raises(Problem, match="not_at_this_kiosk"):
        either_engine.write_now(lambda tx: service.withdraw(tx, elsewhere, asked.id))


def test_eight_terminals_that_ask_at_once_make_one_request(either_engine: Database) -> None:
    account, jail = either_engine.write_now(lambda tx: (factories.account(tx), factories.facility(tx)))

    def ask(_number: int) -> str:
        try:
            either_engine.write_now(
                lambda tx: service.ask(
                    tx, visitor_of(account), jail.id, individual_name="Daniel Okafor", relationship="sister"
                )
            )
        except Problem as problem:
            return problem.code
        return "made"

    with ThreadPoolExecutor(8) as terminals:
        answers = list(terminals.map(ask, range(8)))
    assert sorted(answers) == ["access_already_open"] * 7 + ["made"]


def test_eight_requests_at_once_do_not_get_past_the_limit(either_engine: Database) -> None:
    account = either_engine.write_now(factories.account)
    jails = [
        either_engine.write_now(partial(factories.facility, name=f"Jail {number}", settings={"max_open_requests": 3}))
        for number in range(8)
    ]

    def ask(jail: Facility) -> str:
        try:
            either_engine.write_now(
                lambda tx: service.ask(
                    tx, visitor_of(account), jail.id, individual_name="Daniel Okafor", relationship="sister"
                )
            )
        except Problem as problem:
            return problem.code
        return "made"

    with ThreadPoolExecutor(8) as terminals:
        answers = list(terminals.map(ask, jails))
    assert answers.count("made") == 3


def test_eight_officers_that_decide_at_once_make_one_decision(either_engine: Database) -> None:
    account, jail = either_engine.write_now(lambda tx: (factories.account(tx), factories.facility(tx)))
    officer = either_engine.write_now(lambda tx: factories.account(tx, role="officer", facilities=[jail.id]))
    actor = Actor(role="officer", channel="terminal", account_id=officer.id, facility_ids=frozenset({jail.id}))
    access = either_engine.write_now(lambda tx: factories.access(tx, account.id, jail.id, status="pending"))

    def decide(number: int) -> str:
        try:
            either_engine.write_now(
                lambda tx: desk.decide(
                    tx, actor, access.id, "approved" if number % 2 else "denied", version=1, reason="Because."
                )
            )
        except Problem as problem:
            return problem.code
        return "decided"

    with ThreadPoolExecutor(8) as officers:
        answers = list(officers.map(decide, range(8)))
    assert sorted(answers) == ["already_decided"] * 7 + ["decided"]


def test_two_officers_who_see_one_id_at_once_note_it_once(postgres_url: str) -> None:
    db = Database(postgres_url, SteppedClock(NOW))
    account, jail = db.write_now(lambda tx: (factories.account(tx), factories.facility(tx)))
    access = db.write_now(lambda tx: factories.access(tx, account.id, jail.id, status="pending"))
    world = World(db, jail.id, "", "", "", visitor_of(account))

    def see(tx: Tx) -> None:
        desk.see_id(tx, SHELL, access.id)

    assert first_then(world, see, see) == ("done", "request_changed")
    assert count(db, "audit_entry", "action = 'ID seen'") == 1
    db.close()


def answered(db: Database, jail: Facility, hours: list[float], *, by_officer: bool = True) -> None:
    officer = db.write_now(lambda tx: factories.account(tx, role="officer", facilities=[jail.id]))
    for took in hours:
        visitor = db.write_now(factories.account)
        access = db.write_now(partial(factories.access, account_id=visitor.id, facility_id=jail.id))
        access.decided_at = NOW
        access.requested_at = NOW - timedelta(hours=took)
        access.decided_by = officer.id if by_officer else None
        db.write_now(partial(changed, access))


def typical(db: Database, jail: Facility) -> int | None:
    return db.read_now(lambda tx: typical_answer_hours(tx, [jail.id]).get(jail.id))


def test_answers_typically_take_the_median_of_what_they_took_rounded_up(db: Database) -> None:
    jail = db.write_now(factories.facility)
    answered(db, jail, [2, 5.5, 100])
    assert typical(db, jail) == 6


def test_two_answers_say_nothing_about_the_next(db: Database) -> None:
    jail = db.write_now(factories.facility)
    answered(db, jail, [2, 5])
    assert typical(db, jail) is None


def test_what_policy_decided_at_once_is_no_answer_of_an_officer(db: Database) -> None:
    jail = db.write_now(factories.facility)
    answered(db, jail, [0, 0, 0], by_officer=False)
    assert typical(db, jail) is None


def test_answers_of_last_winter_are_forgotten(db: Database, clock: SteppedClock) -> None:
    jail = db.write_now(factories.facility)
    answered(db, jail, [2, 5, 9])
    clock.set(datetime(2027, 2, 21, tzinfo=UTC))
    assert typical(db, jail) is None
