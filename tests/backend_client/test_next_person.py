"""People take turns at one terminal: a call belongs to whoever asked for it, and so does its end."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from backend_client import Intent, NotSignedIn, Secret
from tests.backend_client.conftest import ABOUT, Bench, problem

NO_ANSWER = httpx.ReadTimeout("silence")


def next_one(bench: Bench, token: Secret | None) -> None:
    """While the client waits before it sends again, whoever is signed in changes."""

    def sits_down() -> None:
        bench.client._tokens.current = token

    bench.time.meanwhile = sits_down


@pytest.mark.parametrize("token", [None, Secret("tok-of-the-next")])
async def test_a_call_is_never_sent_again_as_the_next_person(bench: Bench, token: Secret | None) -> None:
    await bench.with_token()
    next_one(bench, token)
    bench.far_end.replies = [NO_ANSWER]
    with pytest.raises(NotSignedIn):
        await bench.client.holds.release("01H", intent=Intent.new())
    assert [asked.headers["authorization"] for asked in bench.far_end.asked] == ["Bearer tok-1"]
    assert bench.signed_out == []
    assert bench.client._tokens.current is token


async def test_what_was_asked_for_by_nobody_is_sent_again_as_nobody(bench: Bench) -> None:
    next_one(bench, Secret("tok-1"))
    bench.far_end.replies = [NO_ANSWER, httpx.Response(200, json=ABOUT)]
    await bench.client.about.read()
    assert not any("authorization" in asked.headers for asked in bench.far_end.asked)


async def test_a_call_that_is_given_up_as_it_learns_the_end_still_empties_the_vault(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.with_token()
    forget, door, knocked = bench.vault.forget, asyncio.Event(), asyncio.Event()

    async def slowly(server: str) -> None:
        knocked.set()
        await door.wait()
        await forget(server)

    monkeypatch.setattr(bench.vault, "forget", slowly)
    bench.far_end.always = problem(401, "not_signed_in")
    call = asyncio.create_task(bench.client.visits.read("V1"))
    await knocked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    door.set()
    await asyncio.gather(*bench.client._pipeline._forgetting)
    assert await bench.vault.load(bench.target.name) is None
