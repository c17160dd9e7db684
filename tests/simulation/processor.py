"""A processor that answers late, never, or again; what it really moved is what the books are held against."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from backend.money.processors.base import ChargeResult, Method, Order, Payer
from tests.backend.visits.world import APPROVED
from tests.factories import NoBooks
from tests.simulation.virtual import VirtualLoop, drawn

TEMPERS: Final = {
    "quick": 5.0,
    "late": 3.0,
    "very late": 2.0,
    "lost answer": 2.0,
    "never arrived": 2.0,
    "declined": 2.0,
}
REFUND_TEMPERS: Final = {"quick": 3.0, "lost answer": 1.0, "never arrived": 1.0}


@dataclass(slots=True)
class Moody(NoBooks):
    """Charges each key at most once, some time after it was asked. ``charged`` and ``refunded`` are cents by key."""

    loop: VirtualLoop
    name: str = "test"
    charged: dict[str, int] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    _known_from: dict[str, float] = field(default_factory=dict)
    _declined: set[str] = field(default_factory=set)

    async def methods(self, payer: Payer) -> tuple[Method, ...]:
        """Everybody has the one card."""
        return (APPROVED,)

    async def charge(self, order: Order) -> ChargeResult:
        """Charge, in whatever mood."""
        key = order.key
        chance = self.loop.chance
        temper = drawn(self.loop, TEMPERS)
        await asyncio.sleep(chance.uniform(0, 0.5))
        if temper == "never arrived":
            raise ConnectionError("the line was cut")
        if key not in self._known_from:
            waits = {"late": chance.uniform(1, 60), "very late": chance.uniform(600, 1500)}.get(temper, 0.0)
            self._known_from[key] = self.loop.time() + waits
            if temper == "declined":
                self._declined.add(key)
            else:
                self.charged[key] = order.amount_minor
        if temper == "lost answer":
            await asyncio.sleep(60)
        return await self.look_up(order)

    async def look_up(self, order: Order) -> ChargeResult:
        """Say what is known by now."""
        key = order.key
        await asyncio.sleep(self.loop.chance.uniform(0, 0.1))
        if key not in self._known_from:
            return ChargeResult("never_seen")
        if self.loop.time() < self._known_from[key]:
            return ChargeResult("unknown")
        if key in self._declined:
            return ChargeResult("declined", problem_code="card_declined")
        return ChargeResult("succeeded", f"ref-{key}")

    async def end(self, order: Order) -> ChargeResult:
        """No page is ever opened."""
        raise AssertionError("there is no page to end")

    async def refund(self, key: str, charge_reference: str, amount_minor: int, currency: str) -> ChargeResult:
        """Give back what was charged, once a key."""
        temper = drawn(self.loop, REFUND_TEMPERS)
        await asyncio.sleep(self.loop.chance.uniform(0, 0.5))
        if temper == "never arrived":
            raise ConnectionError("the line was cut")
        if charge_reference.removeprefix("ref-") not in self.charged:
            raise AssertionError("what was never charged cannot come back")
        self.refunded[key] = amount_minor
        if temper == "lost answer":
            await asyncio.sleep(60)
        return ChargeResult("succeeded", f"back-{charge_reference}")
