"""The test processor has no memory, and answers the same key in the same way whenever it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.clock import SteppedClock
from backend.money.processors.base import BadEventError, ChargeResult, Order, Payer
from backend.money.processors.test import METHODS, TestProcessor, chosen
from backend.types import new_id

TOKENS = [each.method.token for each in METHODS]


def order(clock: SteppedClock, token: str) -> Order:
    payment_id = new_id(clock.now())
    return Order(f"charge:{payment_id}:{token}", payment_id, token, 570, "USD", Payer("ana"))


async def charge(clock: SteppedClock, sent: Order) -> ChargeResult:
    return await TestProcessor(clock).charge(sent)


def test_nobody_brings_it_news(clock: SteppedClock) -> None:
    with pytest.raises(BadEventError):
        TestProcessor(clock).event(b'{"id": "evt_1"}', "t=1,v1=0")


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


def on_a_page(clock: SteppedClock, reference: str | None) -> Order:
    return replace(order(clock, "page"), page_reference=reference)


async def test_a_phone_can_pay_only_where_the_server_shows_a_page(clock: SteppedClock) -> None:
    assert "page" not in {each.token for each in await TestProcessor(clock).methods(Payer("ana"))}
    assert "page" in {each.token for each in await TestProcessor(clock, has_page=True).methods(Payer("ana"))}


async def test_a_page_is_opened_once_and_waits_until_a_method_is_chosen_on_it(clock: SteppedClock) -> None:
    processor = TestProcessor(clock)
    opened = await processor.charge(on_a_page(clock, None))
    assert opened.page is not None

    waiting = on_a_page(clock, opened.page.reference)
    assert (await processor.look_up(waiting)).outcome == "unknown"
    assert (await processor.end(waiting)).problem_code == "page_ended"


async def test_what_was_chosen_on_a_page_is_what_pays_and_cannot_be_ended_any_more(clock: SteppedClock) -> None:
    processor = TestProcessor(clock)
    paid = on_a_page(clock, chosen("test_approved_later", clock.now()))
    assert (await processor.look_up(paid)).outcome == "unknown"

    clock.step(timedelta(seconds=4))
    for result in (await processor.look_up(paid), await processor.charge(paid), await processor.end(paid)):
        assert result.outcome == "succeeded"
        assert result.paid_with is not None
        assert result.paid_with.last4 == "3155"
