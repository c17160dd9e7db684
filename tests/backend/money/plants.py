"""Faults to plant on purpose, to see that the machine finds them. The product knows nothing of this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final
from unittest.mock import patch

from stripe import RequestOptions

from backend.context import Context
from backend.money.processors import stripe, stripe_refunds
from backend.money.processors.base import ChargeResult
from backend.money.processors.stripe_wire import StripeWire
from backend.visits import reconciler
from tests.backend.money.purse import Purse
from tests.standin.stand_in import Webhook


@dataclass(frozen=True, slots=True)
class Plant:
    """A fault: its name, how the program has it, and as what it is seen (a pattern)."""

    name: str
    planted: Callable[[], AbstractContextManager[None]]
    seen_as: str


@contextmanager
def charge_without_a_key() -> Iterator[None]:
    """Let each charge be sent without our key: the SDK makes up another one each time."""

    def no_key(_key: str) -> RequestOptions:
        return {}

    with patch.object(stripe, "with_key", no_key):
        yield


@contextmanager
def refund_twice() -> Iterator[None]:
    """Let each refund be sent a second time, under another key."""
    real = stripe_refunds.refund

    async def twice(wire: StripeWire, key: str, intent_id: str, amount_minor: int) -> ChargeResult:
        await real(wire, f"{key}:again", intent_id, amount_minor)
        return await real(wire, key, intent_id, amount_minor)

    with patch.object(stripe_refunds, "refund", twice):
        yield


@contextmanager
def lost_webhooks_and_nobody_asks() -> Iterator[None]:
    """Let every webhook be lost, while the reconciler sleeps."""

    async def sleeps(context: Context, **_how: object) -> int:
        return 0

    def deaf(self: Purse, hooks: Sequence[Webhook]) -> None:
        del self, hooks

    with patch.object(reconciler, "one_round", sleeps), patch.object(Purse, "hear", deaf):
        yield


PLANTS: Final = (
    Plant("a charge without a key", charge_without_a_key, "charged_twice"),
    # of a whole charge the second refund is refused, for nothing is left: then it is ours that never arrives
    Plant("a refund twice", refund_twice, "refund_twice|refund_unsettled"),
    Plant("a lost webhook while the reconciler sleeps", lost_webhooks_and_nobody_asks, "payment_unsettled"),
)
