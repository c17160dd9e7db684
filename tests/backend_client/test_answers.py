"""What comes back is an answer, a problem with its class, or a bad answer; never anything half-read."""

from __future__ import annotations

import gzip

import httpx
import pytest

from backend_client import (
    BadAnswer,
    Conflict,
    Declined,
    Intent,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    ServerTrouble,
    TooMany,
)
from tests.backend_client.conftest import ABOUT, Bench, problem


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Problem),
        (401, NotSignedIn),
        (402, Declined),
        (403, NotAllowed),
        (404, NotFound),
        (409, Conflict),
        (418, Problem),
        (422, Invalid),
        (429, TooMany),
        (500, ServerTrouble),
        (599, ServerTrouble),
    ],
)
async def test_each_status_has_its_class(bench: Bench, status: int, error: type[Problem]) -> None:
    bench.far_end.always = problem(status, "some_code")
    with pytest.raises(error) as caught:
        await bench.client.about.read()
    assert type(caught.value) is error
    assert (caught.value.status, caught.value.code) == (status, "some_code")


async def test_a_problem_brings_everything_the_server_said_made_inert(bench: Bench) -> None:
    bench.far_end.always = problem(
        409,
        "no_capacity",
        title="Taken\x1b[2J",
        detail="Just\u202e taken.",
        reasons=[{"code": "no_capacity", "sentence": "Full.\x07", "can_be_asked_from": "2026-12-01"}],
        errors=[{"field": "starts_at", "sentence": "Taken."}],
        nearest=["2026-12-10T15:30:00Z"],
    )
    with pytest.raises(Conflict) as caught:
        await bench.client.holds.renew("01H", intent=Intent.new())
    told = caught.value
    assert (told.title, told.detail) == ("Taken[2J", "Just taken.")
    assert [(r.code, r.sentence, r.first_passes_on, str(r.can_be_asked_from)) for r in told.reasons] == [
        ("no_capacity", "Full.", None, "2026-12-01")
    ]
    assert [(e.field, e.sentence) for e in told.errors] == [("starts_at", "Taken.")]
    assert [when.isoformat() for when in told.nearest] == ["2026-12-10T15:30:00+00:00"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"code": 7}', b'{"reasons": {}}', b"\xff"])
async def test_a_problem_without_a_document_is_still_a_problem(bench: Bench, body: bytes) -> None:
    bench.far_end.always = httpx.Response(403, content=body, headers={"content-type": "application/problem+json"})
    with pytest.raises(NotAllowed) as caught:
        await bench.client.about.read()
    assert caught.value.code == "http_403"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"<html>welcome to the hotel</html>"),
        httpx.Response(200, content=b"[" * 100_000),
        httpx.Response(200, content=b'{"version": NaN}'),
        httpx.Response(200, content=b"9" * 10_000),
        httpx.Response(200, json=[]),
        httpx.Response(200, json=ABOUT | {"version": 1}),
        httpx.Response(200, json={}),
        httpx.Response(302, headers={"location": "https://elsewhere.test/"}),
    ],
)
async def test_an_answer_that_breaks_the_contract_is_a_bad_answer(bench: Bench, answer: httpx.Response) -> None:
    bench.far_end.always = answer
    with pytest.raises(BadAnswer):
        await bench.client.about.read()
    assert len(bench.far_end.asked) == 1


async def test_an_endless_answer_is_cut_off(bench: Bench) -> None:
    bench.far_end.always = httpx.Response(200, content=b"[" + b" " * 5_000_000 + b"]")
    with pytest.raises(BadAnswer, match="too long"):
        await bench.client.about.read()


async def test_a_packed_answer_is_refused_unopened(bench: Bench) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    bench.far_end.always = httpx.Response(200, headers={"content-encoding": "gzip"})
    bench.far_end.always._content = bomb
    with pytest.raises(BadAnswer, match="packed"):
        await bench.client.about.read()
