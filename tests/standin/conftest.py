"""A stand-in, and the real SDK that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from stripe import StripeClient

from backend.clock import SteppedClock
from tests.standin.stand_in import API_KEY, StandIn, standing_in

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOW)


@pytest.fixture
def stand_in(clock: SteppedClock) -> Iterator[StandIn]:
    with standing_in(clock) as one:
        yield one


@pytest.fixture
def sdk(stand_in: StandIn) -> StripeClient:
    return StripeClient(API_KEY, base_addresses={"api": stand_in.url}, max_network_retries=0)
