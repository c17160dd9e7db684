"""The draft of a visit is kept on the server, one an account, told to its terminals, and knows nothing of payment."""

from __future__ import annotations

import pytest

from tests.backend.conftest import SignedIn

DRAFT = {
    "facility_id": "01F",
    "visit_type": "remote",
    "individual_name": "Daniel Okafor",
    "duration_minutes": 30,
    "date": "2026-11-24",
    "starts_at": "2026-11-24T15:00:00Z",
    "attendees": [{"name": "Luis", "minor": True}],
    "step": "time",
}


async def test_a_draft_comes_back_as_it_was_put(signed_in: SignedIn) -> None:
    ana = signed_in()
    assert (await ana.get("/v1/draft")).json() == {"draft": None}

    put = await ana.put("/v1/draft", DRAFT)

    kept = (await ana.get("/v1/draft")).json()
    assert put.json() == kept
    assert {name: kept["draft"][name] for name in DRAFT} == DRAFT
    assert kept["draft"]["updated_at"] == "2026-11-22T15:00:00Z"


async def test_a_later_draft_replaces_an_earlier_one(signed_in: SignedIn) -> None:
    ana = signed_in()
    await ana.put("/v1/draft", DRAFT)

    await ana.put("/v1/draft", {"step": "type"})

    kept = (await ana.get("/v1/draft")).json()["draft"]
    assert (kept["step"], kept["facility_id"]) == ("type", None)


async def test_a_draft_is_thrown_away(signed_in: SignedIn) -> None:
    ana = signed_in()
    await ana.put("/v1/draft", DRAFT)

    assert (await ana.delete("/v1/draft")).status_code == 204
    assert (await ana.delete("/v1/draft")).status_code == 204

    assert (await ana.get("/v1/draft")).json() == {"draft": None}


async def test_nobody_sees_somebody_elses_draft(signed_in: SignedIn) -> None:
    await signed_in().put("/v1/draft", DRAFT)

    assert (await signed_in().get("/v1/draft")).json() == {"draft": None}


async def test_the_accounts_other_terminals_are_told(signed_in: SignedIn) -> None:
    ana = signed_in()
    cursor = (await ana.get("/v1/changes")).json()["cursor"]

    await ana.put("/v1/draft", DRAFT)

    news = (await ana.get("/v1/changes", after=cursor, wait=0)).json()["items"]
    assert [one["kind"] for one in news] == ["draft"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"payment_method": "test_approved"},
        {"card_number": "4242424242424242"},
        {"step": "x" * 81},
        {"individual_name": "x" * 201},
        {"attendees": [{"name": "x", "minor": False}] * 21},
        {"facility_id": "\u202eevil"},
    ],
)
async def test_payment_and_what_is_too_long_or_acts_on_a_terminal_is_refused(
    signed_in: SignedIn, wrong: dict[str, object]
) -> None:
    answer = await signed_in().put("/v1/draft", wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
