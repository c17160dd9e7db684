"""Where the purse stands: a facility that charges by the minute, what pays there, and runs that can be replayed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar
from unittest.mock import patch

from ulid import ULID, ValueProvider

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.money import promo
from backend.money.processors.base import PAGE, READER, Method
from backend.security import SHELL, Actor
from tests import factories
from tests.backend.conftest import NOW
from tests.backend.visits.world import TUESDAY_NINE, World, build

T = TypeVar("T")
PEOPLE: Final = 3
PRICE: Final = 623
"""Thirty minutes at 19 cents, with 9.25 percent of tax."""
CARDS: Final = {
    "a card": "pm_card_visa",
    "an empty card": "pm_card_chargeCustomerFail",
    "a slow bank's card": "pm_card_pendingRefund",
}
"""The ways to pay that are cards which Stripe keeps."""
PAGE_METHOD: Final = Method(PAGE, "Pay on your phone", "", "")
READER_METHOD: Final = Method(READER, "Card reader", "", "")


@dataclass(slots=True)
class Person:
    """A visitor: what pays for them, and what they have on the go."""

    actor: Actor
    individual_id: str
    methods: dict[str, Method]
    hold_id: str | None = None


def by_the_minute(db: Database) -> World:
    world = build(db, capacity=2, fee=0, settings={"free_visits_per_week": 1})
    new = promo.NewPromoCode(
        most_minor=250, uses=3, uses_each=2, last_day=TUESDAY_NINE.date() + timedelta(weeks=4), code="WELCOME"
    )

    def work(tx: Tx) -> None:
        factories.price(tx, world.facility_id, unit="minute", session_fee_minor=19, tax_basis_points=925)
        promo.make(tx, SHELL, world.facility_id, new)

    db.write_now(work)
    return world


def support(tx: Tx) -> Actor:
    return Actor("support", "terminal", account_id=factories.account(tx, role="support").id)


@contextmanager
def repeatable() -> Iterator[None]:
    """Let a run be the same whenever it is replayed: new ids in one order, and a round one step after another."""
    with ExitStack() as without_chance:
        without_chance.enter_context(patch("os.urandom", random.Random(0).randbytes))
        without_chance.enter_context(patch.object(ULID, "provider", ValueProvider()))
        without_chance.enter_context(patch.object(asyncio, "gather", _one_after_another))
        yield


async def _one_after_another(*steps: Coroutine[Any, Any, T], return_exceptions: bool) -> list[T | BaseException]:
    done: list[T | BaseException] = []
    for step in steps:
        try:
            done.append(await step)
        except Exception as error:  # noqa: BLE001  # as asyncio.gather does
            done.append(error)
    return done


def clock_of_the_world() -> SteppedClock:
    """Return a clock at the beginning."""
    return SteppedClock(NOW)
