"""The test processor has no memory, and answers the same key in the same way whenever it is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.clock import SteppedClock
from backend.money.processors.base import ChargeResult, Order, Payer
from backend.money.processors.test import METHODS, TestProcessor
from backend.types import new_id

TOKENS = [each.method.token for each in METHODS]


def order(clock: SteppedClock, token: str) -> Order:
    payment_id = new_id(clock.now())
    return Order(f"charge:{payment_id}:{token}", payment_id, token, 570, "USD", Payer("ana"))


async def charge(clock: SteppedClock, sent: Order) -> ChargeResult:
    return await TestProcessor(clock).charge(sent)


async def test_every_method_says_that_it_is_a_test_and_what_it_does(clock: SteppedClock) -> None:
    found = await TestProcessor(clock).methods(Payer("anybody"))

    assert len(found) == 5
    assert all(method.test and method.sentence and len(method.last4) == 4 for method in found)


@pytest.mark.parametrize(
    ("token", "outcome", "problem"),
    [
        ("test_approved", "succeeded", None),
        ("test_declined", "declined", "card_declined"),
        ("test_insufficient_funds", "declined", "insufficient_funds"),
        ("test_approved_later", "unknown", None),
        ("test_no_answer", "unknown", None),
        ("test_of_yesterday", "declined", "unknown_method"),
    ],
)
async def test_each_method_does_what_it_says(
    clock: SteppedClock, token: str, outcome: str, problem: str | None
) -> None:
    result = await charge(clock, order(clock, token))

    assert (result.outcome, result.problem_code) == (outcome, problem)


@pytest.mark.parametrize(
    ("token", "after", "outcome"),
    [
        ("test_approved_later", timedelta(seconds=3, milliseconds=999), "unknown"),
        ("test_approved_later", timedelta(seconds=4), "succeeded"),
        ("test_no_answer", timedelta(seconds=59, milliseconds=999), "unknown"),
        ("test_no_answer", timedelta(seconds=60), "declined"),
    ],
)
async def test_a_late_outcome_comes_by_the_clock(
    clock: SteppedClock, token: str, after: timedelta, outcome: str
) -> None:
    sent = order(clock, token)
    clock.step(after)

    assert (await TestProcessor(clock).look_up(sent)).outcome == outcome


@pytest.mark.parametrize("token", TOKENS)
async def test_after_a_restart_the_same_key_has_the_same_outcome(clock: SteppedClock, token: str) -> None:
    sent = order(clock, token)
    clock.step(timedelta(minutes=2))

    first = await charge(clock, sent)
    again = await TestProcessor(clock).look_up(sent)

    assert first == again
    assert first.outcome != "unknown"


async def test_what_was_charged_can_be_given_back(clock: SteppedClock) -> None:
    charged = await charge(clock, order(clock, "test_approved"))
    assert charged.reference is not None

    back = await TestProcessor(clock).refund("refund:1", charged.reference, 570, "USD")

    assert back.outcome == "succeeded"
