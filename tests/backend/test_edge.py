"""The edge: what acts on a terminal, and what is too large, is refused on every route."""

from __future__ import annotations

import json
from unicodedata import category
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from backend.edge import LARGEST_BODY
from backend.text import UNFIT, first_unfit
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.hostile import corpus

JSON = {"Content-Type": "application/json", "Idempotency-Key": "a key of the test"}
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
ACTS_OR_HIDES = {
    "escape": "\x1b[31m",
    "bell": "\x07",
    "delete": "\x7f",
    "C1 control sequence introducer": "\x9b2J",
    "C1 operating system command": "\x9d52;c;aGk=\x9c",
    "tab": "\t",
    "carriage return": "\r",
    "left-to-right mark": "\u200e",
    "right-to-left override": "\u202e",
    "right-to-left isolate": "\u2067",
    "Arabic letter mark": "\u061c",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "word joiner": "\u2060",
    "soft hyphen": "\u00ad",
    "byte order mark": "\ufeff",
    "line separator": "\u2028",
    "tag": "\U000e0041",
    "variation selector": "\ufe0f",
    "Hangul filler": "\u3164",
    "null": "\x00",
}


@pytest.mark.parametrize("name", ACTS_OR_HIDES)
async def test_no_text_with_such_a_character_is_taken_in_a_body(signed_in: SignedIn, name: str) -> None:
    answer = await signed_in().patch("/v1/account", {"city": f"Nash{ACTS_OR_HIDES[name]}ville"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "city", "sentence": UNFIT}]


@pytest.mark.parametrize("name", ACTS_OR_HIDES)
async def test_no_text_with_such_a_character_is_taken_in_a_query(signed_in: SignedIn, name: str) -> None:
    answer = await signed_in().get("/v1/changes", facility_id=f"a{ACTS_OR_HIDES[name]}b")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "facility_id", "sentence": UNFIT}]


@pytest.mark.parametrize("name", ACTS_OR_HIDES)
async def test_an_address_with_such_a_character_is_not_found(anyone: Caller, name: str) -> None:
    assert (await anyone.get(f"/v1/about{quote(ACTS_OR_HIDES[name])}")).status_code == 404


async def test_of_ten_thousand_hostile_strings_none_that_acts_or_hides_is_taken(http: httpx.AsyncClient) -> None:
    unfit = [text for text in corpus() if any(category(sign) in UNSEEN for sign in text.replace("\n", ""))]
    assert len(unfit) > 9_000
    assert not [ascii(text) for text in unfit if first_unfit({"city": text}) != ("city",)]
    for text in unfit[:: len(unfit) // 50]:
        answer = await http.post("/v1/sign-in", content=json.dumps({"email": text[:1000]}))
        assert answer.json()["errors"] == [{"field": "email", "sentence": UNFIT}], ascii(text)


@pytest.mark.parametrize("text", ["Nuñez", "Łukasz", "D'Angelo-O’Neil", "Ng\u00f4 Th\u1ecb", "王小明", "José 🙂"])
async def test_names_as_people_have_them_are_taken(signed_in: SignedIn, text: str) -> None:
    answer = await signed_in().patch("/v1/account", {"city": text})
    assert answer.json()["city"] == text


async def test_a_character_hidden_in_the_name_of_a_field_is_refused(signed_in: SignedIn) -> None:
    answer = await signed_in().patch("/v1/account", {"ci\u200bty": "Nashville"})
    assert answer.json()["errors"] == [{"field": "body", "sentence": UNFIT}]


async def test_half_a_surrogate_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/sign-in", content=b'{"email": "\\ud800"}')
    assert answer.json()["errors"] == [{"field": "email", "sentence": UNFIT}]


async def test_text_is_trimmed_and_its_spaces_are_single(signed_in: SignedIn) -> None:
    answer = await signed_in().patch("/v1/account", {"city": "  New \u00a0 York "})
    assert answer.json()["city"] == "New York"


async def test_a_body_as_large_as_may_be_is_read(http: httpx.AsyncClient) -> None:
    body = b'"' + b"x" * (LARGEST_BODY - 2) + b'"'
    assert (await http.post("/v1/sign-in", content=body)).status_code != 413


async def test_a_larger_one_is_refused_in_a_sentence(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/sign-in", content=b"x" * (LARGEST_BODY + 1))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "At most 64 kB are taken. Shorten what you entered."


async def test_a_large_body_that_comes_in_pieces_is_refused_before_its_end(app: FastAPI) -> None:
    given: list[int] = []

    async def receive() -> dict[str, object]:
        given.append(1)
        return {"type": "http.request", "body": b"x" * 10_000, "more_body": True}

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/sign-in",
        "query_string": b"",
        "headers": [],
    }
    await app(scope, receive, send)  # type: ignore[arg-type]  # ASGI's own types are mappings of Any
    assert sent[0]["status"] == 413
    assert len(given) == 7


async def test_json_nested_a_thousand_deep_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/sign-in", content=b"[" * 30_000 + b"]" * 30_000)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


async def test_what_is_not_json_is_refused_in_a_sentence(anyone: Caller) -> None:
    answer = await anyone.client.post("/v1/sign-in", content=b"{", headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["sentence"] == "The request is not readable."
