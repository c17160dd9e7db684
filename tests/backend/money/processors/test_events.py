"""Webhooks: Stripe's own are believed to be Stripe's, by the server's clock; others are not."""

from __future__ import annotations

import hmac
from dataclasses import replace

import pytest

from backend.money.processors.base import BadEventError, Event
from backend.money.processors.stripe import StripeProcessor
from backend.secret import Secret
from tests.backend.money.processors.conftest import PUBLIC, World
from tests.standin.stand_in import WEBHOOK_SECRET, Webhook


async def sent(world: World) -> tuple[str, list[Webhook]]:
    """Pay on a page. Return the id of its payment, and the webhooks about it."""
    order = world.on_a_page()
    result = await world.stripe.charge(order)
    assert result.page is not None
    world.stand_in.pay(result.page.reference)
    return order.payment_id, world.stand_in.take_webhooks()


async def test_every_webhook_about_a_payment_names_it(world: World) -> None:
    payment_id, webhooks = await sent(world)
    about = {one.event.kind: world.stripe.event(one.body, one.signature).payment_id for one in webhooks}

    assert {about[kind] for kind in about if not kind.startswith("customer")} == {payment_id}
    assert {"checkout.session.completed", "payment_intent.succeeded"} <= set(about)


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_one_that_was_not_signed_just_now_is_not_believed(world: World, seconds: int) -> None:
    _, webhooks = await sent(world)
    event = webhooks[-1].event
    edge = world.stand_in.signed(event, seconds_ago=seconds - (1 if seconds > 0 else -1))
    beyond = world.stand_in.signed(event, seconds_ago=seconds)

    assert world.stripe.event(edge.body, edge.signature).id == event.id
    with pytest.raises(BadEventError):
        world.stripe.event(beyond.body, beyond.signature)


async def test_one_that_others_signed_or_changed_is_not_believed(world: World) -> None:
    _, webhooks = await sent(world)
    good = webhooks[-1]
    signature = good.signature
    forged = world.stand_in.signed(good.event, secret="whsec_other")
    later = signature.replace("t=", "t=1")
    bad = [
        (forged.body, forged.signature),
        (good.body + b" ", signature),
        (good.body, later),
        (good.body, ""),
        (good.body, "t=,v1="),
        (good.body, signature.split(",")[0]),
        (b"\xff", signature),
    ]
    for body, seal in bad:
        with pytest.raises(BadEventError):
            world.stripe.event(body, seal)


async def test_without_a_secret_none_is_believed(world: World) -> None:
    _, webhooks = await sent(world)
    bare = StripeProcessor(world.wire, world.clock, webhook_secret=Secret(), public_url=PUBLIC)
    unsigned = world.stand_in.signed(webhooks[-1].event, secret="")

    for one in (webhooks[-1], unsigned):
        with pytest.raises(BadEventError, match="no secret is set"):
            bare.event(one.body, one.signature)


@pytest.mark.parametrize(
    ("snapshot", "payment_id"),
    [
        ({"metadata": {"payment_id": "P1"}}, "P1"),
        ({"metadata": None, "client_reference_id": "P2"}, "P2"),
        ({"metadata": {"payment_id": 7}, "client_reference_id": ""}, None),
        ({"metadata": {"payment_id": "P" * 256}}, None),
        ({}, None),
    ],
)
async def test_one_about_something_else_names_no_payment(
    world: World, snapshot: dict[str, object], payment_id: str | None
) -> None:
    _, webhooks = await sent(world)
    one = world.stand_in.signed(replace(webhooks[-1].event, id="evt_1", snapshot=snapshot))

    assert world.stripe.event(one.body, one.signature) == Event("evt_1", payment_id)


@pytest.mark.parametrize(
    "body", ["no json", "[]", "{}", '{"id": 7}', '{"id": ""}', f'{{"id": "{"e" * 256}"}}', '{"id": null, "data": {}}']
)
def test_what_is_signed_and_is_no_event_is_refused(world: World, body: str) -> None:
    sent = body.encode()
    at = int(world.clock.now().timestamp())
    seal = hmac.new(WEBHOOK_SECRET.encode(), f"{at}.{body}".encode(), "sha256").hexdigest()
    with pytest.raises(BadEventError, match="it is no event"):
        world.stripe.event(sent, f"t={at},v1={seal}")
