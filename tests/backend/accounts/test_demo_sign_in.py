"""The demonstration's people can be signed in as without a password, there and nowhere else."""

from __future__ import annotations

import httpx
import pytest

from backend.app import create_app
from backend.context import Context
from tests.backend.caller import Caller

HERE = {"kind": "desktop", "device": "front room"}


@pytest.fixture
def visitor_of_the_demonstration(demonstration: Context) -> Caller:
    transport = httpx.ASGITransport(create_app(demonstration))
    return Caller(httpx.AsyncClient(transport=transport, base_url="http://visitdesk"))


async def test_everybody_that_is_offered_can_be_signed_in_as(visitor_of_the_demonstration: Caller) -> None:
    caller = visitor_of_the_demonstration
    people = (await caller.get("/v1/demo/people")).json()["items"]
    assert [person["key"] for person in people] == ["returning_visitor", "new_visitor", "officer", "support"]
    for person in people:
        answer = await caller.post("/v1/demo/sign-in", {"key": person["key"], **HERE})
        account = answer.json()["account"]
        assert f"{account['first_name']} {account['last_name']}" == person["name"]


async def test_signing_in_again_with_the_same_key_gives_the_same_token(visitor_of_the_demonstration: Caller) -> None:
    body = {"key": "new_visitor", **HERE}
    first = await visitor_of_the_demonstration.post("/v1/demo/sign-in", body, key="only one sign-in")
    again = await visitor_of_the_demonstration.post("/v1/demo/sign-in", body, key="only one sign-in")
    assert first.json()["token"] == again.json()["token"]


async def test_elsewhere_there_is_nobody_to_be(anyone: Caller) -> None:
    for answer in (
        await anyone.get("/v1/demo/people"),
        await anyone.post("/v1/demo/sign-in", {"key": "officer", **HERE}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_a_demonstration")


async def test_nobody_of_the_demonstration_has_a_password(visitor_of_the_demonstration: Caller) -> None:
    body = {"email": "ana.rivera@example.org", "password": "", **HERE}
    assert (await visitor_of_the_demonstration.post("/v1/sign-in", body)).json()["code"] == "sign_in_failed"
