"""What has served its time is removed, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import func, select

from backend import idempotency
from backend.accounts import codes, leftovers, lockout
from backend.accounts.models import OneTimeCode, SignInFailures
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.housekeeping import clean_once
from backend.idempotency import IdempotentCall, run_once
from tests.backend.conftest import parts


@pytest.fixture
def house(database: Database) -> Context:
    return parts(database)


def remember(tx: Tx, key: str) -> None:
    run_once(tx, "account", key, "fingerprint", dict)


def count(db: Database, table: type[IdempotentCall | OneTimeCode | SignInFailures]) -> int:
    return db.read_now(lambda tx: tx.session.exec(select(func.count()).select_from(table)).one())


async def test_a_call_is_remembered_for_a_day(house: Context, clock: SteppedClock) -> None:
    house.db.write_now(lambda tx: run_once(tx, "account", "key", "fingerprint", dict))
    clock.step(timedelta(hours=24, microseconds=-1))
    await clean_once(house)
    assert count(house.db, IdempotentCall) == 1
    clock.step(timedelta(microseconds=1))
    await clean_once(house)
    assert count(house.db, IdempotentCall) == 0


async def test_more_than_one_batch_is_removed_batch_by_batch(
    db: Database, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "BATCH", 2)
    for number in range(5):
        db.write_now(partial(remember, key=f"key {number}"))
    clock.step(timedelta(days=2))
    await clean_once(parts(db))
    assert count(db, IdempotentCall) == 0


async def test_a_profile_does_not_outlive_its_code(house: Context, clock: SteppedClock) -> None:
    code = house.db.write_now(lambda tx: codes.issue(tx, "create_account", "digest", profile="{}"))
    clock.step(codes.LIVES)
    await clean_once(house)
    assert house.db.read_now(lambda tx: tx.session.get_one(OneTimeCode, code.id).profile) is None
    clock.step(codes.WITHIN)
    await clean_once(house)
    assert count(house.db, OneTimeCode) == 0


async def test_failures_are_kept_for_as_long_as_they_can_lock(house: Context, clock: SteppedClock) -> None:
    house.db.write_now(lambda tx: lockout.note_failure(tx, "digest"))
    clock.step(lockout.WINDOW)
    await clean_once(house)
    assert count(house.db, SignInFailures) == 1
    clock.step(lockout.WINDOW)
    await clean_once(house)
    assert count(house.db, SignInFailures) == 0


def test_housekeeping_says_whether_there_may_be_more(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "BATCH", 1)
    db.write_now(lambda tx: codes.issue(tx, "reset_password", "digest"))
    assert db.write_now(leftovers.forget_codes) is False
