"""What every route shares: idempotency over the wire, problem documents, and who is signed in."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import func, select

from backend.audit.models import AuditEntry
from backend.context import Context
from backend.db import Database
from backend.web import Open
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn

PROBLEM_FIELDS = {
    "type",
    "title",
    "status",
    "code",
    "detail",
    "reasons",
    "errors",
    "nearest",
    "retry_after_seconds",
    "reference",
}

HERE = {"kind": "desktop", "device": "front room"}


def changes_made(db: Database) -> int:
    return db.read_now(lambda tx: tx.session.exec(select(func.count()).select_from(AuditEntry)).one())


async def test_the_same_change_sent_ten_times_at_once_happens_once(signed_in: SignedIn, db: Database) -> None:
    visitor = signed_in()
    answers = await asyncio.gather(
        *(visitor.patch("/v1/account", {"city": "Memphis"}, key="one and the same key") for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert changes_made(db) == 1


async def test_a_key_used_for_something_else_is_refused(signed_in: SignedIn) -> None:
    visitor = signed_in()
    assert (await visitor.patch("/v1/account", {"city": "Memphis"}, key="one and the same key")).status_code == 200
    other = await visitor.patch("/v1/account", {"city": "Jackson"}, key="one and the same key")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (await visitor.get("/v1/account")).json()["city"] == "Memphis"


async def test_a_key_of_one_account_means_nothing_for_another(signed_in: SignedIn) -> None:
    for visitor, city in ((signed_in(), "Memphis"), (signed_in(), "Jackson")):
        answer = await visitor.patch("/v1/account", {"city": city}, key="one and the same key")
        assert answer.json()["city"] == city


async def test_a_refused_call_may_be_put_right_under_its_key(signed_in: SignedIn) -> None:
    visitor = signed_in()
    assert (await visitor.patch("/v1/account", {"birth_date": "2020-01-01"}, key="one and the same key")).is_error
    assert (await visitor.patch("/v1/account", {"city": "Memphis"}, key="one and the same key")).is_success


async def test_a_change_without_a_key_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/password/forgot", json={"email": "maria@example.org"})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


@pytest.mark.parametrize("key", ["short", "x" * 129])
async def test_a_key_that_is_too_short_or_too_long_is_refused(anyone: Caller, key: str) -> None:
    answer = await anyone.post("/v1/password/forgot", {"email": "maria@example.org"}, key=key)
    assert answer.json()["errors"][0]["field"] == "idempotency-key"


async def test_who_is_not_signed_in_is_told_so_before_anything_else(anyone: Caller) -> None:
    answer = await anyone.patch("/v1/account", {"nonsense": True})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Basic bWFyaWE6", "Bearer", "Bearer x", "Bearer a.b", "token"])
async def test_what_is_no_token_of_ours_signs_nobody_in(http: httpx.AsyncClient, header: str) -> None:
    answer = await http.get("/v1/account", headers={"Authorization": header})
    assert answer.status_code == 401


async def test_every_refusal_is_a_problem_document(anyone: Caller) -> None:
    for answer in (
        await anyone.get("/v1/nothing-here"),
        await anyone.put("/v1/about", {}),
        await anyone.get("/v1/account"),
        await anyone.post("/v1/sign-in", {}),
    ):
        assert answer.is_error
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert set(answer.json()) == PROBLEM_FIELDS
        assert answer.json()["type"] == f"urn:visitdesk:problem:{answer.json()['code']}"


async def test_an_answer_to_one_person_is_kept_by_nobody_on_the_way(signed_in: SignedIn) -> None:
    assert (await signed_in().get("/v1/account")).headers["cache-control"] == "no-store"


async def test_a_refusal_is_found_in_the_log_by_its_reference(anyone: Caller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="backend.web"):
        answer = await anyone.post("/v1/sign-in", {"email": "maria@example.org", "password": "wrong", **HERE})
    assert f"{answer.json()['reference']}: refused with sign_in_failed (401)" in caplog.text
    assert "maria" not in caplog.text


async def test_a_wrong_method_says_which_are_right(anyone: Caller) -> None:
    answer = await anyone.put("/v1/about", {})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_a_crash_shows_nothing_of_itself_and_is_found_in_the_log_by_its_reference(
    app: FastAPI, anyone: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/v1/broken")
    async def broken(call: Open) -> None:
        raise RuntimeError("the secret inside")

    with caplog.at_level(logging.ERROR, logger="backend.app"):
        answer = await anyone.get("/v1/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "server_trouble")
    assert "secret" not in answer.text
    assert answer.json()["reference"] in caplog.text


async def test_a_database_error_in_the_log_holds_no_values(context: Context) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError) as caught, context.db.engine.connect() as connection:
        connection.execute(text("SELECT nothing FROM nowhere WHERE email = :email"), {"email": "maria@example.org"})
    assert "maria" not in str(caught.value)


async def test_the_server_says_what_it_is(anyone: Caller) -> None:
    said = (await anyone.get("/v1/about")).json()
    assert said["server_time"] == "2026-11-22T15:00:00Z"
    assert (said["demonstration"], said["installation"], said["messages"]) == (False, "empty", "local")
    assert (await anyone.get("/v1/health")).json() == {"status": "ok"}
