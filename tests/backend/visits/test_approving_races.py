"""Who asks for access while the same account and the same facility are used elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from backend.access.views import AccessView
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.facilities.service import take_alone
from backend.visits import approving, holds
from tests import factories
from tests.backend.together import until_waiting
from tests.backend.visits.world import TUESDAY_NINE, build


@pytest.fixture
def postgres(postgres_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(postgres_url, clock)
    yield database
    database.close()


def test_who_asks_for_access_waits_for_the_own_account_before_the_facility(postgres: Database) -> None:
    there = build(postgres)
    other = postgres.write_now(factories.facility)
    ask = partial(
        approving.ask,
        actor=there.visitor,
        facility_id=other.id,
        individual_name="Devon Harris",
        relationship="Friend",
    )
    with ThreadPoolExecutor(2) as pool:

        def holding(tx: Tx) -> None:
            holds.take(tx, there.visitor, there.wanted(), TUESDAY_NINE)
            asking.append(pool.submit(postgres.write_now, ask))
            until_waiting(postgres, 1)
            pool.submit(postgres.write_now, partial(take_alone, facility_id=other.id)).result(10)

        asking: list[Future[AccessView]] = []
        postgres.write_now(holding)
    assert asking[0].result(30).status == "pending"
