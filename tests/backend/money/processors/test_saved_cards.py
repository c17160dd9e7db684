"""A card that Stripe keeps: charged once, looked up, given back, and found again in Stripe's books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from backend.money.processors.base import PAGE, ChargeResult, Method, NoAnswerError, Payer, Record
from backend.money.processors.stripe import TEST_SENTENCE, StripeProcessor
from backend.secret import Secret
from backend.types import new_id
from tests.backend.money.processors.conftest import World
from tests.standin.faults import FaultKind

INTENTS = "/v1/payment_intents"
SECOND = timedelta(seconds=1)


async def records(world: World) -> list[Record]:
    now = world.clock.now()
    return [one async for one in world.stripe.records(now - timedelta(hours=1), now + SECOND)]


async def test_the_cards_of_a_customer_are_listed_and_then_the_page(world: World) -> None:
    customer, visa, _ = world.customer("pm_card_visa", "pm_card_amex")
    kept, amex, page = sorted(await world.stripe.methods(Payer("ana", customer)), key=lambda one: -len(one.last4))[:3]

    assert {kept.label, amex.label} == {"Visa 4242", "American Express 8431"}
    assert visa in (kept.token, amex.token)
    assert page.token == PAGE
    assert {(one.test, one.sentence) for one in (kept, amex, page)} == {(True, TEST_SENTENCE)}
    assert [one.token for one in await world.stripe.methods(Payer("ana"))] == [PAGE]


async def test_a_card_that_is_over_is_not_offered_and_without_a_public_address_no_page(world: World) -> None:
    customer, _ = world.customer("pm_card_visa")  # holds until August 2030
    world.clock.step(timedelta(days=1379))
    assert world.clock.now().isoformat() == "2030-09-01T18:00:00+00:00"
    bare = StripeProcessor(world.wire, world.clock, webhook_secret=Secret(), public_url="")

    assert [one.token for one in await world.stripe.methods(Payer("ana", customer))] == [PAGE]
    assert await bare.methods(Payer("ana", customer)) == ()


async def test_no_way_to_pay_is_offered_while_stripe_does_not_answer(world: World) -> None:
    customer, _ = world.customer("pm_card_visa")
    world.stand_in.faults.plan("server_error")

    assert await world.stripe.methods(Payer("ana", customer)) == ()


async def test_a_card_is_charged_once_however_often_it_is_sent(world: World) -> None:
    customer, visa = world.customer("pm_card_visa")
    order = world.order(visa, customer=customer)

    results = [await world.stripe.charge(order) for _ in range(3)]

    [charge] = world.stand_in.charged
    paid_with = Method(visa, "Visa 4242", "Visa", "4242", test=True)
    assert set(results) == {ChargeResult("succeeded", reference=charge.intent, paid_with=paid_with)}
    assert (charge.amount, charge.currency) == (570, "usd")
    assert charge.metadata == {"payment_id": order.payment_id, "key": order.key}
    assert await world.stripe.look_up(order) == results[0]


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "card_expired"),
        ("pm_card_chargeDeclinedIncorrectCvc", "card_details_wrong"),
        ("pm_card_chargeDeclinedProcessingError", "bank_unavailable"),
        ("pm_card_chargeDeclinedLostCard", "card_declined"),
        ("pm_card_authenticationRequired", "needs_page"),
    ],
)
async def test_what_a_bank_refuses_is_declined_for_its_reason_now_and_when_it_is_asked_about(
    world: World, card: str, problem: str
) -> None:
    [customer] = world.customer()
    order = world.order(card, customer=customer)

    for result in (await world.stripe.charge(order), await world.stripe.look_up(order)):
        assert (result.outcome, result.problem_code) == ("declined", problem)
    assert world.stand_in.charged == []


async def test_a_payment_whose_bank_asks_for_its_payer_can_be_finished_by_nobody(world: World) -> None:
    [customer] = world.customer()
    await world.stripe.charge(world.order("pm_card_authenticationRequired", customer=customer))

    [intent] = world.sdk.v1.payment_intents.list().data
    assert intent.status == "canceled"


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "rate_limited", "lost_answer"])
async def test_no_answer_is_unknown_and_never_declined(world: World, fault: FaultKind) -> None:
    customer, visa = world.customer("pm_card_visa")
    order = world.order(visa, customer=customer)
    world.stand_in.faults.plan(fault, method="POST", path=INTENTS)

    assert (await world.stripe.charge(order)).outcome == "unknown"
    assert (await world.stripe.look_up(order)).outcome == ("succeeded" if fault == "lost_answer" else "never_seen")


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "rate_limited", "lost_answer"])
async def test_it_is_never_said_that_a_charge_did_not_arrive_while_that_is_not_sure(
    world: World, fault: FaultKind
) -> None:
    customer, visa = world.customer("pm_card_visa")
    world.stand_in.faults.plan(fault, method="GET", path=INTENTS)

    assert (await world.stripe.look_up(world.order(visa, customer=customer))).outcome == "unknown"


async def test_a_payment_is_found_behind_many_others_of_its_payer(world: World) -> None:
    customer, visa = world.customer("pm_card_visa")
    first = world.order(visa, customer=customer)
    await world.stripe.charge(first)
    for _ in range(101):
        world.sdk.v1.payment_intents.create({"amount": 100, "currency": "usd", "customer": customer})

    assert (await world.stripe.look_up(first)).outcome == "succeeded"


async def test_a_card_of_nobody_is_not_charged(world: World) -> None:
    order = world.order("pm_card_visa")

    assert await world.stripe.charge(order) == ChargeResult("declined", problem_code="unknown_method")
    assert (await world.stripe.look_up(order)).outcome == "never_seen"
    assert world.stand_in.seen == []


async def test_a_card_that_was_removed_is_no_way_to_pay(world: World) -> None:
    [customer] = world.customer()
    result = await world.stripe.charge(world.order("pm_removed", customer=customer))

    assert (result.outcome, result.problem_code) == ("declined", "unknown_method")


async def test_what_is_given_back_in_parts_is_given_back_once_a_key_even_after_stripe_forgot_the_key(
    world: World,
) -> None:
    customer, visa = world.customer("pm_card_visa")
    paid = await world.stripe.charge(world.order(visa, customer=customer))
    assert paid.reference is not None
    for key in ("refund:one", "refund:two", "refund:one"):
        assert (await world.stripe.refund(key, paid.reference, 200, "USD")).outcome == "succeeded"
    world.clock.step(timedelta(days=2))
    again = await world.stripe.refund("refund:one", paid.reference, 200, "USD")

    two, one = world.stand_in.refunded
    assert again == ChargeResult("succeeded", reference=one.id)
    assert (one.amount, two.amount) == (200, 200)
    too_much = await world.stripe.refund("refund:three", paid.reference, 200, "USD")
    assert (too_much.outcome, too_much.problem_code) == ("declined", "refund_refused")


async def test_a_refund_on_its_way_is_unknown_until_it_has_arrived_or_failed(world: World) -> None:
    customer, late, fails = world.customer("pm_card_pendingRefund", "pm_card_refundFail")
    paid = [await world.stripe.charge(world.order(card, customer=customer)) for card in (late, fails)]
    asked = [("refund:late", paid[0].reference or ""), ("refund:fails", paid[1].reference or "")]

    assert (await world.stripe.refund(*asked[0], 570, "USD")).outcome == "unknown"
    await world.stripe.refund(*asked[1], 570, "USD")
    world.stand_in.let_refunds_arrive()

    assert (await world.stripe.refund(*asked[0], 570, "USD")).outcome == "succeeded"
    assert (await world.stripe.refund(*asked[1], 570, "USD")).problem_code == "refund_refused"


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "rate_limited", "lost_answer"])
async def test_a_refund_without_an_answer_is_unknown_and_is_not_made_twice(world: World, fault: FaultKind) -> None:
    customer, visa = world.customer("pm_card_visa")
    paid = await world.stripe.charge(world.order(visa, customer=customer))
    world.stand_in.faults.plan(fault, method="POST", path="/v1/refunds")

    assert (await world.stripe.refund("refund:one", paid.reference or "", 570, "USD")).outcome == "unknown"
    world.clock.step(timedelta(days=2))  # what it answered under the key is forgotten
    assert (await world.stripe.refund("refund:one", paid.reference or "", 570, "USD")).outcome == "succeeded"
    assert len(world.stand_in.refunded) == 1


async def test_stripes_books_have_what_was_taken_and_what_was_given_back(world: World) -> None:
    customer, visa = world.customer("pm_card_visa")
    order = world.order(visa, customer=customer)
    paid = await world.stripe.charge(order)
    await world.stripe.charge(world.order("pm_card_chargeDeclined", customer=customer))
    back = await world.stripe.refund("refund:one", paid.reference or "", 200, "USD")
    world.sdk.v1.payment_intents.create(  # not ours: made in Stripe's dashboard
        {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True,
         "allowed_payment_method_types": ["card"]}
    )  # fmt: skip

    now = world.clock.now()
    charged = Record("charge", paid.reference or "", paid.reference or "", order.payment_id, 570, "USD", now)
    given = Record("refund", back.reference or "", paid.reference or "", None, 200, "USD", now)
    found = await records(world)
    assert charged in found
    assert given in found
    [stray] = [one for one in found if one not in (charged, given)]
    assert (stray.payment_id, stray.amount_minor) == (None, 900)


async def test_periods_that_meet_leave_no_record_out_and_have_none_twice(world: World) -> None:
    customer, visa = world.customer("pm_card_visa")
    world.clock.step(timedelta(milliseconds=700))  # Stripe notes the second that has begun
    await world.stripe.charge(world.order(visa, customer=customer))
    now = world.clock.now()
    edges = [now - SECOND, now - timedelta(milliseconds=300), now, now + SECOND]

    counts = [len([one async for one in world.stripe.records(first, end)]) for first, end in pairwise(edges)]
    assert sum(counts) == 1


async def test_books_that_cannot_be_read_to_their_end_are_not_taken_for_whole(world: World) -> None:
    world.stand_in.faults.plan("rate_limited", path="/v1/refunds")

    with pytest.raises(NoAnswerError):
        await records(world)


async def test_every_request_with_an_effect_has_our_key_and_nobodys_name(world: World) -> None:
    customer, visa = world.customer("pm_card_visa")
    world.stand_in.seen.clear()
    order = world.order(visa, customer=customer)
    paid = await world.stripe.charge(order)
    page = await world.stripe.charge(replace(world.on_a_page(), payment_id=new_id(world.clock.now())))
    opened = replace(world.on_a_page(), page_reference=page.page.reference if page.page else None)
    await world.stripe.end(opened)
    await world.stripe.refund("refund:one", paid.reference or "", 570, "USD")

    sent = [one for one in world.stand_in.seen if one.method == "POST"]
    ours = ("charge:", "customer:", "end:charge:", "refund:")
    assert len(sent) == 5
    assert [one.headers["idempotency-key"] for one in sent if not one.headers["idempotency-key"].startswith(ours)] == []
    assert [one.form for one in sent if "name" in one.form.replace("[name]=Visit+Desk", "") or "mail" in one.form] == []
