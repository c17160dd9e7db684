"""Worlds for tests of booking, on SQLite and on both engines, and people who call a server that takes payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from backend.accounts.models import Account
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.backend.visits.counting import count
from tests.backend.visits.world import World, build


@pytest.fixture
def context(context: Context, clock: SteppedClock) -> Context:
    return replace(context, processors=Processors(TestProcessor(clock)))


@pytest.fixture
def world(db: Database) -> World:
    return build(db)


@pytest.fixture
def either_db(engine_url: str, clock: SteppedClock) -> Iterator[Database]:
    """A migrated, empty database: the test runs once on SQLite and once on PostgreSQL."""
    database = Database(engine_url, clock)
    yield database
    database.close()


@pytest.fixture
def ana(world: World, signed_in: SignedIn, context: Context) -> Caller:
    """The world's visitor, signed in."""
    return caller_for(world, signed_in, context)


def caller_for(world: World, signed_in: SignedIn, context: Context) -> Caller:
    account = context.db.read_now(lambda tx: tx.session.get_one(Account, world.visitor.account))
    return signed_in(account=account)


Count = Callable[[str], int]


@pytest.fixture
def rows(db: Database) -> Count:
    """Count the rows of a table."""
    return lambda table: count(db, table)
