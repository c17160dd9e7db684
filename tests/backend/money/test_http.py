"""Ways to pay and Transaction Details over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.clock import SteppedClock
from backend.context import Context
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from backend.paging import cursor_of
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn


@pytest.fixture
def context(context: Context, clock: SteppedClock) -> Context:
    return replace(context, processors=Processors(TestProcessor(clock)))


async def test_ways_to_pay_have_a_token_a_brand_and_four_digits(signed_in: SignedIn) -> None:
    answer = await signed_in().get("/v1/payment-methods")

    first = answer.json()["items"][0]
    assert (first["token"], first["label"], first["test"]) == ("test_approved", "Visa 4242", True)
    assert set(first) == {"token", "label", "brand", "last4", "test", "sentence"}


@pytest.mark.parametrize("path", ["/v1/payment-methods", "/v1/transactions", "/v1/payments/x"])
async def test_nothing_of_it_is_for_who_is_not_signed_in(anyone: Caller, path: str) -> None:
    assert (await anyone.get(path)).status_code == 401


@pytest.mark.parametrize(
    "asked", [{"sort": "colour"}, {"order": "up"}, {"limit": 201}, {"from": "yesterday"}, {"cursor": "!!"}]
)
async def test_what_cannot_be_asked_is_refused(signed_in: SignedIn, asked: dict[str, str | int]) -> None:
    answer = await signed_in().get("/v1/transactions", **asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("key", ["--5", "9" * 30, "x", "٣"])
async def test_a_made_up_place_in_the_list_is_refused(signed_in: SignedIn, key: str) -> None:
    answer = await signed_in().get("/v1/transactions", cursor=cursor_of("date_paid", "desc", key, "x"))

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_new_account_has_no_lines(signed_in: SignedIn) -> None:
    answer = await signed_in().get("/v1/transactions")

    assert answer.json() == {"items": [], "next_cursor": None}
