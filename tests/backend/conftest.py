"""What tests of the server stand on: a stepped clock, a migrated database, the application, and people who call it."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.accounts.models import Account, SignInSession
from backend.accounts.passwords import Passwords
from backend.accounts.sign_in import open_session
from backend.app import create_app
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.demo.seed import lay
from backend.keys import ServerKey
from backend.kiosks.models import Kiosk
from backend.migrations import migrate
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from tests import factories
from tests.backend.caller import Caller

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
"""A Sunday, 9 o'clock in Tennessee's Central time."""


@pytest.fixture
def clock() -> SteppedClock:
    """A clock that stands at :data:`NOW` until the test steps it."""
    return SteppedClock(NOW)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once; each test has a copy."""
    path = tmp_path_factory.mktemp("template") / "visitdesk.sqlite3"
    db = Database(f"sqlite:///{path}", SteppedClock(NOW))
    migrate(db)
    db.close()
    return path


@pytest.fixture
def db(migrated: Path, tmp_path: Path, clock: SteppedClock) -> Iterator[Database]:
    """A migrated, empty SQLite database."""
    path = tmp_path / "visitdesk.sqlite3"
    shutil.copyfile(migrated, path)
    database = Database(f"sqlite:///{path}", clock)
    yield database
    database.close()


@pytest.fixture
def database(engine_url: str, clock: SteppedClock) -> Iterator[Database]:
    """A migrated, empty database: the test runs once on SQLite and once on PostgreSQL."""
    database = Database(engine_url, clock)
    yield database
    database.close()


@pytest.fixture(scope="session")
def laid(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demonstration's data, laid once; each test has a copy."""
    path = shutil.copyfile(migrated, tmp_path_factory.mktemp("laid") / "visitdesk.sqlite3")
    db = Database(f"sqlite:///{path}", SteppedClock(NOW))
    db.write_now(lay)
    db.close()
    return path


@pytest.fixture
def demonstration(laid: Path, tmp_path: Path, clock: SteppedClock) -> Iterator[Context]:
    """The parts of a demonstration: facilities, people and visits as ``make run`` shows them."""
    path = shutil.copyfile(laid, tmp_path / "demonstration.sqlite3")
    db = Database(f"sqlite:///{path}", clock)
    yield dataclasses.replace(parts(db), demonstration=True, processors=Processors(TestProcessor(clock)))
    db.close()


@pytest.fixture
def context(db: Database) -> Context:
    """The parts of a server for one OS user, without mail, not a demonstration."""
    return parts(db)


def parts(db: Database) -> Context:
    """Return the parts of a server on ``db``."""
    return Context(
        db=db,
        key=ServerKey(b"a key for tests only: 32 bytes.."),
        processors=Processors(factories.SilentProcessor()),
        passwords=Passwords(factories.QUICK_HASHER),
    )


@pytest.fixture
def app(context: Context) -> FastAPI:
    """The application over :func:`context`."""
    return create_app(context)


def local(app: ASGIApp) -> ASGIApp:
    """Return ``app`` with each request marked as one that came over the server's own Unix socket."""

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"local": True}}, receive, send)

    return marked


@pytest_asyncio.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client in the same process, which the server takes for one on its own Unix socket."""
    transport = httpx.ASGITransport(local(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://visitdesk") as client:
        yield client


@pytest.fixture
def anyone(http: httpx.AsyncClient) -> Caller:
    """Somebody who is not signed in."""
    return Caller(http)


class SignedIn(Protocol):
    """Signs a new person in, or the ``account`` given; at a kiosk with ``kind="kiosk"``, or at the ``kiosk`` given."""

    def __call__(
        self,
        role: str = "visitor",
        *,
        facilities: Sequence[str] = (),
        account: Account | None = None,
        kind: str = "desktop",
        kiosk: Kiosk | None = None,
    ) -> Caller: ...


@pytest.fixture
def signed_in(context: Context, http: httpx.AsyncClient) -> SignedIn:
    """Return a function: ``signed_in(role="officer", facilities=[facility.id])`` gives somebody who calls the API."""

    def sign_in(
        role: str = "visitor",
        *,
        facilities: Sequence[str] = (),
        account: Account | None = None,
        kind: str = "desktop",
        kiosk: Kiosk | None = None,
    ) -> Caller:
        def open_one(tx: Tx) -> tuple[Account, SignInSession]:
            who = account or factories.account(tx, role=role, facilities=facilities)
            here = kiosk or (factories.kiosk(tx, factories.facility(tx).id) if kind == "kiosk" else None)
            at = "kiosk" if here else kind
            return who, open_session(tx, who.id, at, "test terminal", None if here is None else here.id)

        who, session = context.db.write_now(open_one)
        proof = {"Visit-Desk-Kiosk": context.key.kiosk_credential(session.kiosk_id)} if session.kiosk_id else {}
        return Caller(http, context.key.token(session.id), who, proof)

    return sign_in
