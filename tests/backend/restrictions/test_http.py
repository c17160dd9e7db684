"""Restrictions over HTTP, as officers have them, and what a visitor's terminal is told."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from backend.db import Database
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.backend.visits.people import number_of
from tests.backend.visits.world import World, build

BAN = {"kind": "ban", "reason": "Contraband at the gate.", "person_name": "Maria Delgado"}


@pytest.fixture
def world(db: Database) -> World:
    return build(db, fee=0)


@pytest.fixture
def officer(world: World, signed_in: SignedIn) -> Caller:
    return signed_in("officer", facilities=[world.facility_id])


async def make(officer: Caller, world: World, body: Mapping[str, object]) -> dict[str, object]:
    answer = await officer.post(f"/v1/desk/{world.facility_id}/restrictions", body)
    assert answer.status_code == 201, answer.text
    said: dict[str, object] = answer.json()
    return said


async def test_a_restriction_is_made_listed_and_ended(officer: Caller, world: World) -> None:
    made = await make(officer, world, BAN)
    assert (made["kind"], made["flagged_visits"], made["reason"]) == ("ban", 0, BAN["reason"])
    path = f"/v1/desk/{world.facility_id}/restrictions"
    assert (await officer.get(path)).json()["items"] == [made]

    ended = await officer.post(f"/v1/desk/restrictions/{made['id']}/end")

    assert ended.json()["ended_at"] is not None
    assert (await officer.get(path)).json()["items"] == []
    assert [one["id"] for one in (await officer.get(path, ended="true")).json()["items"]] == [made["id"]]


async def test_individuals_are_named_by_number_or_id_and_shown_by_name(officer: Caller, world: World) -> None:
    other = world.another_individual()
    body = {"kind": "keep_apart", "reason": "Co-defendants.", "individual": other}
    made = await make(officer, world, {**body, "other_individual": number_of(world, world.individual_id)})
    shown = {str(made["individual"]), str(made["other_individual"])}
    assert len(shown) == 2
    assert all("Daniel Okafor" in each for each in shown)


async def test_the_same_request_sent_again_makes_no_second_one(officer: Caller, world: World) -> None:
    path = f"/v1/desk/{world.facility_id}/restrictions"
    first = await officer.post(path, BAN, key="0123456789abcdef")
    again = await officer.post(path, BAN, key="0123456789abcdef")
    assert first.json() == again.json()
    assert len((await officer.get(path)).json()["items"]) == 1


async def test_what_does_not_fit_is_told_by_its_field(officer: Caller, world: World) -> None:
    answer = await officer.post(f"/v1/desk/{world.facility_id}/restrictions", {"kind": "ban", "reason": "x"})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["person_name"])


async def test_a_visitors_terminal_is_told_no_kind_and_no_reason(
    officer: Caller, world: World, signed_in: SignedIn
) -> None:
    await make(officer, world, {**BAN, "last_date": "2026-11-24"})
    visitor = signed_in()
    await visitor.post(
        "/v1/access", {"facility_id": world.facility_id, "individual_name": "A B", "relationship": "son"}
    )
    asked = {
        "facility_id": world.facility_id,
        "visit_type": "remote",
        "individual_id": world.individual_id,
        "duration_minutes": 30,
        "starts_at": "2026-11-24T15:00:00Z",
    }
    refused = await visitor.post("/v1/holds", asked)
    reasons = {reason["code"]: reason for reason in refused.json()["reasons"]}
    assert reasons["visitor_restricted"]["first_passes_on"] == "2026-11-25"
    assert "Contraband" not in refused.text
    assert "ban" not in reasons["visitor_restricted"]["sentence"].casefold()
