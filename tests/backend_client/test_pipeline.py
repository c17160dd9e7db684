"""One method sends everything: what it sends, what it sends again, and what it says when that was no use."""

from __future__ import annotations

import json
import logging

import httpx
import pytest

from backend_client import (
    Conflict,
    Intent,
    NotFound,
    NotSignedIn,
    Secret,
    ServerTrouble,
    SignInKind,
    TimedOut,
    TooMany,
    Unreachable,
    Unsettled,
    VisitDeskError,
    VisitType,
    Wanted,
)
from tests.backend_client.conftest import ABOUT, HOLD, Bench, problem

WANTED = Wanted("F1", VisitType.REMOTE, "I1", 30)
NO_CONNECTION = httpx.ConnectError("refused")
NO_ANSWER = httpx.ReadTimeout("silence")
ABOUT_ANSWER = httpx.Response(200, json=ABOUT)
RELEASED = httpx.Response(204)


async def release(bench: Bench, intent: Intent | None = None) -> None:
    """Do a small write."""
    await bench.client.holds.release("01H", intent=intent or Intent.new())


async def test_a_read_carries_neither_a_key_nor_a_body(bench: Bench) -> None:
    bench.far_end.always = ABOUT_ANSWER
    await bench.client.about.read()
    (asked,) = bench.far_end.asked
    assert (asked.method, str(asked.url), asked.content) == ("GET", "https://desk.test/v1/about", b"")
    assert "idempotency-key" not in asked.headers
    assert "authorization" not in asked.headers


async def test_a_write_carries_its_key_its_token_and_json(bench: Bench) -> None:
    await bench.with_token()
    bench.far_end.always = httpx.Response(200, json=HOLD)
    intent = Intent.new()
    await bench.client.holds.renew("01H", intent=intent)
    (asked,) = bench.far_end.asked
    assert asked.headers["idempotency-key"] == intent.key
    assert asked.headers["authorization"] == "Bearer tok-1"
    assert asked.headers["content-type"] == "application/json"


async def test_an_id_cannot_change_the_route(bench: Bench) -> None:
    bench.far_end.always = problem(404, "not_found")
    for wicked in ("../account", "..", "a/b", "a?b=c", "a#b"):
        with pytest.raises(NotFound):
            await bench.client.visits.read(wicked)
    assert [request.url.raw_path for request in bench.far_end.asked] == [
        b"/v1/visits/%2E%2E%2Faccount",
        b"/v1/visits/%2E%2E",
        b"/v1/visits/a%2Fb",
        b"/v1/visits/a%3Fb%3Dc",
        b"/v1/visits/a%23b",
    ]
    with pytest.raises(ValueError, match="empty"):
        await bench.client.visits.read("")


@pytest.mark.parametrize("failure", [NO_CONNECTION, NO_ANSWER, problem(503, "busy_try_again"), httpx.Response(502)])
async def test_a_read_that_fails_for_a_moment_is_asked_again(bench: Bench, failure: httpx.Response | Exception) -> None:
    bench.far_end.replies = [failure, failure, ABOUT_ANSWER]
    assert (await bench.client.about.read()).demonstration
    assert bench.time.pauses == [0.2, 0.4]


async def test_pauses_double_up_to_a_limit_and_are_spread_by_chance(bench: Bench) -> None:
    pace = bench.time.pace()
    assert [pace.pause_after(failures) for failures in (1, 2, 3, 4, 5, 6, 60)] == [0.2, 0.4, 0.8, 1.6, 3.2, 4.0, 4.0]
    assert type(pace)(jitter=lambda: 0.0).pause_after(6) == 2.0


@pytest.mark.parametrize(
    ("failure", "error"),
    [(NO_CONNECTION, Unreachable), (NO_ANSWER, TimedOut), (problem(503, "busy_try_again"), ServerTrouble)],
)
async def test_a_read_gives_up_after_five_attempts(
    bench: Bench, failure: httpx.Response | Exception, error: type[VisitDeskError]
) -> None:
    bench.far_end.always = failure
    with pytest.raises(error):
        await bench.client.about.read()
    assert len(bench.far_end.asked) == 5


async def test_no_call_is_retried_past_its_budget(bench: Bench) -> None:
    bench.far_end.always = NO_ANSWER
    bench.far_end.seconds_each = 15.0
    with pytest.raises(TimedOut):
        await bench.client.about.read()
    assert len(bench.far_end.asked) == 2


@pytest.mark.parametrize("failure", [NO_CONNECTION, NO_ANSWER, problem(503, "busy_try_again"), httpx.Response(504)])
async def test_a_write_is_sent_again_only_with_the_same_key(bench: Bench, failure: httpx.Response | Exception) -> None:
    bench.far_end.replies = [failure, failure, RELEASED]
    intent = Intent.new()
    await release(bench, intent)
    assert bench.far_end.keys() == [intent.key] * 3


async def test_a_write_that_never_left_is_unreachable_and_nothing_happened(bench: Bench) -> None:
    bench.far_end.always = NO_CONNECTION
    with pytest.raises(Unreachable):
        await release(bench)


@pytest.mark.parametrize(
    "lost", [NO_ANSWER, httpx.ReadError("cut"), httpx.RemoteProtocolError("cut"), httpx.WriteError("cut")]
)
async def test_a_write_whose_outcome_is_unknown_says_so_and_keeps_its_intent(bench: Bench, lost: Exception) -> None:
    bench.far_end.replies = [lost]
    bench.far_end.always = NO_CONNECTION
    intent = Intent.new()
    with pytest.raises(Unsettled) as caught:
        await release(bench, intent)
    assert caught.value.intent == intent


