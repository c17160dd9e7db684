"""Stripe's hosted page: opened once, paid by a person on a phone, ended by us, and found again without its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.money.processors.base import ChargeResult, Method, Order, Payer
from backend.money.processors.stripe import PAGE_LIVES
from tests.backend.money.processors.conftest import PUBLIC, World
from tests.standin.faults import FaultKind
from tests.standin.things import Session

SESSIONS = "/v1/checkout/sessions"


async def opened(world: World) -> tuple[Order, str]:
    """Open a page. Return its order as the server knows it then, and the page's id."""
    order = world.on_a_page()
    result = await world.stripe.charge(order)
    assert result.page is not None
    payer = Payer("ana", result.customer)
    return replace(order, payer=payer, page_reference=result.page.reference), result.page.reference


async def test_a_page_is_opened_once_however_often_and_however_late_it_is_asked_for(world: World) -> None:
    order = world.on_a_page()
    first = await world.stripe.charge(order)
    world.clock.step(timedelta(minutes=15))

    assert await world.stripe.charge(order) == first
    assert (first.outcome, first.reference) == ("unknown", None)
    [page] = world.stand_in.open_pages
    assert first.page is not None
    assert (first.page.reference, first.customer) == (page.id, page.customer)
    assert (page.success_url, page.cancel_url) == (f"{PUBLIC}/p/ABCDEFGHJK?paid=1", None)
    assert page.metadata == page.intent_metadata == {"payment_id": order.payment_id, "key": order.key}


async def test_a_page_that_is_asked_for_again_at_the_last_moment_is_still_one_that_stripe_opens(world: World) -> None:
    order = world.on_a_page()
    world.clock.step(timedelta(minutes=15))  # as long as a payment keeps its place; the first request never arrived

    assert (await world.stripe.charge(order)).page is not None
    [page] = world.stand_in.open_pages
    assert page.expires_at == int((world.clock.now() - timedelta(minutes=15) + PAGE_LIVES).timestamp())


async def test_who_pays_on_the_page_is_charged_and_the_card_is_named(world: World) -> None:
    order, page = await opened(world)
    assert (await world.stripe.look_up(order)).outcome == "unknown"
    assert world.stand_in.pay(page, "pm_card_mastercard")

    result = await world.stripe.look_up(order)
    [charge] = world.stand_in.charged
    assert (result.outcome, result.reference) == ("succeeded", charge.intent)
    assert result.paid_with == Method(charge.method, "Mastercard 4444", "Mastercard", "4444", test=True)
    assert charge.metadata["payment_id"] == order.payment_id


async def test_a_card_that_its_payer_ticks_is_offered_the_next_time_and_no_other(world: World) -> None:
    order, page = await opened(world)
    other, other_page = await opened(world)
    assert order.payer == other.payer
    world.stand_in.pay(page, "pm_card_visa", save=True)
    world.stand_in.pay(other_page, "pm_card_amex")

    assert [one.label for one in await world.stripe.methods(order.payer)] == ["Visa 4242", "Pay on your phone"]


async def test_a_card_that_is_declined_on_the_page_leaves_it_open_for_another(world: World) -> None:
    order, page = await opened(world)
    assert not world.stand_in.pay(page, "pm_card_chargeDeclined")
    assert (await world.stripe.look_up(order)).outcome == "unknown"
    assert world.stand_in.pay(page)
    assert (await world.stripe.look_up(order)).outcome == "succeeded"


async def test_on_a_page_that_was_ended_nobody_can_pay(world: World) -> None:
    order, page = await opened(world)

    ended = await world.stripe.end(order)

    assert ended == ChargeResult("declined", problem_code="page_ended")
    assert not world.stand_in.pay(page)
    assert await world.stripe.look_up(order) == await world.stripe.end(order) == ended


async def test_who_was_quicker_than_the_end_has_paid(world: World) -> None:
    order, page = await opened(world)
    world.stand_in.pay(page)

    assert (await world.stripe.end(order)).outcome == "succeeded"


async def test_a_page_whose_time_is_over_ends_by_itself(world: World) -> None:
    order, _ = await opened(world)
    world.clock.step(PAGE_LIVES)

    assert await world.stripe.look_up(order) == ChargeResult("declined", problem_code="page_ended")


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "rate_limited", "lost_answer"])
@pytest.mark.parametrize("path", ["/v1/customers", SESSIONS])
async def test_a_page_whose_opening_had_no_answer_is_found_or_opened_again(
    world: World, fault: FaultKind, path: str
) -> None:
    order = world.on_a_page()
    world.stand_in.faults.plan(fault, method="POST", path=path)
    first = await world.stripe.charge(order)
    assert (first.outcome, first.page) == ("unknown", None)
    for customer in (None, first.customer):  # whether the server could still note it or not
        found = await world.stripe.look_up(replace(order, payer=Payer("ana", customer)))
        assert (found.outcome == "never_seen") == (world.stand_in.all(Session) == [])

    world.clock.step(timedelta(days=1, minutes=1))  # a 500 is repeated for a day; what was opened then is over
    again = await world.stripe.charge(world.on_a_page())
    assert again.page is not None


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "rate_limited", "lost_answer"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_while_stripe_does_not_answer_no_page_is_said_to_have_ended(
    world: World, fault: FaultKind, method: str
) -> None:
    order, page = await opened(world)
    world.stand_in.faults.plan(fault, method=method, path=SESSIONS, times=2)

    first = await world.stripe.end(order)
    world.stand_in.faults.clear()
    world.clock.step(timedelta(minutes=1))

    is_over = first.outcome == "declined"
    assert is_over == (world.sdk.v1.checkout.sessions.retrieve(page).status == "expired")
    assert (await world.stripe.end(order)).outcome == "declined"
    assert world.stand_in.open_pages == []


async def test_a_page_that_was_never_opened_has_ended(world: World) -> None:
    assert await world.stripe.end(world.on_a_page()) == ChargeResult("declined", problem_code="page_ended")


async def test_an_amount_that_stripe_does_not_take_is_said_to_be_too_small(world: World) -> None:
    result = await world.stripe.charge(replace(world.on_a_page(), amount_minor=49))

    assert (result.outcome, result.problem_code) == ("declined", "amount_too_small")
