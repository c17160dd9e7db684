"""Blackouts over HTTP: officers of the facility look, add, list and remove."""

from __future__ import annotations

import pytest

from backend.changes.service import facility_stream, head_of
from backend.db import Database
from backend.facilities.models import Facility
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn

CLOSED = {"first_date": "2026-12-24", "last_date": "2026-12-26", "reason": "Not enough staff.", "told": "Call us."}


@pytest.fixture
def jail(db: Database) -> Facility:
    return db.write_now(factories.facility)


@pytest.fixture
def officer(jail: Facility, signed_in: SignedIn) -> Caller:
    return signed_in("officer", facilities=[jail.id])


async def test_an_officer_looks_adds_lists_and_removes(db: Database, jail: Facility, officer: Caller) -> None:
    path = f"/v1/desk/{jail.id}/blackouts"
    seen = await officer.post(f"{path}/preview", CLOSED)
    assert seen.json() == {"visits": 0, "holds": 0, "first_visits": []}

    added = await officer.post(path, {**CLOSED, "expected_visits": 0})
    assert (added.status_code, added.json()["cancelled"]) == (201, 0)
    made = added.json()["blackout"]
    assert (made["start_minute"], made["end_minute"], made["flagged"]) == (0, 1440, 0)
    assert (await officer.get(path)).json()["items"] == [made]
    assert db.read_now(lambda tx: head_of(tx, facility_stream(jail.id))) == 1

    removed = await officer.post(f"/v1/desk/blackouts/{made['id']}/removal")
    assert removed.json()["removed_at"] == "2026-11-22T15:00:00Z"
    assert (await officer.get(path)).json()["items"] == []


async def test_the_same_request_again_adds_one_blackout(jail: Facility, officer: Caller) -> None:
    path, body = f"/v1/desk/{jail.id}/blackouts", {**CLOSED, "expected_visits": 0}
    first, second = [await officer.post(path, body, key="the same key every time") for _ in range(2)]

    assert first.json() == second.json()
    assert len((await officer.get(path)).json()["items"]) == 1


async def test_another_number_of_visits_than_was_shown_is_refused(jail: Facility, officer: Caller) -> None:
    answer = await officer.post(f"/v1/desk/{jail.id}/blackouts", {**CLOSED, "expected_visits": 3})
    assert (answer.status_code, answer.json()["code"]) == (409, "blackout_touches_changed")
    assert "It now touches 0 visits." in answer.json()["detail"]


@pytest.mark.parametrize("role", ["visitor", "support"])
async def test_nobody_but_officers_and_operators_closes_days(jail: Facility, signed_in: SignedIn, role: str) -> None:
    answer = await signed_in(role).post(f"/v1/desk/{jail.id}/blackouts", {**CLOSED, "expected_visits": 0})
    assert answer.status_code == 403


async def test_an_officer_of_elsewhere_does_not_know_of_it(
    db: Database, jail: Facility, officer: Caller, signed_in: SignedIn
) -> None:
    elsewhere = db.write_now(lambda tx: factories.facility(tx, name="Elsewhere"))
    added = await officer.post(f"/v1/desk/{jail.id}/blackouts", {**CLOSED, "expected_visits": 0})
    other = signed_in("officer", facilities=[elsewhere.id])

    assert (await other.get(f"/v1/desk/{jail.id}/blackouts")).status_code == 403
    gone = await other.post(f"/v1/desk/blackouts/{added.json()['blackout']['id']}/removal")
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
