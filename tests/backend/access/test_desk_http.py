"""Facility access over HTTP as officers have it: the queue, the ID seen, and one decision."""

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
from backend.paging import cursor_of
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


@pytest.mark.parametrize("due", ["--5", "-" + "9" * 18, "9" * 30, "x"])
async def test_a_made_up_place_in_the_list_is_refused(jail: Facility, signed_in: SignedIn, due: str) -> None:
    officer = signed_in("officer", facilities=[jail.id])
    path = f"/v1/desk/{jail.id}/access-requests"
    answer = await officer.get(path, cursor=cursor_of(due, "x"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


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
    notices = db.read_now(lambda tx: tx.session.exec(select(Notice)).all())
    assert sorted(notice.kind for notice in notices) == ["access_decided", "access_requested"]
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
