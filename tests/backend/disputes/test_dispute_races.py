"""A dispute that is decided while its visit is cancelled: on PostgreSQL both run side by side, and one waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.disputes import service
from backend.disputes.service import Decision
from backend.errors import Problem
from backend.facilities import service as facilities
from backend.security import SERVER, Actor
from backend.visits import cancelling
from tests import factories
from tests.backend.disputes.test_disputes import charge_of, disputed
from tests.backend.together import first_then, until_waiting
from tests.backend.visits.world import World, build, confirmed


@pytest.fixture
def there(postgres_url: str, clock: SteppedClock) -> Iterator[World]:
    database = Database(postgres_url, clock)
    yield build(database)
    database.close()


@pytest.fixture
def visit_id(there: World) -> str:
    return confirmed(there)


@pytest.fixture
def decide(there: World, visit_id: str) -> Callable[[Tx], object]:
    """What gives back all of a disputed charge."""
    dispute = disputed(there, charge_of(there, visit_id))
    agent = Actor(
        "support", "terminal", account_id=there.db.write_now(lambda tx: factories.account(tx, role="support").id)
    )
    return lambda tx: service.decide(tx, agent, dispute.id, Decision("refund", "It froze.", 570))


def test_who_decides_while_everything_comes_back_waits_and_is_told_that_nothing_is_left(
    there: World, visit_id: str, decide: Callable[[Tx], object]
) -> None:
    def cancel(tx: Tx) -> None:
        cancelling.cancel_for_facility(tx, SERVER, visit_id, "Lockdown.")

    assert first_then(there, cancel, decide) == ("done", "more_than_was_charged")


def test_who_decides_while_somebody_cancels_who_has_the_facility_alone_waits_in_no_circle(
    there: World, visit_id: str, decide: Callable[[Tx], object]
) -> None:
    tries: list[str] = []

    def deciding(tx: Tx) -> None:
        tries.append("decision")
        decide(tx)

    decided: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:

        def cancel(tx: Tx) -> None:
            tries.append("cancellation")
            facilities.take_alone(tx, there.facility_id)
            decided.append(pool.submit(there.db.write_now, deciding))
            until_waiting(there.db, 1)
            cancelling.cancel_for_facility(tx, SERVER, visit_id, "Lockdown.")

        there.db.write_now(cancel)
        with pytest.raises(Problem, match="more_than_was_charged"):
            decided[0].result(30)
    assert tries == ["cancellation", "decision"]
