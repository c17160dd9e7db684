"""Support finds a customer by whatever they say of themselves; every search leaves a trace of who was found."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlmodel import select

from backend.accounts import finding
from backend.accounts.models import Account
from backend.accounts.profile import ProfileChanges
from backend.accounts.profiles import change
from backend.audit.models import AuditEntry
from backend.audit.service import account_chain
from backend.context import Context
from backend.db import Database, Tx
from backend.demo.people import ANA, WHITFIELD
from backend.keys import ServerKey
from backend.money.models import Payment
from backend.security import Actor
from backend.support import service
from backend.visits.models import Visit
from tests.backend.conftest import SignedIn
from tests.factories import account

KEY = ServerKey(b"a key for tests only: 32 bytes..")
SEARCH = "/v1/support/accounts/search"


def agent_in(tx: Tx) -> Actor:
    return Actor(role="support", channel="terminal", account_id=account(tx, role="support", first_name="Robin").id)


def names(db: Database, said: str) -> list[str]:
    return db.write_now(lambda tx: [one.name for one in service.find(tx, agent_in(tx), KEY, said).items])


@pytest.fixture
def people(database: Database) -> Database:
    """Four customers and an officer."""

    def lay(tx: Tx) -> None:
        account(tx, first_name="María José", last_name="Ortega-Baca", email="mj@example.org", phone="(901) 555-0199")
        account(tx, first_name="Sean", last_name="O'Brien", email="sean@example.org", phone="+1 615 555 0107")
        account(tx, first_name="Sean", last_name="Ortega", email="so@example.org", phone="615.555.0108", disabled=True)
        account(tx, first_name="Łukasz", last_name="Wróblewski", email="lw@example.org", phone="+48 22 555 01 09")
        account(tx, first_name="Sean", last_name="Officer", email="desk@example.org", role="officer")

    database.write_now(lay)
    return database


FOUND: Mapping[str, list[str]] = {
    "ortega": ["María José Ortega-Baca", "Sean Ortega"],
    "Maria Ortega": ["María José Ortega-Baca"],
    "baca, maria jose": ["María José Ortega-Baca"],
    "sean obrien": ["Sean O'Brien"],
    "O’BRIEN": ["Sean O'Brien"],
    "sea": ["Sean O'Brien", "Sean Ortega"],
    "lukasz wroblewski": ["Łukasz Wróblewski"],
    "wroblevski": ["Łukasz Wróblewski"],
    "Maria Ortgea": ["María José Ortega-Baca"],
    "SEAN@example.org": ["Sean O'Brien"],
    "0107": ["Sean O'Brien"],
    "1 (615) 555-0107": ["Sean O'Brien"],
    "555 0109": ["Łukasz Wróblewski"],
    "6155550107": ["Sean O'Brien"],
    "sean@example": [],
    "desk@example.org": [],
    "officer": [],
    "107": [],
    "s": [],
    "%": [],
    "xyzzy": [],
}


def test_a_customer_is_found_by_name_address_and_phone_however_they_are_written(people: Database) -> None:
    assert {said: names(people, said) for said in FOUND} == FOUND


def test_more_customers_than_are_shown_are_said_to_be_more(database: Database) -> None:
    many = [f"Leeson{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    database.write_now(lambda tx: [account(tx, last_name=last_name) for last_name in (*many, "Lee")])
    found = database.write_now(lambda tx: service.find(tx, agent_in(tx), KEY, "lee"))
    assert (len(found.items), found.more, found.near) == (finding.AT_MOST, True, False)
    assert "Maria Lee" in [one.name for one in found.items], "who is written like that comes first"


@pytest.mark.parametrize("said", ["Shean Obrian", "obrien seann"])
def test_who_is_written_otherwise_is_said_to_be_near_only(people: Database, said: str) -> None:
    found = people.write_now(lambda tx: service.find(tx, agent_in(tx), KEY, said))
    assert (found.by, found.near, [one.name for one in found.items]) == ("name", True, ["Sean O'Brien"])


def test_a_customer_is_found_by_the_reference_of_a_visit_and_of_a_payment(demonstration: Context) -> None:
    db = demonstration.db

    def references(tx: Tx) -> tuple[str, str, str]:
        visit = tx.session.exec(select(Visit).where(Visit.account_id == ANA.account_id)).first()
        payment = tx.session.exec(select(Payment).where(Payment.account_id == ANA.account_id)).first()
        assert visit is not None
        assert payment is not None
        payment.processor_reference = "ch_3PzAbc"
        tx.session.add(payment)
        return visit.reference, payment.id, payment.processor_reference

    for said in db.write_now(references):
        assert names(db, f" {said} ") == ["Ana Rivera"]
    assert names(db, db.write_now(references)[0].lower()) == ["Ana Rivera"]


def test_a_changed_name_and_phone_are_found_and_the_old_ones_are_not(database: Database) -> None:
    who = database.write_now(lambda tx: account(tx, first_name="Ana", last_name="Rivera", phone="901 555 0142"))
    actor = Actor(role="visitor", channel="terminal", account_id=who.id)
    new = ProfileChanges(last_name="Castillo", phone="901 555 0177")
    database.write_now(lambda tx: change(tx, actor, new))
    found = {said: names(database, said) for said in ("Ana Rivera", "0142", "Castillo", "0177")}
    assert found == {"Ana Rivera": [], "0142": [], "Castillo": ["Ana Castillo"], "0177": ["Ana Castillo"]}


def test_everybody_of_the_demonstration_who_visits_is_found(demonstration: Context) -> None:
    db = demonstration.db
    everybody = db.read_now(lambda tx: tx.session.exec(select(Account).where(Account.role == "visitor")).all())
    for who in everybody:
        assert f"{who.first_name} {who.last_name}" in names(db, f"{who.last_name}, {who.first_name}")
    assert names(db, WHITFIELD.last_name) == []


def test_a_search_leaves_a_trace_of_who_was_found_and_not_of_what_was_typed(people: Database) -> None:
    def search(tx: Tx) -> tuple[Actor, str]:
        actor = agent_in(tx)
        return actor, service.find(tx, actor, KEY, "Maria Ortega").items[0].id

    actor, found = people.write_now(search)
    traced = select(AuditEntry).where(AuditEntry.chain == account_chain(actor.account))
    [trace] = people.read_now(lambda tx: tx.session.exec(traced).all())
    assert (trace.actor_account_id, trace.action) == (actor.account_id, "accounts searched")
    assert isinstance(trace.what, dict)
    assert (trace.what["by"], trace.what["found"]) == ("name", [found])
    assert "Ortega" not in str(trace.what)


async def test_what_tells_two_customers_apart_is_said_and_no_more(signed_in: SignedIn, db: Database) -> None:
    maria = db.write_now(lambda tx: account(tx, email="maria@example.org"))
    answer = await signed_in("support").post(SEARCH, {"said": "delgado"})
    assert answer.json() == {
        "items": [
            {
                "id": maria.id,
                "name": "Maria Delgado",
                "email_masked": "m•••@example.org",
                "phone_last4": "0142",
                "city": "Nashville",
                "state": "TN",
                "disabled": False,
            }
        ],
        "by": "name",
        "more": False,
        "near": False,
    }
