"""Support gives account credit for a reason, within bounds, and its owner is told."""

from __future__ import annotations

from functools import partial

import pytest
from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money import account_credit, ledger
from backend.money.account_credit import Given
from backend.money.models import LedgerEntry
from backend.security import Actor
from tests import factories
from tests.backend.conftest import SignedIn
from tests.backend.money.desk_world import DeskWorld, desk_world


@pytest.fixture
def world(db: Database) -> DeskWorld:
    return desk_world(db)


def give(world: DeskWorld, amount_minor: int) -> Given:
    def work(tx: Tx) -> Given:
        agent = Actor("support", "terminal", factories.account(tx, role="support").id)
        return account_credit.give(tx, agent, world.visitor.id, amount_minor, "The picture froze.")

    return world.do(work)


def test_credit_is_the_accounts_own_with_the_reason_in_trace_and_ledger(world: DeskWorld) -> None:
    give(world, 500)
    assert give(world, 70).credit_minor == 570
    assert world.do(lambda tx: ledger.balances(tx, world.visitor.id))[ledger.SUPPORT] == -570
    line = world.do(lambda tx: tx.session.exec(select(LedgerEntry)).first())
    assert line is not None
    assert (line.kind, line.fee_source, line.zone) == ("credit", "credit", "America/Chicago")
    assert line.sentence == "Given by support: The picture froze."
    traces = world.do(lambda tx: tx.session.exec(select(AuditEntry)).all())
    assert [(each.action, each.why) for each in traces] == [("account credit given", "The picture froze.")] * 2
    assert world.told() == ["money_added"] * 2


@pytest.mark.parametrize("amount", [0, 10_001])
def test_a_grant_is_at_most_a_hundred_dollars(world: DeskWorld, amount: int) -> None:
    with pytest.raises(Problem) as refused:
        give(world, amount)
    assert refused.value.errors[0].sentence == "Enter an amount from $0.01 to $100.00."


def test_nobody_who_works_here_is_given_credit(world: DeskWorld) -> None:
    agent = Actor("support", "terminal", "agent")
    with pytest.raises(Problem) as refused:
        world.do(lambda tx: account_credit.give(tx, agent, world.officer.account_id or "", 500, "For you."))
    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize("closed", [True, False])
def test_an_account_that_is_closed_or_was_never_there_is_given_no_credit(world: DeskWorld, closed: bool) -> None:
    agent = Actor("support", "terminal", "agent")

    def work(tx: Tx) -> None:
        account_id = factories.account(tx, disabled=True).id if closed else "nobody"
        account_credit.give(tx, agent, account_id, 500, "For you.")

    with pytest.raises(Problem) as refused:
        world.do(work)
    assert refused.value.code == "not_found"


async def test_the_same_key_gives_credit_once(signed_in: SignedIn) -> None:
    visitor, agent = signed_in(), signed_in("support")
    body = {"amount": {"minor": 500, "currency": "USD"}, "reason": "The picture froze."}
    path = f"/v1/support/accounts/{visitor.account.id}/credits"
    answers = [(await agent.post(path, body, key="five dollars, once")).json() for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert (await agent.post(path, body)).json()["credit"] == {"minor": 1000, "currency": "USD"}


def test_who_may_not_find_accounts_does_not_learn_which_there_are(world: DeskWorld) -> None:
    for account_id in (world.visitor.id, "nobody"):
        with pytest.raises(Problem) as refused:
            world.do(
                partial(account_credit.give, actor=world.officer, account_id=account_id, amount_minor=5, reason="x")
            )
        assert refused.value.code == "not_allowed"
