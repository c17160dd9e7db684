"""A stand-in, and the real SDK that talks to it; with a key of Stripe's test mode, that talks to Stripe as well."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from stripe import StripeClient

from backend.clock import SteppedClock
from tests.standin.stand_in import API_KEY, StandIn, standing_in

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
TEST_KEY: Final = os.environ.get("VISITDESK_STRIPE_TEST_KEY", "")
"""A key of Stripe's test mode: what is asked of the stand-in is then asked of Stripe too. No money moves there."""
STRIPE: Final = "Stripe's test mode"
SPEAKS_AS_STRIPE: Final = (
    ("the stand-in", STRIPE) if TEST_KEY.startswith(("sk_test_", "rk_test_")) else ("the stand-in",)
)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOW)


@pytest.fixture
def stand_in(clock: SteppedClock) -> Iterator[StandIn]:
    with standing_in(clock) as one:
        yield one


@pytest.fixture
def sdk(stand_in: StandIn) -> StripeClient:
    """The SDK, talking to the stand-in."""
    return StripeClient(API_KEY, base_addresses={"api": stand_in.url}, max_network_retries=0)


@pytest.fixture(params=SPEAKS_AS_STRIPE)
def anywhere(request: pytest.FixtureRequest, sdk: StripeClient) -> StripeClient:
    """The SDK, talking to the stand-in and, where there is a key, to Stripe: both answer alike."""
    return StripeClient(TEST_KEY) if request.param == STRIPE else sdk
