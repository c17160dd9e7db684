"""What is owed to visitors at an instant is what the books say, and codes for cash that nobody entered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.accounts.models import Account
from backend.accounts.sign_in import open_session
from backend.clock import SteppedClock
from backend.db import Database
from backend.money import ledger
from backend.money.ledger import Filled
from backend.money.reports import liabilities
from backend.money.reports.liabilities import IDLE, Held
from tests import factories
from tests.backend.money.desk_world import DeskWorld, code_of, desk_world


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> DeskWorld:
    monkeypatch.setattr(liabilities, "PAGE", 2)
    return desk_world(database)


def held(world: DeskWorld, clock: SteppedClock) -> dict[str, Held]:
    return {one.account_id: one for one in liabilities.accounts(world.db.read_now, clock.now())}


def credited(world: DeskWorld, amount: int) -> Account:
    """Give somebody new account credit."""
    somebody = world.do(factories.account)
    world.do(lambda tx: ledger.fill(tx, Filled(somebody.id, amount, "USD", "credit", "Account credit", "UTC")))
    return somebody


def test_every_balance_and_credit_is_told_and_nobody_who_has_nothing(world: DeskWorld, clock: SteppedClock) -> None:
    world.take(email="maria@example.org")
    others = [credited(world, amount) for amount in (100, 200, 300)]
    clock.step(timedelta(microseconds=1))
    found = held(world, clock)
    assert {who: (one.balance, one.credit) for who, one in found.items()} == {
        world.visitor.id: (2000, 0),
        others[0].id: (0, 100),
        others[1].id: (0, 200),
        others[2].id: (0, 300),
    }


def test_things_are_told_as_they_were(world: DeskWorld, clock: SteppedClock) -> None:
    receipt_id = world.take()
    clock.step(timedelta(days=1))
    then = clock.now()
    world.enter(code_of(receipt_id))
    clock.step(timedelta(days=1))
    assert [one.amount_minor for one in liabilities.codes(world.db.read_now, then)] == [2000]
    assert list(liabilities.accounts(world.db.read_now, then)) == []
    assert list(liabilities.codes(world.db.read_now, clock.now())) == []
    assert [one.balance for one in held(world, clock).values()] == [2000]


def test_cash_is_owed_while_its_code_waits_and_after_it_expired_and_not_once_it_was_put_right(
    world: DeskWorld, clock: SteppedClock
) -> None:
    receipts = [world.take(str(number)) for number in range(3)]
    world.undo(receipts[0])
    clock.step(timedelta(days=30))
    world.take("late")
    clock.step(timedelta(microseconds=1))
    states = {one.receipt: one.state for one in liabilities.codes(world.db.read_now, clock.now())}
    assert states == {"1": "expired", "2": "expired", "LATE": "waiting"}


def test_an_account_is_idle_after_180_days_without_a_sign_in_or_a_line_of_the_ledger(
    world: DeskWorld, clock: SteppedClock
) -> None:
    quiet, seen = credited(world, 100), credited(world, 100)
    clock.step(timedelta(days=1))
    world.do(lambda tx: open_session(tx, seen.id, "desktop", "a terminal"))
    clock.step(IDLE - timedelta(days=1, microseconds=1))
    assert not held(world, clock)[quiet.id].idle
    clock.step(timedelta(microseconds=1))
    assert (held(world, clock)[quiet.id].idle, held(world, clock)[seen.id].idle) == (True, False)
