"""Hosted pages and card readers as Stripe documents them, asked for by its own SDK."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stripe import InvalidRequestError, PaymentIntent, StripeClient
from stripe.params.checkout import SessionCreateParams

from backend.clock import SteppedClock
from tests.standin.stand_in import StandIn


def asked(*, expires_at: int | None = None, customer: str | None = None) -> SessionCreateParams:
    said: SessionCreateParams = {
        "mode": "payment",
        "success_url": "https://visit.example.org/p/ABC",
        "line_items": [
            {"price_data": {"currency": "usd", "unit_amount": 570, "product_data": {"name": "A visit"}}, "quantity": 1}
        ],
        "payment_intent_data": {"metadata": {"payment": "ours"}},
    }
    if expires_at is not None:
        said["expires_at"] = expires_at
    if customer is not None:
        said["customer"] = customer
        said["saved_payment_method_options"] = {"payment_method_save": "enabled"}
    return said


def reader_intent(sdk: StripeClient) -> PaymentIntent:
    return sdk.v1.payment_intents.create(
        {"amount": 570, "currency": "usd", "allowed_payment_method_types": ["card_present"]}
    )


def test_a_page_is_paid_and_knows_its_payment(sdk: StripeClient, stand_in: StandIn) -> None:
    page = sdk.v1.checkout.sessions.create(asked())
    assert (page.status, page.payment_status, page.payment_intent) == ("open", "unpaid", None)
    assert page.url is not None
    assert stand_in.pay(page.id)
    done = sdk.v1.checkout.sessions.retrieve(page.id, {"expand": ["payment_intent.latest_charge"]})
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert isinstance(done.payment_intent, PaymentIntent)
    assert done.payment_intent.metadata["payment"] == "ours"
    assert not stand_in.pay(page.id)
    assert len(stand_in.charged) == 1
    assert stand_in.take_webhooks()[-1].event.kind == "checkout.session.completed"


def test_a_declined_card_leaves_the_page_open_for_another(sdk: StripeClient, stand_in: StandIn) -> None:
    page = sdk.v1.checkout.sessions.create(asked())
    assert not stand_in.pay(page.id, "pm_card_chargeDeclined")
    assert sdk.v1.checkout.sessions.retrieve(page.id).status == "open"
    assert stand_in.pay(page.id)


def test_a_page_that_was_ended_cannot_be_paid_and_a_paid_one_not_ended(sdk: StripeClient, stand_in: StandIn) -> None:
    page, paid = (sdk.v1.checkout.sessions.create(asked()) for _ in range(2))
    assert sdk.v1.checkout.sessions.expire(page.id).status == "expired"
    assert not stand_in.pay(page.id)
    assert stand_in.pay(paid.id)
    for one in (page, paid):
        with pytest.raises(InvalidRequestError, match="can be expired"):
            sdk.v1.checkout.sessions.expire(one.id)


def test_a_page_lives_for_half_an_hour_at_least_and_then_ends_by_itself(
    sdk: StripeClient, stand_in: StandIn, clock: SteppedClock
) -> None:
    soonest = int(clock.now().timestamp()) + 30 * 60
    with pytest.raises(InvalidRequestError, match="at least 30 minutes"):
        sdk.v1.checkout.sessions.create(asked(expires_at=soonest - 1))
    page = sdk.v1.checkout.sessions.create(asked(expires_at=soonest))
    clock.step(timedelta(minutes=30))
    assert not stand_in.pay(page.id)
    assert sdk.v1.checkout.sessions.retrieve(page.id).status == "expired"


def test_a_card_is_kept_where_the_person_wants_it(sdk: StripeClient, stand_in: StandIn) -> None:
    customer = sdk.v1.customers.create()
    for save in (False, True):
        page = sdk.v1.checkout.sessions.create(asked(customer=customer.id))
        assert stand_in.pay(page.id, save=save)
        kept = sdk.v1.payment_methods.list({"customer": customer.id, "type": "card"}).data
        assert len(kept) == save


def test_the_payment_of_a_page_is_ended_by_its_page_only(sdk: StripeClient, stand_in: StandIn) -> None:
    page = sdk.v1.checkout.sessions.create(asked())
    stand_in.pay(page.id, "pm_card_chargeDeclined")
    intent = sdk.v1.checkout.sessions.retrieve(page.id).payment_intent
    with pytest.raises(InvalidRequestError, match="Expire the Checkout Session"):
        sdk.v1.payment_intents.cancel(str(intent))


def test_a_reader_asks_for_a_card_until_one_is_shown(sdk: StripeClient, stand_in: StandIn) -> None:
    reader, intent = stand_in.add_reader(), reader_intent(sdk)
    readers = sdk.v1.terminal.readers
    assert not stand_in.show_card(reader)
    asking = readers.process_payment_intent(reader, {"payment_intent": intent.id})
    assert asking.action is not None
    assert asking.action.status == "in_progress"
    with pytest.raises(InvalidRequestError) as busy:
        readers.process_payment_intent(reader, {"payment_intent": intent.id})
    assert busy.value.code == "terminal_reader_busy"
    sdk.v1.test_helpers.terminal.readers.present_payment_method(reader)
    done = readers.retrieve(reader).action
    assert done is not None
    assert done.status == "succeeded"
    assert sdk.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert [charge.present for charge in stand_in.charged] == [True]


def test_a_reader_says_why_a_card_is_declined_and_takes_another(sdk: StripeClient, stand_in: StandIn) -> None:
    reader, intent = stand_in.add_reader(), reader_intent(sdk)
    for card, outcome in (("pm_card_chargeDeclined", "failed"), ("pm_card_visa", "succeeded")):
        sdk.v1.terminal.readers.process_payment_intent(reader, {"payment_intent": intent.id})
        stand_in.show_card(reader, card)
        action = sdk.v1.terminal.readers.retrieve(reader).action
        assert action is not None
        assert (action.status, action.failure_code) == (outcome, "card_declined" if outcome == "failed" else None)


def test_what_a_reader_asks_for_is_called_off(sdk: StripeClient, stand_in: StandIn) -> None:
    reader, intent = stand_in.add_reader(), reader_intent(sdk)
    sdk.v1.terminal.readers.process_payment_intent(reader, {"payment_intent": intent.id})
    assert sdk.v1.terminal.readers.cancel_action(reader).action is None
    assert not stand_in.show_card(reader)
    assert sdk.v1.payment_intents.cancel(intent.id).status == "canceled"
    with pytest.raises(InvalidRequestError) as over:
        sdk.v1.terminal.readers.process_payment_intent(reader, {"payment_intent": intent.id})
    assert over.value.code == "intent_invalid_state"
