"""Facility access over HTTP: the visitor's requests and the officer's desk."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.audit.service import facility_chain, first_broken
from backend.changes.service import account_stream, facility_stream, head_of
from backend.clock import SteppedClock
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


@pytest.fixture
def strict(db: Database) -> Facility:
    """A facility whose officers want to have seen the ID."""
    return db.write_now(lambda tx: factories.facility(tx, name="Strict Jail", settings={"id_must_be_seen": True}))


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


async def test_the_desk_lists_the_soonest_due_first_in_pages(
    db: Database, clock: SteppedClock, jail: Facility, signed_in: SignedIn
) -> None:
    officer = signed_in("officer", facilities=[jail.id])
    asked = []
    for _ in range(3):
        asked.append((await ask(signed_in(), jail))["id"])
        clock.step(timedelta(days=1))
    path = f"/v1/desk/{jail.id}/access-requests"
    officer = signed_in("officer", facilities=[jail.id])
    first = (await officer.get(path, limit=2)).json()
    second = (await officer.get(path, limit=2, cursor=first["next_cursor"])).json()
    assert [each["id"] for each in first["items"] + second["items"]] == asked
    assert second["next_cursor"] is None


async def test_the_desk_shows_what_the_visitor_declared(db: Database, jail: Facility, signed_in: SignedIn) -> None:
    db.write_now(lambda tx: factories.individual(tx, jail.id, first_name="Daniel", last_name="Okafor"))
    await ask(signed_in(), jail)
    officer = signed_in("officer", facilities=[jail.id])
    said = (await officer.get(f"/v1/desk/{jail.id}/access-requests")).json()["items"][0]
    assert said["applicant"]["last_name"] == "Delgado"
    assert said["applicant"]["id_last4"] == "4821"
    assert said["individual_found"] is True
    assert said["relationship"] == "sister"


async def test_a_person_who_is_not_on_the_roster_is_not_found(
    db: Database, jail: Facility, signed_in: SignedIn
) -> None:
    db.write_now(lambda tx: factories.individual(tx, jail.id, first_name="Martin", last_name="Quist"))
    await ask(signed_in(), jail)
    officer = signed_in("officer", facilities=[jail.id])
    said = (await officer.get(f"/v1/desk/{jail.id}/access-requests")).json()["items"][0]
    assert said["individual_found"] is False


async def test_an_officer_sees_only_their_own_facility(jail: Facility, strict: Facility, signed_in: SignedIn) -> None:
    said = await ask(signed_in(), jail)
    elsewhere = signed_in("officer", facilities=[strict.id])
    assert (await elsewhere.get(f"/v1/desk/{jail.id}/access-requests")).status_code == 403
    answer = await elsewhere.post(
        f"/v1/desk/access-requests/{said['id']}/decision", {"decision": "approved", "version": 1}
    )
    assert answer.status_code == 404
    assert (await signed_in().get(f"/v1/desk/{jail.id}/access-requests")).status_code == 403


async def test_an_approval_reaches_the_visitor_and_leaves_a_trace(
    db: Database, jail: Facility, signed_in: SignedIn
) -> None:
    visitor = signed_in()
    officer = signed_in("officer", facilities=[jail.id])
    asked = await ask(visitor, jail)
    stream = account_stream(visitor.account.id)
    before = db.read_now(lambda tx: head_of(tx, stream))
    answer = await officer.post(
        f"/v1/desk/access-requests/{asked['id']}/decision", {"decision": "approved", "version": 1}
    )
    assert (answer.json()["status"], answer.json()["decided_by"]) == ("approved", "Maria Delgado")
    assert (await visitor.get("/v1/access")).json()["items"][0]["status"] == "approved"
    assert db.read_now(lambda tx: head_of(tx, stream)) == before + 1
    assert db.read_now(lambda tx: head_of(tx, facility_stream(jail.id))) == 2
    notices = db.read_now(lambda tx: tx.session.exec(select(Notice).order_by("created_at", "id")).all())
    assert [notice.kind for notice in notices] == ["access_requested", "access_decided"]
    entries = db.read_now(
        lambda tx: tx.session.exec(select(AuditEntry).where(AuditEntry.chain == facility_chain(jail.id))).all()
    )
    assert [entry.action for entry in entries] == ["access requested", "access approved"]
    assert db.read_now(lambda tx: first_broken(tx, facility_chain(jail.id))) is None


async def test_a_denial_needs_a_reason_and_the_visitor_reads_it(jail: Facility, signed_in: SignedIn) -> None:
    visitor = signed_in()
    officer = signed_in("officer", facilities=[jail.id])
    path = f"/v1/desk/access-requests/{(await ask(visitor, jail))['id']}/decision"
    answer = await officer.post(path, {"decision": "denied", "version": 1})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    await officer.post(path, {"decision": "denied", "version": 1, "reason": "No ID of that number exists."})
    said = (await visitor.get("/v1/access")).json()["items"][0]
    assert (said["status"], said["reason"]) == ("denied", "No ID of that number exists.")


async def test_of_two_officers_at_once_one_decision_stands_and_the_other_is_told(
    db: Database, jail: Facility, signed_in: SignedIn
) -> None:
    visitor = signed_in()
    officers = [
        signed_in(
            account=db.write_now(partial(factories.account, role="officer", first_name=name, facilities=[jail.id]))
        )
        for name in ("Ruth", "Omar")
    ]
    path = f"/v1/desk/access-requests/{(await ask(visitor, jail))['id']}/decision"
    answers = await asyncio.gather(
        *(
            officer.post(path, {"decision": decision, "version": 1, "reason": "Because."})
            for officer, decision in zip(officers, ("approved", "denied"), strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    lost = next(answer.json() for answer in answers if answer.status_code == 409)
    assert lost["code"] == "already_decided"
    assert lost["detail"] == f"{won['decided_by']} set it to {won['status']} on 2026-11-22 at 09:00 CST."
    decided = db.read_now(lambda tx: tx.session.exec(select(Notice).where(Notice.kind == "access_decided")).all())
    assert len(decided) == 1


async def test_an_id_that_must_be_seen_is_marked_before_the_approval(strict: Facility, signed_in: SignedIn) -> None:
    visitor = signed_in()
    officer = signed_in("officer", facilities=[strict.id])
    path = f"/v1/desk/access-requests/{(await ask(visitor, strict))['id']}"
    early = await officer.post(f"{path}/decision", {"decision": "approved", "version": 1})
    assert (early.status_code, early.json()["code"]) == (409, "id_not_seen")
    seen = (await officer.post(f"{path}/id-seen")).json()
    assert (seen["version"], seen["id_seen_by"]) == (2, "Maria Delgado")
    assert (await officer.post(f"{path}/id-seen")).json() == seen
    assert (await visitor.get("/v1/access")).json()["items"][0]["missing"] == []
    answer = await officer.post(f"{path}/decision", {"decision": "approved", "version": 2})
    assert answer.json()["status"] == "approved"


async def test_a_decision_on_what_has_changed_meanwhile_is_not_made(strict: Facility, signed_in: SignedIn) -> None:
    officer = signed_in("officer", facilities=[strict.id])
    path = f"/v1/desk/access-requests/{(await ask(signed_in(), strict))['id']}"
    await officer.post(f"{path}/id-seen")
    answer = await officer.post(f"{path}/decision", {"decision": "approved", "version": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "request_changed")


async def test_a_withdrawn_request_is_not_decided(jail: Facility, signed_in: SignedIn) -> None:
    visitor = signed_in()
    officer = signed_in("officer", facilities=[jail.id])
    asked = await ask(visitor, jail)
    await visitor.post(f"/v1/access/{asked['id']}/withdrawal")
    path = f"/v1/desk/access-requests/{asked['id']}"
    answer = await officer.post(f"{path}/decision", {"decision": "approved", "version": 2})
    assert (answer.status_code, answer.json()["detail"]) == (409, "The visitor has withdrawn it.")
    assert (await officer.post(f"{path}/id-seen")).json()["code"] == "already_decided"


async def test_an_officer_does_not_decide_on_their_own_request(jail: Facility, signed_in: SignedIn) -> None:
    officer = signed_in("officer", facilities=[jail.id])
    asked = await ask(officer, jail)
    answer = await officer.post(
        f"/v1/desk/access-requests/{asked['id']}/decision", {"decision": "approved", "version": 1}
    )
    assert answer.status_code == 403


async def test_earlier_requests_are_shown_to_the_officer(jail: Facility, signed_in: SignedIn) -> None:
    visitor = signed_in()
    officer = signed_in("officer", facilities=[jail.id])
    first = await ask(visitor, jail)
    await visitor.post(f"/v1/access/{first['id']}/withdrawal")
    await ask(visitor, jail)
    said = (await officer.get(f"/v1/desk/{jail.id}/access-requests")).json()["items"][0]
    assert said["earlier"] == [{"status": "withdrawn", "at": "2026-11-22T15:00:00Z"}]


async def test_signed_out_people_ask_for_nothing(jail: Facility, anyone: Caller) -> None:
    assert (await anyone.get("/v1/access")).status_code == 401
    assert (await anyone.post("/v1/access", {"facility_id": jail.id, **ASKED})).status_code == 401
