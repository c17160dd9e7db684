"""Finding an individual over HTTP: who may, how often, and what they learn."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import httpx
import pytest
import pytest_asyncio

from backend.clock import SteppedClock
from backend.db import Database
from backend.facilities.models import Facility
from backend.roster.loading import RosterRecord, upsert_individuals
from backend.security import SHELL
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn


@pytest.fixture
def jail(db: Database) -> Facility:
    return db.write_now(factories.facility)


@pytest.fixture
def visitor(db: Database, jail: Facility, signed_in: SignedIn) -> Caller:
    """Somebody with approved access to the jail."""
    caller = signed_in()
    db.write_now(lambda tx: factories.access(tx, caller.account.id, jail.id))
    return caller


@pytest_asyncio.fixture
async def daniel(db: Database, jail: Facility) -> str:
    made = db.write_now(partial(factories.individual, facility_id=jail.id, booking_number="2026-000777"))
    return made.id


async def search(caller: Caller, jail: Facility, **asked: str) -> httpx.Response:
    return await caller.get(f"/v1/facilities/{jail.id}/individuals", **asked)


async def test_a_person_is_found_by_names_with_a_typo(visitor: Caller, jail: Facility, daniel: str) -> None:
    answer = await search(visitor, jail, first_name="Danial", last_name="Okafor")
    assert answer.json() == {
        "items": [
            {
                "id": daniel,
                "name": "Daniel Okafor",
                "booking_number": "2026-000777",
                "birth_year": None,
                "note": None,
            }
        ],
        "next_cursor": None,
    }


async def test_a_person_is_found_by_the_whole_id_only(visitor: Caller, jail: Facility, daniel: str) -> None:
    assert [each["id"] for each in (await search(visitor, jail, number="2026 000777")).json()["items"]] == [daniel]
    assert (await search(visitor, jail, number="2026-00077")).json()["items"] == []


@pytest.mark.parametrize("status", [None, "pending", "denied", "withdrawn", "revoked", "suspended"])
async def test_without_approved_access_nobody_searches(
    db: Database, jail: Facility, daniel: str, signed_in: SignedIn, status: str | None
) -> None:
    stranger = signed_in()
    if status is not None:
        db.write_now(partial(factories.access, account_id=stranger.account.id, facility_id=jail.id, status=status))
    answer = await search(stranger, jail, first_name="Daniel", last_name="Okafor")
    assert (answer.status_code, answer.json()["code"]) == (403, "facility_access_required")
    by_number = await search(stranger, jail, number="2026-000777")
    assert by_number.status_code == 403


async def test_access_to_one_facility_finds_nobody_at_another(db: Database, visitor: Caller, daniel: str) -> None:
    other = db.write_now(partial(factories.facility, name="Other Jail"))
    assert (await search(visitor, other, number="2026-000777")).status_code == 403


async def test_nobody_signed_out_searches(anyone: Caller, jail: Facility) -> None:
    assert (await search(anyone, jail, number="2026-000777")).status_code == 401


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"first_name": "D", "last_name": "Okafor"}, "first_name"),
        ({"first_name": "Daniel", "last_name": "O"}, "last_name"),
        ({"first_name": "--", "last_name": "Okafor"}, "first_name"),
        ({"last_name": "Okafor"}, "first_name"),
        ({"first_name": "Daniel"}, "last_name"),
        ({"number": "- -"}, "number"),
    ],
)
async def test_too_few_letters_are_refused(
    visitor: Caller, jail: Facility, daniel: str, asked: dict[str, str], field: str
) -> None:
    answer = await search(visitor, jail, **asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("asked", [{"last_name": "Okafor"}, {"first_name": "Daniel"}, {}])
async def test_who_leaves_a_name_out_is_told_what_to_enter(
    visitor: Caller, jail: Facility, asked: dict[str, str]
) -> None:
    answer = await search(visitor, jail, **asked)
    assert answer.json()["errors"][0]["sentence"] == "Enter first and last name, or the ID."


async def test_a_name_of_one_letter_is_found_when_it_is_the_whole_name(
    db: Database, visitor: Caller, jail: Facility
) -> None:
    db.write_now(partial(factories.individual, facility_id=jail.id, first_name="Xi", last_name="O"))
    found = (await search(visitor, jail, first_name="Xi", last_name="O")).json()["items"]
    assert [each["name"] for each in found] == ["Xi O"]


async def test_the_birth_year_is_shown_only_where_two_share_a_name(
    db: Database, visitor: Caller, jail: Facility, daniel: str
) -> None:
    db.write_now(partial(factories.individual, facility_id=jail.id, birth_date=date(1964, 2, 1)))
    found = (await search(visitor, jail, first_name="Daniel", last_name="Okafor")).json()["items"]
    assert sorted(each["birth_year"] for each in found) == [1964, 1991]


@pytest.mark.parametrize("status", ["moved", "released"])
async def test_who_was_moved_or_released_is_said_to_be_so(
    db: Database, visitor: Caller, jail: Facility, status: str
) -> None:
    db.write_now(partial(factories.individual, facility_id=jail.id, status=status))
    found = (await search(visitor, jail, first_name="Daniel", last_name="Okafor")).json()["items"]
    assert status in found[0]["note"].lower()


async def test_the_thirty_first_search_of_a_minute_has_to_wait(
    visitor: Caller, jail: Facility, daniel: str, clock: SteppedClock
) -> None:
    clock.step(timedelta(seconds=18))
    for _ in range(30):
        assert (await search(visitor, jail, number="2026-000777")).status_code == 200
    answer = await search(visitor, jail, number="2026-000777")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_searches")
    assert answer.json()["retry_after_seconds"] == 42
    clock.step(timedelta(seconds=42))
    assert (await search(visitor, jail, number="2026-000777")).status_code == 200


async def test_who_is_loaded_while_the_server_runs_is_found_at_once(
    db: Database, visitor: Caller, jail: Facility, daniel: str
) -> None:
    await search(visitor, jail, first_name="Daniel", last_name="Okafor")
    renamed = RosterRecord("2026-000777", "Daniel", "Okonkwo")
    db.write_now(lambda tx: upsert_individuals(tx, SHELL, jail.id, [renamed]))
    assert (await search(visitor, jail, first_name="Daniel", last_name="Okafor")).json()["items"] == []
    found = (await search(visitor, jail, first_name="Daniel", last_name="Okonkwo")).json()["items"]
    assert [each["id"] for each in found] == [daniel]
    ada = RosterRecord("2026-000778", "Ada", "Quist")
    db.write_now(lambda tx: upsert_individuals(tx, SHELL, jail.id, [ada]))
    assert len((await search(visitor, jail, first_name="Ada", last_name="Quist")).json()["items"]) == 1
