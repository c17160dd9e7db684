"""The embedded test processor: ways to pay that are tests and say so. No money moves.

It needs no memory. Its answer is a pure function of the key and the clock: our key names the payment, whose id says
when it was made, and the method. The same key therefore has the same outcome however often it is sent, looked up, or
asked about after the server was restarted, which is what idempotency at a real processor means for us. What it cannot
be asked to show is a charge that never arrived (``never_seen``): every key counts as received when its payment was
made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ulid import ULID

from backend.clock import Clock
from backend.money.processors.base import ChargeResult, Method, Outcome

APPROVED_AFTER: Final = timedelta(seconds=4)
NEVER_ANSWERED_UNTIL: Final = timedelta(seconds=60)
"""A charge that was never answered turns out, after this time, never to have happened."""


@dataclass(frozen=True, slots=True)
class TestMethod:
    """One way to pay and what becomes of it: ``first`` for ``after``, then ``last``."""

    __test__ = False

    method: Method
    last: Outcome
    after: timedelta = timedelta(0)
    problem_code: str | None = None


def _method(token: str, brand: str, last4: str, sentence: str) -> Method:
    return Method(token=token, label=f"{brand} {last4}", brand=brand, last4=last4, test=True, sentence=sentence)


METHODS: Final = (
    TestMethod(_method("test_approved", "Visa", "4242", "Is approved at once."), "succeeded"),
    TestMethod(
        _method("test_declined", "Visa", "0002", "Is declined."),
        "declined",
        problem_code="card_declined",
    ),
    TestMethod(
        _method("test_insufficient_funds", "Mastercard", "9995", "Is declined: not enough money on it."),
        "declined",
        problem_code="insufficient_funds",
    ),
    TestMethod(
        _method("test_approved_later", "Visa", "3155", "Has no answer at first, and is approved after 4 seconds."),
        "succeeded",
        after=APPROVED_AFTER,
    ),
    TestMethod(
        _method("test_no_answer", "Mastercard", "0119", "Has no answer for a minute. Then nothing was charged."),
        "declined",
        after=NEVER_ANSWERED_UNTIL,
        problem_code="no_answer",
    ),
)


class TestProcessor:
    """A processor for demonstrations, tests and trying things out."""

    __test__ = False
    name = "test"

    def __init__(self, clock: Clock) -> None:
        """Answer by ``clock``, the server's."""
        self._clock = clock

    async def methods(self, account_id: str) -> tuple[Method, ...]:
        """Return the test methods, the same for every account."""
        return tuple(each.method for each in METHODS)

    async def charge(self, key: str, method_token: str, amount_minor: int, currency: str) -> ChargeResult:
        """Answer as the method named by ``method_token`` does."""
        return self._outcome(key)

    async def look_up(self, key: str) -> ChargeResult:
        """Answer as :meth:`charge` would now."""
        return self._outcome(key)

    async def refund(self, key: str, charge_reference: str, amount_minor: int, currency: str) -> ChargeResult:
        """Give back what was charged: always succeeds."""
        return ChargeResult("succeeded", reference=f"{charge_reference}-back")

    def _outcome(self, key: str) -> ChargeResult:
        payment_id, _, token = key.removeprefix("charge:").partition(":")
        found = next((each for each in METHODS if each.method.token == token), None)
        if found is None:
            return ChargeResult("declined", problem_code="unknown_method")
        if self._clock.now() < _made_at(payment_id) + found.after:
            return ChargeResult("unknown")
        return ChargeResult(found.last, reference=f"test-{payment_id}", problem_code=found.problem_code)


def _made_at(payment_id: str) -> datetime:
    made: datetime = ULID.from_str(payment_id).datetime
    return made
