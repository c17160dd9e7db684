"""Answers whose parts must agree are read as the books stood at one moment, whatever is committed beside them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from backend.accounts.models import Account
from backend.accounts.sign_in import open_session
from backend.app import create_app
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.money import exporting, ledger, spending, statement, totals
from backend.money.ledger import Filled
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import parts


@pytest.fixture
def on_postgres(postgres_url: str, clock: SteppedClock) -> Iterator[Database]:
    database = Database(postgres_url, clock)
    yield database
    database.close()


@dataclass(frozen=True)
class Reader:
    """A visitor who reads, with 100 cents on the balance."""

    db: Database
    caller: Caller
    account: Account

    def fill(self, cents: int, zone: str = "UTC") -> None:
        """Put so much on the prepaid balance and as much in credit, in one transaction."""

        def work(tx: Tx) -> None:
            ledger.fill(tx, Filled(self.account.id, cents, "USD", "card", "Visa", zone))
            ledger.fill(tx, Filled(self.account.id, cents, "USD", "credit", "Account credit", zone))

        self.db.write_now(work)


@pytest_asyncio.fixture
async def reader(on_postgres: Database) -> AsyncIterator[Reader]:
    context = parts(on_postgres)
    account = on_postgres.write_now(factories.account)
    session = on_postgres.write_now(lambda tx: open_session(tx, account.id, "desktop", "test terminal", None))
    transport = httpx.ASGITransport(create_app(context))
    async with httpx.AsyncClient(transport=transport, base_url="http://visitdesk") as client:
        reader = Reader(on_postgres, Caller(client, context.key.token(session.id)), account)
        reader.fill(100)
        yield reader


def between(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, work: Callable[[], None]) -> None:
    """Let ``work`` be done and committed right before ``module.name`` is called for the first time."""
    step = getattr(module, name)
    done = threading.Event()

    def late(*told: object, **named: object) -> object:
        if not done.is_set():
            done.set()
            beside = threading.Thread(target=work)
            beside.start()
            beside.join()
        return step(*told, **named)

    monkeypatch.setattr(module, name, late)


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago"])
async def test_totals_count_the_lines_that_they_sum(reader: Reader, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    between(monkeypatch, totals, "_months", lambda: reader.fill(900, zone))
    said = (await reader.caller.get("/v1/transactions/totals")).json()
    assert (said["lines"], said["currencies"][0]["put_on_balance"]["minor"]) == (2, 100)


async def test_a_statement_ends_with_the_balance_that_its_lines_come_to(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    between(monkeypatch, statement, "until", lambda: reader.fill(900))
    said = (await reader.caller.get("/v1/statement")).json()
    assert said["lines"] == said["done"] == 2
    [closing] = [line for page in said["pages"] for line in page if "Prepaid balance after" in line]
    assert closing.endswith(" $1.00")


async def test_an_export_holds_as_many_lines_as_it_says(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    between(monkeypatch, exporting, "read", lambda: reader.fill(900))
    said = (await reader.caller.get("/v1/transactions/export")).json()
    assert (said["lines"], said["done"], len(said["rows"])) == (2, 2, 3)


async def test_a_wallet_shows_balance_and_credit_of_one_moment(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    between(monkeypatch, spending, "credit", lambda: reader.fill(900))
    said = (await reader.caller.get("/v1/wallet")).json()
    assert (said["balance"]["minor"], said["credit"]["minor"]) == (100, 100)


def test_a_snapshot_changes_nothing_and_leaves_the_next_reader_as_it_was(on_postgres: Database) -> None:
    def readonly(tx: Tx) -> str:
        return str(tx.session.execute(text("SHOW transaction_read_only")).scalar_one())

    assert [on_postgres.read_now(readonly, snapshot=snapshot) for snapshot in (True, False)] == ["on", "off"]
    assert on_postgres.write_now(readonly) == "off"
