"""What a processor calls an account is noted by whichever payment learns it, also by several at once."""

from __future__ import annotations

from collections.abc import Callable

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.money import repository
from tests import factories
from tests.backend.money.desk_world import desk_world
from tests.backend.together import first_then


def calling(account_id: str, reference: str) -> Callable[[Tx], object]:
    return lambda tx: repository.keep_customer(tx, account_id, "stripe", reference)


def test_what_a_processor_calls_an_account_is_replaced_by_what_it_calls_it_later(database: Database) -> None:
    account_id = database.write_now(factories.account).id
    assert database.read_now(lambda tx: repository.customer(tx, account_id, "stripe")) is None
    for reference in ("cus_1", "cus_2"):
        database.write_now(calling(account_id, reference))
        assert database.read_now(lambda tx: repository.customer(tx, account_id, "stripe")) == reference


def test_two_payments_that_learn_it_at_once_both_note_it(postgres_url: str, clock: SteppedClock) -> None:
    database = Database(postgres_url, clock)
    world = desk_world(database)
    first, later = (calling(world.visitor.id, reference) for reference in ("cus_1", "cus_2"))
    assert first_then(world, first, later) == ("done", "done")
    assert database.read_now(lambda tx: repository.customer(tx, world.visitor.id, "stripe")) == "cus_2"
    database.close()
