"""A facility that is set up from the shell while people book there: on PostgreSQL both run side by side."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from backend.cli.report import Report, no_progress
from backend.cli.work.facilities import SetFacility, change
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.facilities import service as facilities
from backend.facilities import setup
from backend.facilities.models import Facility
from backend.keys import ServerKey
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from backend.visits import holds
from tests.backend.together import until_waiting
from tests.backend.visits.world import TUESDAY_NINE, World, build


@pytest.fixture
def there(postgres_url: str, clock: SteppedClock) -> Iterator[World]:
    database = Database(postgres_url, clock)
    yield build(database)
    database.close()


def test_facts_and_a_limit_that_are_set_beside_a_booking_wait_for_it_in_no_circle(
    there: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(db=there.db, key=ServerKey(bytes(32)), processors=Processors(TestProcessor(there.db.clock)))
    asked = SetFacility(facility=there.facility_id, city="Memphis", settings=("capacity_all=9",))
    tries: list[str] = []
    called = setup.one_called

    def counted(tx: Tx, facility: str) -> Facility:
        tries.append("setting up")
        return called(tx, facility)

    monkeypatch.setattr(setup, "one_called", counted)
    setting_up: list[Future[Report]] = []
    with ThreadPoolExecutor(1) as pool:

        def book(tx: Tx) -> None:
            tries.append("booking")
            facilities.share(tx, there.facility_id)
            setting_up.append(pool.submit(change, context, asked, no_progress))
            until_waiting(there.db, 1)
            holds.take(tx, there.visitor, there.wanted(), TUESDAY_NINE)

        there.db.write_now(book)
        assert not setting_up[0].result(30).wrong
    assert tries == ["booking", "setting up"]
