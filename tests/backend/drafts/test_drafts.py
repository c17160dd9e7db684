"""The draft of a visit is kept on the server, one an account, told to its terminals, and knows nothing of payment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import httpx
import pytest

from backend.accounts.models import Account
from backend.accounts.sign_in import open_session
from backend.app import create_app
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.drafts import service
from backend.security import Actor
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn, parts
from tests.backend.together import first_then

DRAFT = {
    "facility_id": "01F",
    "visit_type": "remote",
    "individual_name": "Daniel Okafor",
    "duration_minutes": 30,
    "date": "2026-11-24",
    "starts_at": "2026-11-24T15:00:00Z",
    "attendees": [{"name": "Luis", "minor": True}],
    "step": "time",
}


async def test_a_draft_comes_back_as_it_was_put(signed_in: SignedIn) -> None:
    ana = signed_in()
    assert (await ana.get("/v1/draft")).json() == {"draft": None}

    put = await ana.put("/v1/draft", DRAFT)

    kept = (await ana.get("/v1/draft")).json()
    assert put.json() == kept
    assert {name: kept["draft"][name] for name in DRAFT} == DRAFT
    assert kept["draft"]["updated_at"] == "2026-11-22T15:00:00Z"


async def test_a_later_draft_replaces_an_earlier_one(signed_in: SignedIn) -> None:
    ana = signed_in()
    await ana.put("/v1/draft", DRAFT)

    await ana.put("/v1/draft", {"step": "type"})

    kept = (await ana.get("/v1/draft")).json()["draft"]
    assert (kept["step"], kept["facility_id"]) == ("type", None)


async def test_a_draft_is_thrown_away(signed_in: SignedIn) -> None:
    ana = signed_in()
    await ana.put("/v1/draft", DRAFT)

    assert (await ana.delete("/v1/draft")).status_code == 204
    assert (await ana.delete("/v1/draft")).status_code == 204

    assert (await ana.get("/v1/draft")).json() == {"draft": None}


async def test_nobody_sees_somebody_elses_draft(signed_in: SignedIn) -> None:
    await signed_in().put("/v1/draft", DRAFT)

    assert (await signed_in().get("/v1/draft")).json() == {"draft": None}


async def test_the_accounts_other_terminals_are_told(signed_in: SignedIn) -> None:
    ana = signed_in()
    cursor = (await ana.get("/v1/changes")).json()["cursor"]

    await ana.put("/v1/draft", DRAFT)

    news = (await ana.get("/v1/changes", after=cursor, wait=0)).json()["items"]
    assert [one["kind"] for one in news] == ["draft"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"payment_method": "test_approved"},
        {"card_number": "4242424242424242"},
        {"step": "x" * 81},
        {"individual_name": "x" * 201},
        {"attendees": [{"name": "x", "minor": False}] * 21},
        {"facility_id": "\u202eevil"},
    ],
)
async def test_payment_and_what_is_too_long_or_acts_on_a_terminal_is_refused(
    signed_in: SignedIn, wrong: dict[str, object]
) -> None:
    answer = await signed_in().put("/v1/draft", wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@dataclass(frozen=True)
class OnPostgres:
    """An account whose terminals act at the same moment."""

    db: Database
    account: Account

    @property
    def actor(self) -> Actor:
        return Actor("visitor", "terminal", self.account.id)

    def keep(self, step: str) -> Callable[[Tx], object]:
        return lambda tx: service.put(tx, self.actor, {"step": step})

    def kept(self) -> Mapping[str, object] | None:
        view = self.db.read_now(lambda tx: service.current(tx, self.actor))
        return None if view is None else view.body


@pytest.fixture
def on_postgres(postgres_url: str, clock: SteppedClock) -> Iterator[OnPostgres]:
    database = Database(postgres_url, clock)
    yield OnPostgres(database, database.write_now(factories.account))
    database.close()


def test_of_two_first_drafts_kept_at_once_the_later_stays(on_postgres: OnPostgres) -> None:
    assert first_then(on_postgres, on_postgres.keep("date"), on_postgres.keep("time")) == ("done", "done")
    assert on_postgres.kept() == {"step": "time"}


def test_a_draft_kept_while_another_terminal_throws_it_away_is_there_after_that(on_postgres: OnPostgres) -> None:
    on_postgres.db.write_now(on_postgres.keep("date"))
    discarding = partial(service.discard, actor=on_postgres.actor)
    assert first_then(on_postgres, discarding, on_postgres.keep("time")) == ("done", "done")
    assert on_postgres.kept() == {"step": "time"}


@pytest.mark.parametrize("hold_id", ["H1", None])
def test_a_confirmation_forgets_its_own_draft_and_not_the_one_written_meanwhile(
    on_postgres: OnPostgres, hold_id: str | None
) -> None:
    db, account_id = on_postgres.db, on_postgres.account.id
    db.write_now(lambda tx: service.put(tx, on_postgres.actor, {"hold_id": hold_id}))
    forgetting = partial(service.forget, account_id=account_id, hold_id="H1")
    assert first_then(on_postgres, on_postgres.keep("time"), forgetting) == ("done", "done")
    assert on_postgres.kept() == {"step": "time"}


async def test_two_terminals_that_keep_a_draft_at_once_are_both_answered(on_postgres: OnPostgres) -> None:
    context = parts(on_postgres.db)
    transport = httpx.ASGITransport(create_app(context), raise_app_exceptions=False)

    def sign_in(tx: Tx) -> list[str]:
        made = [open_session(tx, on_postgres.account.id, "desktop", "test terminal", None) for _ in range(2)]
        return [context.key.token(session.id) for session in made]

    tokens = on_postgres.db.write_now(sign_in)
    async with httpx.AsyncClient(transport=transport, base_url="http://visitdesk") as client:
        for turn in range(5):
            said = await asyncio.gather(
                *(Caller(client, token).put("/v1/draft", {"step": f"{turn}"}) for token in tokens),
                Caller(client, tokens[0]).delete("/v1/draft"),
            )
            assert [answer.status_code for answer in said] == [200, 200, 204]
