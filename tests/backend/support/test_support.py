"""Support opens a locked account again by a one-time code, with a reason that leaves a trace."""

from __future__ import annotations

import pytest
from sqlmodel import select

from backend.accounts.models import Account
from backend.audit.models import AuditEntry
from backend.audit.service import account_chain
from backend.changes.service import account_stream, head_of
from backend.db import Database
from backend.idempotency import IdempotentCall
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.factories import PASSWORD, account

REASON = {"reason": "Called from the number on file and gave birth date and last four of the ID."}


@pytest.fixture
def maria(db: Database) -> Account:
    return db.write_now(lambda tx: account(tx, email="maria@example.org", password=PASSWORD))


def traces(db: Database, chain: str) -> list[AuditEntry]:
    return list(db.read_now(lambda tx: tx.session.exec(select(AuditEntry).where(AuditEntry.chain == chain)).all()))


async def test_the_code_read_out_by_support_sets_a_new_password(
    signed_in: SignedIn, maria: Account, anyone: Caller, db: Database
) -> None:
    issued = await signed_in("support").post(f"/v1/support/accounts/{maria.id}/one-time-code", REASON)
    assert issued.status_code == 200
    reset = {
        "email": "maria@example.org",
        "code": issued.json()["code"],
        "new_password": "a new and long password",
        "kind": "desktop",
        "device": "front room",
    }
    assert (await anyone.post("/v1/password/reset", reset)).json()["account"]["id"] == maria.id
    assert traces(db, account_chain(maria.id))[0].why == REASON["reason"]
    assert db.read_now(lambda tx: head_of(tx, account_stream(maria.id))) > 0


async def reset_with(anyone: Caller, code: str) -> str | None:
    """Set a new password with a code; returns why not, or nothing."""
    body = {"email": "maria@example.org", "code": code, "new_password": "a new and long password"}
    answer = await anyone.post("/v1/password/reset", {**body, "kind": "desktop", "device": "front room"})
    refusal: str | None = answer.json().get("code")
    return refusal


async def test_a_code_told_by_support_survives_the_message_its_customer_asks_for_and_either_works_once(
    signed_in: SignedIn, maria: Account, anyone: Caller
) -> None:
    path = f"/v1/support/accounts/{maria.id}/one-time-code"
    told = (await signed_in("support").post(path, REASON)).json()["code"]
    sent = (await anyone.post("/v1/password/forgot", {"email": maria.email})).json()["local_message"]["code"]
    assert await reset_with(anyone, told) is None
    assert await reset_with(anyone, told) == await reset_with(anyone, sent) == "code_expired"
    told = (await signed_in("support").post(path, REASON)).json()["code"]
    sent = (await anyone.post("/v1/password/forgot", {"email": maria.email})).json()["local_message"]["code"]
    assert await reset_with(anyone, sent) is None
    assert await reset_with(anyone, told) == "code_expired"


async def test_a_code_told_by_support_ends_the_one_told_before_and_five_wrong_guesses_end_it(
    signed_in: SignedIn, maria: Account, anyone: Caller
) -> None:
    path, agent = f"/v1/support/accounts/{maria.id}/one-time-code", signed_in("support")
    first, second = [(await agent.post(path, REASON)).json()["code"] for _ in range(2)]
    assert await reset_with(anyone, first) == "code_wrong"
    for _ in range(4):
        await reset_with(anyone, "00000000")
    assert await reset_with(anyone, second) == "code_expired"


async def test_asking_again_with_the_same_key_gives_the_same_code_which_is_stored_nowhere(
    signed_in: SignedIn, maria: Account, db: Database
) -> None:
    agent = signed_in("support")
    path = f"/v1/support/accounts/{maria.id}/one-time-code"
    first = await agent.post(path, REASON, key="only one code, please")
    assert (await agent.post(path, REASON, key="only one code, please")).json() == first.json()
    kept = db.read_now(lambda tx: tx.session.exec(select(IdempotentCall)).all())
    assert first.json()["code"] not in str([call.model_dump() for call in kept])


async def test_support_opens_no_account_of_an_officer(signed_in: SignedIn) -> None:
    officer = signed_in("officer")
    answer = await signed_in("support").post(f"/v1/support/accounts/{officer.account.id}/one-time-code", REASON)
    assert answer.json()["code"] == "not_allowed"


async def test_a_code_needs_a_reason(signed_in: SignedIn, maria: Account) -> None:
    answer = await signed_in("support").post(f"/v1/support/accounts/{maria.id}/one-time-code", {"reason": "  "})
    assert answer.json()["errors"] == [{"field": "reason", "sentence": "Enter something here."}]


async def test_a_visitor_may_neither_search_nor_issue(signed_in: SignedIn, maria: Account) -> None:
    visitor = signed_in()
    assert (await visitor.post("/v1/support/accounts/search", {"said": "Maria Delgado"})).status_code == 403
    assert (await visitor.post(f"/v1/support/accounts/{maria.id}/one-time-code", REASON)).status_code == 403
