"""Charges and refunds as Stripe documents them, asked for by its own SDK."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from stripe import CardError, IdempotencyError, InvalidRequestError, PaymentIntent, StripeClient
from stripe.params import PaymentIntentCreateParams

from backend.clock import SteppedClock
from tests.standin.stand_in import StandIn


def asked(method: str = "pm_card_visa", amount: int = 570, customer: str | None = None) -> PaymentIntentCreateParams:
    said: PaymentIntentCreateParams = {
        "amount": amount,
        "currency": "usd",
        "payment_method": method,
        "allowed_payment_method_types": ["card"],
        "confirm": True,
        "metadata": {"payment": "ours"},
    }
    if customer is not None:
        said["customer"] = customer
    return said


def paid(sdk: StripeClient, amount: int = 570, method: str = "pm_card_visa") -> PaymentIntent:
    return sdk.v1.payment_intents.create(asked(method, amount))


def test_a_card_is_charged_and_the_charge_says_with_which(anywhere: StripeClient) -> None:
    intent = anywhere.v1.payment_intents.create({**asked(), "expand": ["latest_charge"]})
    charge = intent.latest_charge
    assert intent.status == "succeeded"
    assert charge is not None
    assert not isinstance(charge, str)
    assert (charge.amount, charge.paid, charge.metadata["payment"]) == (570, True, "ours")
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert charge.payment_method_details.card.last4 == "4242"


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_a_decline_says_why_and_leaves_an_intent_that_asks_for_another_card(
    anywhere: StripeClient, method: str, code: str, decline_code: str | None
) -> None:
    with pytest.raises(CardError) as declined:
        anywhere.v1.payment_intents.create(asked(method))
    error = declined.value.error
    assert error is not None
    assert (declined.value.http_status, declined.value.code) == (402, code)
    assert getattr(error, "decline_code", None) == decline_code
    assert error.payment_intent is not None
    assert error.payment_intent.status == "requires_payment_method"
    assert anywhere.v1.charges.list().data[0].status == "failed"


def test_a_bank_that_wants_to_see_the_person_declines_who_is_not_there(anywhere: StripeClient) -> None:
    assert paid(anywhere, method="pm_card_authenticationRequired").status == "requires_action"
    with pytest.raises(CardError) as declined:
        anywhere.v1.payment_intents.create({**asked("pm_card_authenticationRequired"), "off_session": True})
    assert declined.value.code == "authentication_required"


def test_partial_refunds_add_up_and_never_exceed_the_charge(anywhere: StripeClient) -> None:
    intent = paid(anywhere)
    anywhere.v1.refunds.create({"payment_intent": intent.id, "amount": 200})
    with pytest.raises(InvalidRequestError, match="greater than unrefunded amount"):
        anywhere.v1.refunds.create({"payment_intent": intent.id, "amount": 371})
    assert anywhere.v1.refunds.create({"payment_intent": intent.id}).amount == 370
    with pytest.raises(InvalidRequestError) as refused:
        anywhere.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert refused.value.code == "charge_already_refunded"
    assert anywhere.v1.charges.list({"payment_intent": intent.id}).data[0].refunded


def test_a_refund_to_a_closed_card_fails_after_it_seemed_through_and_its_charge_has_the_money_again(
    sdk: StripeClient, stand_in: StandIn
) -> None:
    refund = sdk.v1.refunds.create({"payment_intent": paid(sdk, method="pm_card_refundFail").id})
    late = sdk.v1.refunds.create({"payment_intent": paid(sdk, method="pm_card_pendingRefund").id})
    assert (refund.status, late.status) == ("succeeded", "pending")
    stand_in.let_refunds_arrive()
    assert sdk.v1.refunds.retrieve(refund.id).status == "failed"
    assert sdk.v1.refunds.retrieve(late.id).status == "succeeded"
    assert sdk.v1.charges.retrieve(str(refund.charge)).amount_refunded == 0


def test_an_intent_can_be_confirmed_later_cancelled_before_and_neither_twice(anywhere: StripeClient) -> None:
    waiting, dynamic = (
        anywhere.v1.payment_intents.create(
            {"amount": 570, "currency": "usd", "automatic_payment_methods": {"enabled": True, "allow_redirects": may}}
        )
        for may in ("never", "always")
    )
    assert waiting.status == "requires_payment_method"
    with pytest.raises(InvalidRequestError, match="return_url"):
        anywhere.v1.payment_intents.confirm(dynamic.id, {"payment_method": "pm_card_visa"})
    done = anywhere.v1.payment_intents.confirm(waiting.id, {"payment_method": "pm_card_visa"})
    assert done.status == "succeeded"
    for act in (anywhere.v1.payment_intents.confirm, anywhere.v1.payment_intents.cancel):
        with pytest.raises(InvalidRequestError) as refused:
            act(waiting.id)
        assert refused.value.code == "payment_intent_unexpected_state"


def test_what_is_only_authorised_is_captured_or_let_go(sdk: StripeClient, stand_in: StandIn) -> None:
    one, other = (sdk.v1.payment_intents.create({**asked(), "capture_method": "manual"}) for _ in range(2))
    assert one.status == "requires_capture"
    assert stand_in.charged == []
    assert sdk.v1.payment_intents.capture(one.id).status == "succeeded"
    assert sdk.v1.payment_intents.cancel(other.id).status == "canceled"
    assert [charge.intent for charge in stand_in.charged] == [one.id]


def test_less_than_the_least_is_not_charged(anywhere: StripeClient) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        paid(anywhere, 49)
    assert refused.value.code == "amount_too_small"


def test_a_kept_card_is_charged_for_its_customer_and_for_nobody_else(anywhere: StripeClient) -> None:
    customer, other = anywhere.v1.customers.create({"metadata": {"account": "ours"}}), anywhere.v1.customers.create()
    card = anywhere.v1.payment_methods.attach("pm_card_mastercard", {"customer": customer.id})
    kept = anywhere.v1.customers.payment_methods.list(customer.id, {"type": "card"})
    assert [one.id for one in kept] == [card.id]
    for _ in range(2):
        assert anywhere.v1.payment_intents.create(asked(card.id, customer=customer.id)).status == "succeeded"
    for somebody in (other.id, None):
        with pytest.raises(InvalidRequestError):
            anywhere.v1.payment_intents.create(asked(card.id, customer=somebody))


def test_a_card_that_nobody_keeps_is_used_once(anywhere: StripeClient) -> None:
    used = paid(anywhere).payment_method
    with pytest.raises(InvalidRequestError, match="may not be used again"):
        paid(anywhere, method=str(used))


def test_a_key_has_one_effect_and_one_meaning(anywhere: StripeClient) -> None:
    key = str(uuid4())
    first, again = (anywhere.v1.payment_intents.create(asked(), {"idempotency_key": key}) for _ in range(2))
    assert first.id == again.id
    with pytest.raises(IdempotencyError, match="same parameters"):
        anywhere.v1.payment_intents.create(asked(amount=571), {"idempotency_key": key})


def test_lists_come_newest_first_page_by_page_and_within_a_time(sdk: StripeClient, clock: SteppedClock) -> None:
    begun = int(clock.now().timestamp())
    made = []
    for _ in range(5):
        made.append(paid(sdk).id)
        clock.step(timedelta(seconds=10))
    paged = [one.id for one in sdk.v1.payment_intents.list({"limit": 2}).auto_paging_iter()]
    assert paged == made[::-1]
    within = sdk.v1.payment_intents.list({"created": {"gte": begun + 10, "lt": begun + 30}})
    assert [one.id for one in within] == [made[2], made[1]]


def test_a_search_finds_only_what_was_written_a_while_ago(sdk: StripeClient, clock: SteppedClock) -> None:
    intent, query = paid(sdk), "metadata['payment']:'ours' AND status:'succeeded'"
    assert sdk.v1.payment_intents.search({"query": query}).data == []
    clock.step(timedelta(minutes=1))
    assert [one.id for one in sdk.v1.payment_intents.search({"query": query})] == [intent.id]
