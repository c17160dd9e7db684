"""The embedded test processor: ways to pay that are tests and say so. No money moves.

It needs no memory. Its answer is a pure function of the order and the clock: the payment's id says when it was made,
and the token which method it is. The same key therefore has the same outcome however often it is sent, looked up, or
asked about after the server was restarted, which is what idempotency at a real processor means for us. What it cannot
be asked to show is a charge that never arrived (``never_seen``): every key counts as received when its payment was
made. On its page, which this server shows, the method and when it was chosen are the name of the page from then on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ulid import ULID

from backend.clock import Clock
from backend.money.processors.base import (
    PAGE,
    BadEventError,
    ChargeResult,
    Event,
    Method,
    Order,
    Outcome,
    Page,
    Payer,
    Record,
)
from backend.types import new_id

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
ON_A_PAGE: Final = Method(
    token=PAGE,
    label="Pay on your phone",
    brand="",
    last4="",
    test=True,
    sentence="Opens a page on your phone, on which you choose one of the test methods.",
)


class TestProcessor:
    """A processor for demonstrations, tests and trying things out."""

    __test__ = False
    name = "test"

    def __init__(self, clock: Clock, *, has_page: bool = False) -> None:
        """Answer by ``clock``, the server's. ``has_page``: the server shows its hosted page to who pays on a phone."""
        self._clock = clock
        self._has_page = has_page

    async def methods(self, payer: Payer) -> tuple[Method, ...]:
        """Return the test methods, the same for everybody."""
        page = (ON_A_PAGE,) if self._has_page else ()
        return (*page, *(each.method for each in METHODS))

    async def charge(self, order: Order) -> ChargeResult:
        """Answer as the method named by the order's token does; a page is opened for somebody to choose one on."""
        if order.method_token == PAGE and order.page_reference is None:
            return ChargeResult("unknown", page=Page(f"test-page-{order.payment_id}"))
        return await self.look_up(order)

    async def look_up(self, order: Order) -> ChargeResult:
        """Answer as the method does now, of a page as the one does that was chosen there."""
        if order.method_token != PAGE:
            return self._outcome(order.payment_id, order.method_token, _made_at(order.payment_id))
        choice = chosen_on_page(order.page_reference)
        if choice is None:
            return ChargeResult("unknown")
        result = self._outcome(order.payment_id, choice.method.token, choice.at)
        return replace(result, paid_with=choice.method) if result.outcome == "succeeded" else result

    async def end(self, order: Order) -> ChargeResult:
        """End the page, unless somebody has chosen a method on it: then it goes as that method does."""
        if chosen_on_page(order.page_reference) is None:
            return ChargeResult("declined", problem_code="page_ended")
        return await self.look_up(order)

    async def refund(self, key: str, charge_reference: str, amount_minor: int, currency: str) -> ChargeResult:
        """Give back what was charged: always succeeds."""
        return ChargeResult("succeeded", reference=f"{charge_reference}-back-{key.removeprefix('refund:')}")

    async def records(self, since: datetime, until: datetime) -> AsyncIterator[Record]:
        """Return nothing: what has no memory keeps no books."""
        nothing: tuple[Record, ...] = ()
        for record in nothing:
            yield record

    def event(self, body: bytes, signature: str) -> Event:
        """Refuse every webhook: the test processor sends none."""
        raise BadEventError("the test processor sends no events")

    def _outcome(self, payment_id: str, token: str, since: datetime) -> ChargeResult:
        found = next((each for each in METHODS if each.method.token == token), None)
        if found is None:
            return ChargeResult("declined", problem_code="unknown_method")
        if self._clock.now() < since + found.after:
            return ChargeResult("unknown")
        return ChargeResult(found.last, reference=f"test-{payment_id}", problem_code=found.problem_code)


@dataclass(frozen=True, slots=True)
class Choice:
    """The method that somebody chose on the page, and when (UTC)."""

    method: Method
    at: datetime


def chosen(token: str, now: datetime) -> str:
    """Return the page's name once the method ``token`` was chosen on it."""
    return f"{token}@{new_id(now)}"


def chosen_on_page(reference: str | None) -> Choice | None:
    """Return what was chosen on the page that has this name, None as long as nothing was."""
    token, _, made = (reference or "").partition("@")
    found = next((each.method for each in METHODS if each.method.token == token), None)
    return None if found is None or not made else Choice(found, _made_at(made))


def _made_at(made: str) -> datetime:
    """Return when an id was made."""
    at: datetime = ULID.from_str(made).datetime
    return at
