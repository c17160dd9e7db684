"""A kiosk at the facility of a small world, and the world's visitor at it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from backend.accounts.models import Account, SignInSession
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from backend.kiosks.models import Kiosk
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.backend.visits.world import World, build


@pytest.fixture
def context(context: Context, clock: SteppedClock) -> Context:
    return replace(context, processors=Processors(TestProcessor(clock)))


@pytest.fixture
def world(db: Database) -> World:
    return build(db)


@pytest.fixture
def kiosk(world: World) -> Kiosk:
    return world.db.write_now(lambda tx: factories.kiosk(tx, world.facility_id, name="Front desk"))


@pytest.fixture
def visitor(world: World, kiosk: Kiosk, signed_in: SignedIn) -> Caller:
    """The world's visitor, signed in at the kiosk: what the world holds is held there."""
    account = world.db.read_now(lambda tx: tx.session.get_one(Account, world.visitor.account))
    caller = signed_in(account=account, kiosk=kiosk)
    here = select(SignInSession.id).where(SignInSession.kiosk_id == kiosk.id)
    session_id = world.db.read_now(lambda tx: tx.session.exec(here).one())
    world.visitor = replace(world.visitor, sign_in_session_id=session_id)
    return caller
