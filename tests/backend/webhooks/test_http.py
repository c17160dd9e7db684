"""Webhooks over HTTP: believed by their signature, acted on once, and only by asking the processor itself."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.housekeeping import clean_once
from backend.money import spending, top_ups
from backend.money.models import Payment
from backend.money.processors.base import PAGE, Method
from backend.money.processors.registry import Processors
from backend.money.processors.stripe import StripeProcessor
from backend.money.processors.stripe_wire import StripeWire
from backend.money.service import Way
from backend.secret import Secret
from backend.security import Actor
from backend.visits import paying
from backend.webhooks import repository
from tests import factories
from tests.backend.money.desk_world import actor_of
from tests.standin.stand_in import API_KEY, WEBHOOK_SECRET, StandIn, Webhook, standing_in
from tests.standin.things import Event

EVENTS = "/v1/processors/stripe/events"


@pytest.fixture
def stand_in(clock: SteppedClock) -> Iterator[StandIn]:
    with standing_in(clock) as one:
        yield one


@pytest.fixture
def wire(stand_in: StandIn) -> StripeWire:
    return StripeWire(Secret(API_KEY), stand_in.url)


@pytest.fixture
def context(context: Context, clock: SteppedClock, wire: StripeWire) -> Context:
    stripe = StripeProcessor(wire, clock, webhook_secret=Secret(WEBHOOK_SECRET), public_url="https://visit.example.org")
    return dataclasses.replace(context, processors=Processors(stripe))


@dataclasses.dataclass(frozen=True, slots=True)
class TopUp:
    """Twenty dollars that somebody is to pay on a page, of which the server knows nothing yet."""

    actor: Actor
    payment_id: str
    page: str


@pytest_asyncio.fixture
async def top_up(context: Context, stand_in: StandIn, wire: StripeWire) -> AsyncIterator[TopUp]:
    def begin(tx: Tx) -> tuple[Actor, str]:
        actor = actor_of(factories.account(tx))
        method = Method(PAGE, "Pay on your phone", "", "")
        return actor, top_ups.begin(tx, actor, 2000, Way("stripe", method, ends_at=tx.now + timedelta(minutes=10)))

    actor, payment_id = context.db.write_now(begin)
    await paying.charge(context, actor, payment_id)
    yield TopUp(actor, payment_id, stand_in.open_pages[0].id)
    await wire.close()


def balance(context: Context, actor: Actor) -> int:
    return context.db.read_now(lambda tx: spending.balance(tx, actor.account))


def status(context: Context, payment_id: str) -> str:
    def look(tx: Tx) -> str:
        payment = tx.session.get(Payment, payment_id)
        assert payment is not None
        return payment.status

    return context.db.read_now(look)


async def tell(http: httpx.AsyncClient, webhook: Webhook, signature: str | None = None) -> int:
    headers = {"Stripe-Signature": webhook.signature if signature is None else signature}
    return (await http.post(EVENTS, content=webhook.body, headers=headers)).status_code


async def test_each_webhook_is_acted_on_once_however_often_and_in_whatever_order_it_comes(
    http: httpx.AsyncClient, context: Context, stand_in: StandIn, top_up: TopUp
) -> None:
    stand_in.pay(top_up.page)
    webhooks = stand_in.take_webhooks()
    for webhook in [*reversed(webhooks), *webhooks]:
        assert await tell(http, webhook) == 200

    assert status(context, top_up.payment_id) == "succeeded"
    assert balance(context, top_up.actor) == 2000


async def test_one_that_comes_again_is_not_asked_about_again(
    http: httpx.AsyncClient, stand_in: StandIn, top_up: TopUp
) -> None:
    about = {"object": "payment_intent", "metadata": {"payment_id": top_up.payment_id}}
    webhook = stand_in.signed(Event("evt_1", 0, "payment_intent.created", {**about}, ""))
    before = len(stand_in.seen)
    assert await tell(http, webhook) == 200
    asked = len(stand_in.seen)
    assert asked > before

    assert await tell(http, webhook) == 200
    assert len(stand_in.seen) == asked


async def test_what_a_webhook_says_is_asked_about_and_not_believed(
    http: httpx.AsyncClient, context: Context, stand_in: StandIn, top_up: TopUp
) -> None:
    claims = {"object": "payment_intent", "status": "succeeded", "metadata": {"payment_id": top_up.payment_id}}
    event = Event("evt_1", 0, "payment_intent.succeeded", {**claims}, "")
    asked = len(stand_in.seen)

    assert await tell(http, stand_in.signed(event)) == 200

    assert len(stand_in.seen) > asked
    assert status(context, top_up.payment_id) == "checking"
    assert balance(context, top_up.actor) == 0


async def test_one_that_is_not_signed_is_refused_before_anything_is_asked_or_kept(
    http: httpx.AsyncClient, context: Context, stand_in: StandIn, top_up: TopUp
) -> None:
    stand_in.pay(top_up.page)
    webhook = stand_in.take_webhooks()[-1]
    asked = len(stand_in.seen)

    for signature in ("", stand_in.signed(webhook.event, secret="whsec_other").signature):
        assert await tell(http, webhook, signature) == 400

    assert len(stand_in.seen) == asked
    assert await tell(http, webhook) == 200
    assert status(context, top_up.payment_id) == "succeeded"


async def test_while_the_processor_does_not_answer_a_webhook_is_noted_and_the_payment_stays_open(
    http: httpx.AsyncClient, context: Context, stand_in: StandIn, top_up: TopUp
) -> None:
    stand_in.pay(top_up.page)
    stand_in.faults.plan("server_error", times=20)

    for webhook in stand_in.take_webhooks():
        assert await tell(http, webhook) == 200
    assert status(context, top_up.payment_id) == "checking"


@pytest.mark.parametrize("name", ["nobody", "%2e%2e", "a" * 300])
async def test_nobody_tells_of_a_processor_that_the_server_does_not_have(http: httpx.AsyncClient, name: str) -> None:
    assert (await http.post(f"/v1/processors/{name}/events", content=b"{}")).status_code == 404


async def test_a_body_beyond_all_measure_is_refused(http: httpx.AsyncClient) -> None:
    assert (await http.post(EVENTS, content=b" " * (64 * 1024 + 1))).status_code == 413


async def test_a_name_typed_with_odd_letters_on_the_processors_page_is_no_reason_to_refuse_its_news(
    http: httpx.AsyncClient, stand_in: StandIn
) -> None:
    event = Event("evt_1", 0, "customer.updated", {"object": "customer", "name": "\u202eAna\u0007"}, "")

    assert await tell(http, stand_in.signed(event)) == 200


def test_a_webhook_is_noted_once(database: Database, clock: SteppedClock) -> None:
    assert database.write_now(lambda tx: repository.note(tx, "stripe", "evt_1"))
    assert not database.write_now(lambda tx: repository.note(tx, "stripe", "evt_1"))
    assert database.write_now(lambda tx: repository.note(tx, "other", "evt_1"))


async def test_webhooks_of_long_ago_are_forgotten(context: Context, clock: SteppedClock) -> None:
    context.db.write_now(lambda tx: repository.note(tx, "stripe", "evt_1"))
    clock.step(repository.KEPT - timedelta(microseconds=1))
    await clean_once(context)
    assert not context.db.write_now(lambda tx: repository.note(tx, "stripe", "evt_1"))
    clock.step(timedelta(microseconds=1))
    await clean_once(context)
    assert context.db.write_now(lambda tx: repository.note(tx, "stripe", "evt_1"))
