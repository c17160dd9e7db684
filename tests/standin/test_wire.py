"""What is legal to ask, keys that are sent again, and lines that fail, as the real SDK meets them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import stripe
from stripe import PaymentIntent, StripeClient

from backend.clock import SteppedClock
from tests.standin.faults import FaultKind
from tests.standin.stand_in import API_KEY, StandIn
from tests.standin.test_charges import asked, paid

INTENTS = "/v1/payment_intents"


def keyed(sdk: StripeClient, key: str, method: str = "pm_card_visa", amount: int = 570) -> PaymentIntent:
    return sdk.v1.payment_intents.create(asked(method, amount), {"idempotency_key": key})


@pytest.mark.parametrize(
    ("said", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"automatic_payment_methods": {"enabled": True, "colour": "red"}}, "parameter_unknown",
         "automatic_payment_methods[colour]"),
        ({"automatic_payment_methods": {"allow_redirects": "never"}}, "parameter_missing",
         "automatic_payment_methods[enabled]"),
        ({"amount": "5.70"}, "parameter_invalid_integer", "amount"),
        ({"confirm": "perhaps"}, "parameter_invalid_boolean", "confirm"),
        ({"metadata": ["ours"]}, "parameter_invalid_array", "metadata"),
    ],
)  # fmt: skip
def test_what_the_sdks_own_types_do_not_know_is_refused(
    sdk: StripeClient, said: dict[str, object], code: str, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sdk.raw_request("post", INTENTS, **{**asked(), **said})
    assert (refused.value.code, refused.value.param) == (code, param)


def test_a_key_sent_again_has_one_effect_and_the_same_answer(sdk: StripeClient, stand_in: StandIn) -> None:
    first, again = keyed(sdk, "one"), keyed(sdk, "one")
    assert again.id == first.id
    assert again.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert len(stand_in.charged) == 1
    assert keyed(sdk, "another").id != first.id


def test_a_key_sent_again_is_declined_again(sdk: StripeClient) -> None:
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            keyed(sdk, "one", "pm_card_chargeDeclined")
        assert declined.value.code == "card_declined"
    assert len(sdk.v1.charges.list().data) == 1


def test_a_key_with_other_words_is_refused(sdk: StripeClient, stand_in: StandIn) -> None:
    intent = keyed(sdk, "one")
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refused:
        keyed(sdk, "one", amount=571)
    assert refused.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        sdk.v1.refunds.create({"payment_intent": intent.id}, {"idempotency_key": "one"})
    assert [charge.amount for charge in stand_in.charged] == [570]


def test_a_key_is_forgotten_after_a_day(sdk: StripeClient, stand_in: StandIn, clock: SteppedClock) -> None:
    keyed(sdk, "one")
    clock.step(timedelta(days=1, seconds=-1))
    keyed(sdk, "one")
    assert len(stand_in.charged) == 1
    clock.step(timedelta(seconds=1))
    keyed(sdk, "one")
    assert len(stand_in.charged) == 2


def test_what_failed_validation_is_not_kept_under_its_key(sdk: StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        sdk.raw_request("post", INTENTS, **{**asked(), "colour": "red", "idempotency_key": "one"})
    intent = keyed(sdk, "one")
    assert intent.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="payment_intent or charge"):
        sdk.v1.refunds.create({"amount": 1}, {"idempotency_key": "two"})
    refund = sdk.v1.refunds.create({"amount": 1, "payment_intent": intent.id}, {"idempotency_key": "two"})
    assert refund.status == "succeeded"


def test_a_key_that_is_worked_on_is_in_use(sdk: StripeClient, stand_in: StandIn) -> None:
    stand_in.faults.plan("works_long")
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(keyed, sdk, "one")
        stand_in.wait_for_work()
        with pytest.raises(stripe.APIError) as refused:
            keyed(sdk, "one")
        stand_in.let_go()
        assert refused.value.http_status == 409
        assert refused.value.error is not None
        assert refused.value.error.code == "idempotency_key_in_use"
        made = first.result()
        assert keyed(sdk, "one").id == made.id


@pytest.mark.parametrize(
    ("fault", "error", "moved"),
    [
        ("reset_before", stripe.APIConnectionError, 0),
        ("lost_answer", stripe.APIConnectionError, 1),
        ("rate_limited", stripe.RateLimitError, 0),
        ("server_error", stripe.APIError, 0),
    ],
)
def test_a_line_fails_before_or_after_the_effect(
    sdk: StripeClient, stand_in: StandIn, fault: FaultKind, error: type[stripe.StripeError], moved: int
) -> None:
    stand_in.faults.plan(fault, method="POST", path=INTENTS)
    assert sdk.v1.payment_intents.list().data == []
    with pytest.raises(error) as failed:
        keyed(sdk, "one")
    assert len(stand_in.charged) == moved
    if fault == "rate_limited":
        assert failed.value.headers is not None
        assert failed.value.headers["retry-after"] == "1"
    if fault == "server_error":  # kept under its key, as is documented
        with pytest.raises(stripe.APIError):
            keyed(sdk, "one")
    else:
        assert keyed(sdk, "one").status == "succeeded"
        assert len(stand_in.charged) == 1


def test_silence_is_a_timeout_after_the_effect(stand_in: StandIn) -> None:
    impatient = StripeClient(
        API_KEY,
        base_addresses={"api": stand_in.url},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=0.3),
    )
    stand_in.faults.plan("silence")
    with pytest.raises(stripe.APIConnectionError):
        paid(impatient)
    assert len(stand_in.charged) == 1


def test_the_sdk_itself_tries_again_under_the_key_it_made(stand_in: StandIn) -> None:
    patient = StripeClient(API_KEY, base_addresses={"api": stand_in.url}, max_network_retries=1)
    stand_in.faults.plan("lost_answer")
    assert paid(patient).status == "succeeded"
    assert len(stand_in.charged) == 1
    assert len({request.headers["idempotency-key"] for request in stand_in.seen}) == 1


def test_another_key_of_the_account_is_nobody(stand_in: StandIn) -> None:
    with pytest.raises(stripe.AuthenticationError):
        paid(StripeClient("sk_test_other", base_addresses={"api": stand_in.url}))


def test_webhooks_are_signed_as_the_sdk_checks_them(sdk: StripeClient, stand_in: StandIn) -> None:
    intent = paid(sdk)
    hooks = stand_in.take_webhooks()
    assert [one.event.kind for one in hooks] == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
    ]  # fmt: skip
    last = hooks[-1]
    stripe.WebhookSignature.verify_header(last.body, last.signature, "whsec_standin")
    assert json.loads(last.body)["data"]["object"]["id"] == intent.id
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(last.body + b" ", last.signature, "whsec_standin")
    assert stand_in.take_webhooks() == []
    assert [one.id for one in sdk.v1.events.list({"type": "charge.succeeded"})] == [hooks[1].event.id]
