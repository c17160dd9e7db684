"""The profile: what its own person changes, officers see at once, and the trace keeps."""

from __future__ import annotations

from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.audit.service import account_chain, first_broken
from backend.changes.service import facility_stream, head_of
from backend.db import Database
from tests import factories
from tests.backend.conftest import SignedIn


async def test_only_what_is_named_changes(signed_in: SignedIn) -> None:
    visitor = signed_in()
    answer = await visitor.patch("/v1/account", {"phone": "901 555 0107", "city": None})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["phone"], answer.json()["city"]) == ("901 555 0107", "Nashville")
    assert (await visitor.get("/v1/account")).json() == answer.json()


async def test_a_change_is_kept_in_the_trace_with_what_was_before(signed_in: SignedIn, db: Database) -> None:
    visitor = signed_in()
    await visitor.patch("/v1/account", {"city": "Memphis", "state": "TN"})
    chain = account_chain(visitor.account.id)
    (trace,) = db.read_now(lambda tx: tx.session.exec(select(AuditEntry).where(AuditEntry.chain == chain)).all())
    assert trace.action == "profile changed"
    assert trace.what == {"city": {"before": "Nashville", "after": "Memphis"}}
    assert db.read_now(lambda tx: first_broken(tx, chain)) is None


async def test_officers_who_look_at_a_waiting_request_are_told(signed_in: SignedIn, db: Database) -> None:
    visitor = signed_in()
    waiting, decided = db.write_now(factories.facility), db.write_now(factories.facility)
    db.write_now(lambda tx: factories.access(tx, visitor.account.id, waiting.id, status="pending"))
    db.write_now(lambda tx: factories.access(tx, visitor.account.id, decided.id))
    await visitor.patch("/v1/account", {"last_name": "Delgado-Ruiz"})
    assert db.read_now(lambda tx: head_of(tx, facility_stream(waiting.id))) == 1
    assert db.read_now(lambda tx: head_of(tx, facility_stream(decided.id))) == 0


async def test_saying_the_same_again_changes_nothing(signed_in: SignedIn, db: Database) -> None:
    visitor = signed_in()
    assert (await visitor.patch("/v1/account", {"city": "Nashville"})).status_code == 200
    assert db.read_now(lambda tx: tx.session.exec(select(AuditEntry)).all()) == []


async def test_nobody_becomes_a_minor(signed_in: SignedIn) -> None:
    answer = await signed_in().patch("/v1/account", {"birth_date": "2010-01-01"})
    assert answer.json()["errors"][0]["field"] == "birth_date"


async def test_role_and_address_are_not_for_changing(signed_in: SignedIn) -> None:
    for field in ("role", "email", "id"):
        answer = await signed_in().patch("/v1/account", {field: "operator"})
        assert answer.json()["errors"] == [{"field": field, "sentence": "This is not known here."}]


async def test_an_officer_sees_the_facilities_worked_at(signed_in: SignedIn, db: Database) -> None:
    facility = db.write_now(lambda tx: factories.facility(tx, name="Shelby County Jail"))
    answer = await signed_in("officer", facilities=[facility.id]).get("/v1/account")
    assert [found["name"] for found in answer.json()["facilities"]] == ["Shelby County Jail"]
