"""What can be spent is right at every moment, also while what was put aside is being spent."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from backend import db as door
from backend.clock import SteppedClock
from backend.db import Database
from backend.money import spending
from backend.money.processors.base import ChargeResult
from backend.security import SERVER
from backend.sql import say
from backend.visits import booking, settling
from tests.backend.visits.purse import fill
from tests.backend.visits.world import build


def test_what_was_put_aside_is_not_to_be_spent_again_while_its_payment_settles(
    postgres_url: str, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgres_url, clock)
    world = build(database, fee=570)
    who = world.visitor
    fill(world, who.account, balance=300)
    asked = replace(world.confirming(world.hold().id), sources=("balance",))
    payment_id = database.write_now(lambda tx: booking.begin(tx, who, asked)).payment_id
    assert payment_id is not None

    def settle() -> None:
        database.write_now(lambda tx: settling.settle(tx, SERVER, payment_id, ChargeResult("succeeded", "ch_1")))

    def settles_after_a_statement(*told: object) -> object:
        found = say(*told)  # type: ignore[arg-type]  # passed on as they are
        monkeypatch.setattr(door, "say", say)
        beside = threading.Thread(target=settle)
        beside.start()
        beside.join()
        return found

    monkeypatch.setattr(door, "say", settles_after_a_statement)
    assert database.read_now(lambda tx: spending.balance(tx, who.account)) == 0
    assert database.read_now(lambda tx: spending.balance(tx, who.account)) == 0
    database.close()