async def test_a_busy_server_did_nothing_but_a_proxy_may_have_passed_the_write_on(bench: Bench) -> None:
    bench.far_end.always = problem(503, "busy_try_again")
    with pytest.raises(ServerTrouble):
        await release(bench)
    bench.far_end.always = httpx.Response(504, text="<html>Gateway Time-out</html>")
    with pytest.raises(Unsettled):
        await release(bench)


@pytest.mark.parametrize("later", [problem(429, "too_many_requests", retry_after_seconds=60), problem(500, "trouble")])
async def test_a_write_that_may_have_arrived_is_not_called_refused_for_what_came_after(
    bench: Bench, later: httpx.Response
) -> None:
    bench.far_end.replies = [NO_ANSWER, later]
    with pytest.raises(Unsettled):
        await release(bench)
    bench.far_end.replies = [NO_ANSWER, problem(409, "no_capacity")]
    with pytest.raises(Conflict):
        await release(bench)


@pytest.mark.parametrize(
    "strange",
    [httpx.Response(500, text="Internal Server Error"), httpx.Response(302), httpx.Response(200, text="<html>")],
)
async def test_a_write_answered_by_a_stranger_is_unsettled(bench: Bench, strange: httpx.Response) -> None:
    bench.far_end.always = strange
    intent = Intent.new()
    with pytest.raises(Unsettled) as caught:
        await bench.client.holds.renew("01H", intent=intent)
    assert caught.value.intent == intent


async def test_a_refusal_is_final(bench: Bench) -> None:
    bench.far_end.always = problem(409, "no_capacity")
    with pytest.raises(Conflict):
        await release(bench)
    assert len(bench.far_end.asked) == 1


async def test_a_server_that_broke_is_not_asked_again(bench: Bench) -> None:
    bench.far_end.always = problem(500, "internal", reference="R-1")
    with pytest.raises(ServerTrouble) as caught:
        await bench.client.about.read()
    assert caught.value.reference == "R-1"
    assert len(bench.far_end.asked) == 1


async def test_a_short_retry_after_is_waited_out(bench: Bench) -> None:
    bench.far_end.replies = [
        problem(429, "too_many_requests", retry_after_seconds=2),
        httpx.Response(503, headers={"retry-after": "3"}),
        ABOUT_ANSWER,
    ]
    await bench.client.about.read()
    assert bench.time.pauses == [2, 3]


async def test_a_long_retry_after_is_for_the_person_to_know(bench: Bench) -> None:
    bench.far_end.always = problem(429, "sign_in_locked", retry_after_seconds=900)
    with pytest.raises(TooMany) as caught:
        await bench.client.sign_in.with_password(
            "a@b.test", Secret("x" * 12), kind=SignInKind.SSH, device="tty", intent=Intent.new()
        )
    assert caught.value.retry_after_seconds == 900
    assert bench.time.pauses == []


async def test_401_drops_the_token_and_tells_once(bench: Bench) -> None:
    await bench.with_token()
    bench.far_end.always = problem(401, "not_signed_in")
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            await bench.client.accounts.read()
    assert len(bench.signed_out) == 1
    assert not bench.client.has_token
    assert await bench.vault.load(bench.target.name) is None
    assert ["authorization" in request.headers for request in bench.far_end.asked] == [True, False, False]


async def test_a_wrong_password_signs_nobody_out(bench: Bench) -> None:
    await bench.with_token()
    bench.far_end.always = problem(401, "sign_in_failed")
    with pytest.raises(NotSignedIn):
        await bench.client.sign_in.with_password(
            "a@b.test", Secret("x" * 12), kind=SignInKind.SSH, device="tty", intent=Intent.new()
        )
    assert bench.signed_out == []
    assert bench.client.has_token


async def test_a_late_401_for_an_old_token_does_not_drop_the_new_one(bench: Bench) -> None:
    await bench.with_token("old")
    bench.far_end.always = problem(401, "not_signed_in")

    def sign_in_meanwhile(request: httpx.Request) -> None:
        bench.client._tokens.current = Secret("new")

    http = await bench.client._pipeline._opened()

    async def on_request(request: httpx.Request) -> None:
        sign_in_meanwhile(request)

    http.event_hooks = {"request": [on_request]}
    with pytest.raises(NotSignedIn):
        await bench.client.accounts.read()
    assert bench.signed_out == []
    assert bench.client.has_token


async def test_no_secret_is_in_any_error_repr_or_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    await bench.with_token("tok-very-secret")
    password = Secret("correct horse battery")
    assert "horse" not in f"{password!r} {password}"
    seen: list[str] = []
    with caplog.at_level(logging.DEBUG):
        for reply in (NO_CONNECTION, NO_ANSWER, problem(401, "sign_in_failed"), httpx.Response(200, json={"token": 1})):
            bench.far_end.always = reply
            with pytest.raises(VisitDeskError) as caught:
                await bench.client.sign_in.with_password(
                    "a@b.test", password, kind=SignInKind.SSH, device="tty", intent=Intent.new()
                )
            error: BaseException | None = caught.value
            while error is not None:
                seen.append(f"{error!r} {error}")
                error = error.__cause__
            with pytest.raises(VisitDeskError):
                await bench.client.accounts.read()
            await bench.with_token("tok-very-secret")
    everything = "\n".join(seen) + caplog.text + repr(bench.client.__dict__)
    assert "horse" not in everything
    assert "tok-very-secret" not in everything
    sent = [json.loads(asked.content) for asked in bench.far_end.asked if asked.content]
    assert sent[0]["password"] == "correct horse battery"


async def test_a_closed_client_says_so_and_sends_nothing(bench: Bench) -> None:
    await bench.client.aclose()
    with pytest.raises(Unreachable):
        await bench.client.about.read()
    assert bench.far_end.asked == []
