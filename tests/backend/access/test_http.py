"""Facility access over HTTP as its visitor has it: asking, seeing where it stands, withdrawing."""

from __future__ import annotations

from functools import partial

import pytest
from sqlmodel import select

from backend.db import Database
from backend.facilities.models import Facility
from backend.notices.models import Notice
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn

ASKED = {"individual_name": "Daniel Okafor", "relationship": "sister"}


@pytest.fixture
def jail(db: Database) -> Facility:
    return db.write_now(factories.facility)


async def ask(visitor: Caller, facility: Facility) -> dict[str, object]:
    answer = await visitor.post("/v1/access", {"facility_id": facility.id, **ASKED})
    assert answer.status_code == 201, answer.text
    said: dict[str, object] = answer.json()
    return said


async def test_a_request_is_pending_with_the_date_by_which_an_answer_is_due(
    jail: Facility, signed_in: SignedIn
) -> None:
    visitor = signed_in()
    said = await ask(visitor, jail)
    assert said["status"] == "pending"
    assert said["facility"] == {
        "id": jail.id,
        "name": jail.name,
        "state": "TN",
        "city": "Crossville",
        "zone": "America/Chicago",
    }
    # asked on Sunday the 22nd: Monday, Tuesday, Wednesday until its last minute, six hours behind UTC
    assert said["due_at"] == "2026-11-26T05:59:00Z"
    assert said["answer_days"] == 3
    assert said["missing"] == []
    assert said["can_schedule"] is False
    assert (await visitor.get("/v1/access")).json()["items"] == [said]


async def test_where_the_policy_says_so_access_is_approved_at_once(db: Database, signed_in: SignedIn) -> None:
    open_house = db.write_now(lambda tx: factories.facility(tx, settings={"approval": "automatic"}))
    said = await ask(signed_in(), open_house)
    assert (said["status"], said["due_at"], said["decided_at"]) == ("approved", None, "2026-11-22T15:00:00Z")


async def test_an_id_that_must_be_seen_is_never_approved_by_policy_alone(db: Database, signed_in: SignedIn) -> None:
    both = db.write_now(lambda tx: factories.facility(tx, settings={"approval": "automatic", "id_must_be_seen": True}))
    said = await ask(signed_in(), both)
    assert said["status"] == "pending"
    assert said["missing"] == ["Show your ID to an officer at the facility."]


async def test_approved_access_can_schedule_once_the_facility_offers_a_type_with_terms(
    db: Database, jail: Facility, signed_in: SignedIn
) -> None:
    visitor = signed_in()
    db.write_now(lambda tx: factories.access(tx, visitor.account.id, jail.id))
    assert (await visitor.get("/v1/access")).json()["items"][0]["can_schedule"] is False
    db.write_now(lambda tx: factories.setting(tx, jail.id, "offered", True, visit_type="remote"))
    assert (await visitor.get("/v1/access")).json()["items"][0]["can_schedule"] is False
    db.write_now(lambda tx: factories.terms(tx, jail.id))
    said = (await visitor.get("/v1/access")).json()["items"][0]
    assert (said["can_schedule"], said["visit_types"]) == (True, ["remote"])


async def test_a_second_request_to_the_same_facility_is_refused(jail: Facility, signed_in: SignedIn) -> None:
    visitor = signed_in()
    await ask(visitor, jail)
    answer = await visitor.post("/v1/access", {"facility_id": jail.id, **ASKED})
    assert (answer.status_code, answer.json()["code"]) == (409, "access_already_open")
    assert "pending" in answer.json()["title"]


@pytest.mark.parametrize(
    ("status", "said"), [("approved", "You have access"), ("suspended", "is suspended"), ("pending", "is pending")]
)
async def test_whoever_has_access_or_had_it_suspended_is_told_so(
    db: Database, jail: Facility, signed_in: SignedIn, status: str, said: str
) -> None:
    visitor = signed_in()
    db.write_now(partial(factories.access, account_id=visitor.account.id, facility_id=jail.id, status=status))
    answer = await visitor.post("/v1/access", {"facility_id": jail.id, **ASKED})
    assert (answer.status_code, answer.json()["code"]) == (409, "access_already_open")
    assert said in answer.json()["title"]


@pytest.mark.parametrize("status", ["denied", "withdrawn", "revoked"])
async def test_whoever_was_refused_may_ask_again(
    db: Database, jail: Facility, signed_in: SignedIn, status: str
) -> None:
    visitor = signed_in()
    db.write_now(partial(factories.access, account_id=visitor.account.id, facility_id=jail.id, status=status))
    assert (await ask(visitor, jail))["status"] == "pending"


async def test_the_same_request_sent_twice_is_made_once(db: Database, jail: Facility, signed_in: SignedIn) -> None:
    visitor = signed_in()
    body = {"facility_id": jail.id, **ASKED}
    first, second = [await visitor.post("/v1/access", body, key="one intent, one key") for _ in range(2)]
    assert first.json() == second.json()
    assert len(db.read_now(lambda tx: tx.session.exec(select(Notice)).all())) == 1


async def test_an_account_has_only_so_many_requests_waiting(db: Database, signed_in: SignedIn) -> None:
    visitor = signed_in()
    for number in range(5):
        await ask(visitor, db.write_now(partial(factories.facility, name=f"Jail {number}")))
    sixth = db.write_now(lambda tx: factories.facility(tx, name="Jail 6"))
    answer = await visitor.post("/v1/access", {"facility_id": sixth.id, **ASKED})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_open_requests")


async def test_an_incomplete_profile_is_named_before_a_facility_has_to_decide_on_it(
    db: Database, jail: Facility, signed_in: SignedIn
) -> None:
    person = db.write_now(lambda tx: factories.account(tx, birth_date=None))
    answer = await signed_in(account=person).post("/v1/access", {"facility_id": jail.id, **ASKED})
    assert (answer.status_code, answer.json()["code"]) == (409, "profile_incomplete")


async def test_a_pending_request_is_withdrawn_and_may_be_made_anew(jail: Facility, signed_in: SignedIn) -> None:
    visitor = signed_in()
    said = await ask(visitor, jail)
    answer = await visitor.post(f"/v1/access/{said['id']}/withdrawal")
    assert answer.json()["status"] == "withdrawn"
    again = await visitor.post(f"/v1/access/{said['id']}/withdrawal")
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    await ask(visitor, jail)


async def test_nobody_withdraws_the_request_of_somebody_else(jail: Facility, signed_in: SignedIn) -> None:
    said = await ask(signed_in(), jail)
    answer = await signed_in().post(f"/v1/access/{said['id']}/withdrawal")
    assert answer.status_code == 404


async def test_signed_out_people_ask_for_nothing(jail: Facility, anyone: Caller) -> None:
    assert (await anyone.get("/v1/access")).status_code == 401
    assert (await anyone.post("/v1/access", {"facility_id": jail.id, **ASKED})).status_code == 401
