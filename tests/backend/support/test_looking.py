"""Support sees a customer's account exactly as the customer does, changes nothing, and leaves a trace of every look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import httpx
import pytest
from sqlmodel import select

from backend.accounts.models import Account
from backend.accounts.sign_in import open_session
from backend.app import create_app
from backend.audit.models import AuditEntry
from backend.audit.service import account_chain
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.demo.people import ANA, GRACE, SUPPORT
from backend.support.looks import LASTS
from backend.web import LOOK
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn, local
from tests.backend.test_who_may_do_what import TABLE, World, filled, people, world

__all__ = ["world"]
WHY: Final = "Ticket 4711: cannot find her visit"
READS: Final = [operation for operation in TABLE if operation.startswith("GET")]
CHANGES: Final = [operation for operation in TABLE if not operation.startswith("GET")]
NOT_HERS: Final[Mapping[str, str]] = {
    "GET /v1/sign-in": "it is about the agent's own sign-in session",
    "GET /v1/payment-methods": "they are for paying, and nothing is paid in a look",
    "GET /v1/holds/current/ways-to-pay": "so are these",
    "GET /v1/facilities/{facility_id}/individuals": "a search counts among the customer's own",
    "GET /v1/changes": "asked for as an officer by the table; the account's own stream has a test of its own",
}
"""Reads that do not answer in a look as they answer the customer, and why."""


async def looking(agent: Caller, account_id: str = ANA.account_id) -> Caller:
    """Return the agent who looks at an account from now on."""
    begun = await agent.post("/v1/support/looks", {"account_id": account_id, "why": WHY})
    assert begun.status_code == 201, begun.text
    return Caller(agent.client, agent.token, agent.account, {LOOK: begun.json()["id"]})


def traces(db: Database, account_id: str) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.chain == account_chain(account_id)).order_by("seq")
    return list(db.read_now(lambda tx: tx.session.exec(query).all()))


@pytest.mark.parametrize("operation", sorted(set(READS) - NOT_HERS.keys()))
async def test_whatever_the_customer_reads_the_agent_reads_the_same(world: World, operation: str) -> None:
    path = str(filled(TABLE[operation].path, world.ids))
    owner, agent = world.caller("owner"), await looking(world.caller("support"))
    theirs, ours = await owner.get(path), await agent.get(path)
    assert (ours.status_code, without_reference(ours)) == (theirs.status_code, without_reference(theirs))


def without_reference(answer: httpx.Response) -> object:
    if not answer.is_error:
        return answer.text
    return {name: value for name, value in answer.json().items() if name != "reference"}


@pytest.mark.parametrize("operation", CHANGES)
@pytest.mark.parametrize("person", ["support", "operator"])
async def test_nothing_can_be_changed_in_a_look(world: World, operation: str, person: str) -> None:
    agent = await looking(world.caller(person))
    asked = TABLE[operation]
    path, body = str(filled(asked.path, world.ids)), filled(asked.body, world.ids)
    answer = await agent.send(operation.partition(" ")[0], path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "looking_only")


@pytest.mark.parametrize(
    ("path", "asked"), [("/v1/payment-methods", {}), ("/v1/facilities/{facility}/individuals", {"number": "20418"})]
)
async def test_what_is_for_the_customer_alone_is_refused(world: World, path: str, asked: dict[str, str]) -> None:
    agent = await looking(world.caller("support"))
    answer = await agent.get(path.format_map(world.ids), **asked)
    assert answer.json()["code"] in ("not_allowed", "facility_access_required")


async def test_the_customers_own_changes_are_followed(world: World) -> None:
    agent = await looking(world.caller("support"))
    head = (await agent.get("/v1/changes")).json()["cursor"]
    await world.caller("owner").patch("/v1/account", {"city": "Nashville"})
    changed = (await agent.get("/v1/changes", after=head)).json()["items"]
    assert [(one["kind"], one["id"]) for one in changed] == [("account", ANA.account_id)]


async def test_a_look_says_who_looked_at_whom_when_and_why(world: World) -> None:
    before = len(traces(world.context.db, ANA.account_id))
    agent = await looking(world.caller("support"))
    await Caller(agent.client, agent.token).post(f"/v1/support/looks/{agent.headers[LOOK]}/end", {})
    began, ended = traces(world.context.db, ANA.account_id)[before:]
    assert (began.action, began.actor_account_id, began.why) == ("account looked at", SUPPORT.account_id, WHY)
    assert (ended.action, ended.actor_account_id) == ("look ended", SUPPORT.account_id)
    assert began.at == world.context.db.clock.now()


async def test_a_look_needs_a_reason(world: World) -> None:
    before = traces(world.context.db, ANA.account_id)
    answer = await world.caller("support").post("/v1/support/looks", {"account_id": ANA.account_id, "why": " "})
    assert answer.json()["errors"][0]["field"] == "why"
    assert traces(world.context.db, ANA.account_id) == before


@pytest.mark.parametrize("person", ["owner", "stranger", "officer"])
async def test_only_support_looks(world: World, person: str) -> None:
    asked = {"account_id": ANA.account_id, "why": WHY}
    answer = await world.caller(person).post("/v1/support/looks", asked)
    assert answer.json()["code"] == "not_allowed"


@pytest.mark.parametrize("person", ["support", "operator"])
async def test_nobody_who_works_here_is_looked_at(world: World, person: str) -> None:
    for colleague in ("officer", "support", "operator"):
        asked = {"account_id": world.accounts[colleague].id, "why": WHY}
        answer = await world.caller(person).post("/v1/support/looks", asked)
        assert answer.json()["code"] == "not_found"


async def is_over(agent: Caller) -> bool:
    own = Caller(agent.client, agent.token, agent.account)
    answers = [await agent.get("/v1/visits"), await own.get(f"/v1/support/looks/{agent.headers[LOOK]}/timeline")]
    codes = {answer.json().get("code") for answer in answers}
    assert codes in ({None}, {"look_is_over"})
    return codes == {"look_is_over"}


async def test_a_look_is_over_after_half_an_hour_to_the_second(
    signed_in: SignedIn, db: Database, clock: SteppedClock
) -> None:
    customer = db.write_now(factories.account)
    agent = await looking(signed_in("support"), customer.id)
    clock.step(LASTS - timedelta(microseconds=1))
    assert not await is_over(agent)
    clock.step(timedelta(microseconds=1))
    assert await is_over(agent)
    clock.step(-timedelta(seconds=1))
    assert not await is_over(agent), "nothing but the clock had ended it"


async def test_a_look_is_over_when_it_is_ended_and_when_another_begins(signed_in: SignedIn, db: Database) -> None:
    one, other = db.write_now(lambda tx: (factories.account(tx), factories.account(tx)))
    agent = signed_in("support")
    first = await looking(agent, one.id)
    second = await looking(agent, other.id)
    assert await is_over(first)
    assert not await is_over(second)
    await agent.post(f"/v1/support/looks/{second.headers[LOOK]}/end", {})
    assert await is_over(second)


async def test_a_look_belongs_to_one_sign_in_session(signed_in: SignedIn, db: Database) -> None:
    customer = db.write_now(factories.account)
    agent = signed_in("support")
    look = (await looking(agent, customer.id)).headers
    same_agent = signed_in("support", account=agent.account)
    for thief in (same_agent, signed_in("support"), signed_in(account=customer), signed_in()):
        assert await is_over(Caller(thief.client, thief.token, thief.account, dict(look)))
        answer = await thief.post(f"/v1/support/looks/{look[LOOK]}/end", {})
        assert answer.status_code in (403, 404)
    assert not await is_over(Caller(agent.client, agent.token, agent.account, dict(look)))


async def test_who_is_support_no_more_looks_no_more(signed_in: SignedIn, db: Database) -> None:
    customer = db.write_now(factories.account)
    agent = signed_in("support")
    look = await looking(agent, customer.id)

    def demote(role: str) -> None:
        def work(tx: Tx) -> None:
            tx.session.get_one(Account, agent.account.id).role = role

        db.write_now(work)

    demote("visitor")
    assert (await look.get("/v1/visits")).json()["code"] == "not_allowed"


async def test_a_disabled_account_can_be_looked_at(signed_in: SignedIn, db: Database) -> None:
    customer = db.write_now(lambda tx: factories.account(tx, disabled=True))
    look = await looking(signed_in("support"), customer.id)
    assert (await look.get("/v1/account")).json()["id"] == customer.id


async def test_a_look_opens_no_other_customers_account(world: World) -> None:
    agent = await looking(world.caller("support"), GRACE.account_id)
    assert (await agent.get(f"/v1/visits/{world.ids['visit']}")).status_code == 404
    assert (await agent.get("/v1/account")).json()["id"] == GRACE.account_id


async def test_a_look_counts_as_the_agents_activity_not_the_customers(demonstration: Context) -> None:
    """Reading keeps the agent's own sign-in session alive, and touches none of the customer's."""
    db = demonstration.db
    hers = db.write_now(lambda tx: open_session(tx, ANA.account_id, "desktop", "at home"))
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(local(create_app(demonstration))), base_url="http://visitdesk"
    )
    mine = db.write_now(lambda tx: open_session(tx, SUPPORT.account_id, "ssh", "support host"))
    agent = await looking(Caller(client, demonstration.key.token(mine.id), people(db)["support"]))
    assert isinstance(db.clock, SteppedClock)
    db.clock.step(timedelta(minutes=20))
    await agent.get("/v1/visits")
    kept = db.read_now(lambda tx: [tx.session.get_one(type(hers), one.id).last_seen_at for one in (hers, mine)])
    assert kept == [hers.last_seen_at, db.clock.now()]
