"""Signing in keeps the token, signing out drops it first, and neither leaves a trace."""

from __future__ import annotations

import logging

import httpx
import pytest

from backend_client import Intent, NotSignedIn, Secret, SignInKind, Unreachable, Unsettled, VisitDeskError
from tests.backend_client.conftest import ABOUT, Bench, problem

ACCOUNT = {"id": "U1", "role": "visitor", "email": "ana@example.test", "first_name": "Ana", "last_name": "Rivera"}
SESSION = {
    "id": "S1",
    "kind": "ssh",
    "device": "tty1",
    "idle_seconds": 900,
    "remaining_seconds": 900,
    "absolute_ends_at": "2026-11-22T23:00:00Z",
    "acting_for": None,
}
SIGNED_IN = httpx.Response(200, json={"token": "tok-2", "sign_in_session": SESSION, "account": ACCOUNT})


async def sign_in(bench: Bench) -> None:
    await bench.client.sign_in.with_password(
        "ana@example.test", Secret("correct horse"), kind=SignInKind.SSH, device="tty1", intent=Intent.new()
    )


async def test_a_sign_in_is_used_from_then_on_and_waits_in_the_vault(bench: Bench) -> None:
    bench.far_end.replies = [SIGNED_IN, httpx.Response(200, json=ACCOUNT)]
    await sign_in(bench)
    assert (await bench.client.accounts.read()).first_name == "Ana"
    assert [asked.headers.get("authorization") for asked in bench.far_end.asked] == [None, "Bearer tok-2"]
    assert await bench.vault.load(bench.target.name) == "tok-2"


async def test_the_vault_is_told_how_long_the_server_takes_the_token_and_told_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int | None]] = []

    async def save(_server: str, _token: str, *, lasts_seconds: int | None = None) -> None:
        told.append(("save", lasts_seconds))

    async def renew(_server: str, _token: str, *, lasts_seconds: int) -> None:
        told.append(("renew", lasts_seconds))

    monkeypatch.setattr(bench.vault, "save", save)
    monkeypatch.setattr(bench.vault, "renew", renew)
    later = httpx.Response(200, json={"sign_in_session": {**SESSION, "remaining_seconds": 700}, "account": ACCOUNT})
    bench.far_end.replies = [SIGNED_IN, later]
    await sign_in(bench)
    await bench.client.sign_in.current()
    assert told == [("save", 900), ("renew", 700)]


async def test_a_sign_out_that_the_server_did_not_hear_is_told_again(bench: Bench) -> None:
    await bench.with_token("tok-1")
    bench.far_end.always = httpx.ConnectError("refused")
    with pytest.raises(Unreachable):
        await bench.client.sign_in.sign_out(intent=Intent.new())
    assert bench.client.sign_in.open_at_server
    assert not bench.client.has_token
    bench.far_end.always = httpx.Response(204)
    await bench.client.sign_in.sign_out(intent=Intent.new())
    assert bench.far_end.asked[-1].headers["authorization"] == "Bearer tok-1"
    assert not bench.client.sign_in.open_at_server


async def test_a_sign_in_by_somebody_else_goes_out_unsigned_and_takes_the_place_of_the_first(bench: Bench) -> None:
    await bench.with_token("tok-1")
    bench.far_end.replies = [SIGNED_IN]
    await bench.client.sign_in.as_demo_person("officer", kind=SignInKind.SSH, device="tty1", intent=Intent.new())
    assert "authorization" not in bench.far_end.asked[0].headers
    assert await bench.vault.load(bench.target.name) == "tok-2"


@pytest.mark.parametrize("reply", [httpx.Response(204), problem(401, "not_signed_in")])
async def test_signing_out_ends_it_here_and_there_and_calls_nobody(bench: Bench, reply: httpx.Response) -> None:
    await bench.with_token("tok-1")
    bench.far_end.always = reply
    await bench.client.sign_in.sign_out(intent=Intent.new())
    assert bench.far_end.asked[0].headers["authorization"] == "Bearer tok-1"
    assert not bench.client.has_token
    assert await bench.vault.load(bench.target.name) is None
    assert bench.signed_out == []


@pytest.mark.parametrize(
    ("reply", "error"), [(httpx.ConnectError("refused"), Unreachable), (httpx.ReadTimeout("silence"), Unsettled)]
)
async def test_signing_out_forgets_the_token_though_the_server_does_not_hear_of_it(
    bench: Bench, reply: Exception, error: type[VisitDeskError]
) -> None:
    await bench.with_token("tok-1")
    bench.far_end.always = reply
    with pytest.raises(error):
        await bench.client.sign_in.sign_out(intent=Intent.new())
    assert not bench.client.has_token
    assert await bench.vault.load(bench.target.name) is None


async def test_signing_out_twice_asks_once(bench: Bench) -> None:
    await bench.with_token()
    bench.far_end.always = httpx.Response(204)
    for _ in range(2):
        await bench.client.sign_in.sign_out(intent=Intent.new())
    assert len(bench.far_end.asked) == 1


async def test_a_failed_sign_in_keeps_nothing(bench: Bench) -> None:
    bench.far_end.always = problem(401, "sign_in_failed")
    with pytest.raises(NotSignedIn):
        await sign_in(bench)
    assert not bench.client.has_token
    assert bench.signed_out == []


async def test_no_cookie_of_one_person_is_sent_for_the_next(bench: Bench) -> None:
    bench.far_end.always = httpx.Response(200, json=ABOUT, headers={"set-cookie": "who=ana; Path=/"})
    for _ in range(2):
        await bench.client.about.read()
    assert "cookie" not in bench.far_end.asked[1].headers


async def test_whom_somebody_searched_for_is_in_no_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.far_end.always = httpx.Response(200, json={"items": []})
    with caplog.at_level(logging.DEBUG):
        assert await bench.client.individuals.by_name("F1", "Mateo", "Rivera") == ()
    assert "Rivera" not in caplog.text
