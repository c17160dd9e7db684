"""A processor that remembers, as a real one does, and can be told to misbehave."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from backend.money.processors.base import ChargeResult, Method, Order, Payer
from tests.backend.visits.world import APPROVED
from tests.factories import NoBooks


@dataclass(slots=True)
class Remembering(NoBooks):
    """Charges each key once. ``charged`` and ``refunded`` are what really moved, by key."""

    name: str = "test"
    outcome: ChargeResult = field(default_factory=lambda: ChargeResult("succeeded", "ref"))
    """What becomes of a charge that arrives."""
    loses_answers: bool = False
    """Does what it is asked, and the answer never comes."""
    hears_nothing: bool = False
    """What is sent never arrives."""
    knows: bool = True
    """Whether a look-up says what became of a charge yet."""
    refund_answers: list[str] = field(default_factory=list)
    """What the next refunds answer, before they succeed."""
    charged: dict[str, int] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _outcomes: dict[str, ChargeResult] = field(default_factory=dict)

    async def methods(self, payer: Payer) -> tuple[Method, ...]:
        return (APPROVED,)

    async def charge(self, order: Order) -> ChargeResult:
        await asyncio.sleep(0)
        key = order.key
        if self.hears_nothing:
            raise ConnectionError("nobody listens")
        if key not in self._outcomes:
            self._outcomes[key] = self.outcome
            if self.outcome.outcome == "succeeded":
                self.charged[key] = order.amount_minor
        if self.loses_answers:
            raise TimeoutError
        return self._outcomes[key]

    async def look_up(self, order: Order) -> ChargeResult:
        self.asked.append(order.key)
        if not self.knows:
            return ChargeResult("unknown")
        return self._outcomes.get(order.key, ChargeResult("never_seen"))

    async def end(self, order: Order) -> ChargeResult:
        found = await self.look_up(order)
        return ChargeResult("declined", problem_code="page_ended") if found.outcome == "never_seen" else found

    async def refund(self, key: str, charge_reference: str, amount_minor: int, currency: str) -> ChargeResult:
        if self.refund_answers:
            answer = self.refund_answers.pop(0)
            return ChargeResult("declined" if answer == "declined" else "unknown")
        self.refunded[key] = amount_minor
        return ChargeResult("succeeded", charge_reference)
