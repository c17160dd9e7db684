"""Setting up one real facility, as an operator does from the shell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.db import Database
from backend.errors import Problem
from backend.facilities import service
from backend.facilities.configuration import set_price, set_setting
from backend.facilities.models import Facility, Terms
from backend.facilities.service import publish_terms
from backend.facilities.setup import FacilityFacts, add_facility, alter_facility, one_called
from backend.security import SHELL, Actor
from tests import factories

TODAY = date(2026, 11, 22)
FACTS = FacilityFacts(
    name="Cedar Hollow Jail", state="tennessee", zone="America/Chicago", kind="jail", population=400, city="Crossville"
)


def add(db: Database, facts: FacilityFacts = FACTS) -> Facility:
    return db.write_now(lambda tx: add_facility(tx, SHELL, facts))


def alter(db: Database, facility: Facility, facts: FacilityFacts) -> Facility:
    return db.write_now(lambda tx: alter_facility(tx, SHELL, facility.id, facts))


def publish(db: Database, facility: Facility, title: str, text: str) -> Terms:
    return db.write_now(lambda tx: publish_terms(tx, SHELL, facility.id, "remote", title=title, text=text))


def test_a_facility_is_set_up_from_nothing_to_bookable(db: Database) -> None:
    jail = add(db)
    assert (jail.state, jail.zone) == ("TN", "America/Chicago")
    publish(db, jail, "Terms", "Be on time.")
    db.write_now(
        lambda tx: set_price(tx, SHELL, jail.id, "remote", session_fee_minor=19, unit="minute", effective_from=TODAY)
    )
    db.write_now(lambda tx: set_setting(tx, SHELL, jail.id, "offered", True, visit_type="remote", effective_from=TODAY))
    shown = db.read_now(lambda tx: service.facility(tx, jail.id))
    assert shown.bookable
    assert [offer.visit_type for offer in shown.offers] == ["remote"]
    actions = db.read_now(lambda tx: tx.session.exec(select(AuditEntry.action).order_by("seq")).all())
    assert actions == ["facility added", "terms published", "price set", "setting made"]


def test_a_second_facility_of_that_name_in_the_state_is_refused(db: Database) -> None:
    add(db)
    with pytest.raises(Problem) as refused:
        add(db, FacilityFacts(name="CEDAR HOLLOW JAIL", state="TN"))
    assert refused.value.code == "facility_exists"
    add(db, FacilityFacts(name="Cedar Hollow Jail", state="KY"))


def test_only_what_is_named_is_altered(db: Database) -> None:
    jail = alter(db, add(db), FacilityFacts(phone="+1 931 555 0100"))
    assert (jail.name, jail.phone, jail.population) == ("Cedar Hollow Jail", "+1 931 555 0100", 400)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (FacilityFacts(name=""), "name"),
        (FacilityFacts(name="Jail\x1b[31m"), "name"),
        (FacilityFacts(city="two\nlines"), "city"),
        (FacilityFacts(state="Atlantis"), "state"),
        (FacilityFacts(zone="America/Nowhere"), "zone"),
        (FacilityFacts(zone="../../etc/passwd"), "zone"),
        (FacilityFacts(kind="castle"), "kind"),
        (FacilityFacts(population=-1), "population"),
    ],
)
def test_a_fact_that_cannot_be_is_refused(db: Database, facts: FacilityFacts, field: str) -> None:
    jail = add(db)
    with pytest.raises(Problem) as refused:
        alter(db, jail, facts)
    assert refused.value.errors[0].field == field


def test_a_zone_that_is_refused_comes_with_those_of_the_state(db: Database) -> None:
    jail = add(db)
    with pytest.raises(Problem, match="invalid") as refused:
        alter(db, jail, FacilityFacts(zone="EST5EDT/Nashville"))
    assert "America/Chicago, America/New_York" in refused.value.detail


def test_only_the_operator_adds_and_alters(db: Database) -> None:
    jail = add(db)
    officer = Actor(role="officer", channel="terminal", account_id="O", facility_ids=frozenset({jail.id}))
    for work in (
        lambda tx: add_facility(tx, officer, FACTS),
        lambda tx: alter_facility(tx, officer, jail.id, FACTS),
    ):
        with pytest.raises(Problem) as refused:
            db.write_now(work)
        assert refused.value.code == "not_allowed"


def test_terms_published_again_in_the_same_words_stay_the_same_version(db: Database) -> None:
    jail = db.write_now(factories.facility)
    first = publish(db, jail, "Terms", "Be on time.  \r\n\r\nVisits are recorded.\n")
    assert first.text == "Be on time.\n\nVisits are recorded."
    assert publish(db, jail, " Terms ", first.text).id == first.id
    assert publish(db, jail, "Terms", "Be early.").version == 2


@pytest.mark.parametrize(
    ("title", "text"),
    [("", "Text."), ("Two\nlines", "Text."), ("Terms", " "), ("Terms", "A\u202eB"), ("Terms", "\x1b")],
)
def test_terms_that_nobody_could_read_are_refused(db: Database, title: str, text: str) -> None:
    jail = db.write_now(factories.facility)
    with pytest.raises(Problem) as refused:
        publish(db, jail, title, text)
    assert refused.value.code == "invalid"


def test_no_module_of_the_server_but_the_shells_loads_the_map_of_zones() -> None:
    """The map is large; an import contract keeps it so, and this says which file is allowed."""
    backend = Path(service.__file__).parents[1]
    holders = [path for path in backend.rglob("*.py") if "tzfpy" in path.read_text(encoding="utf-8")]
    assert [path.relative_to(backend).as_posix() for path in holders] == ["cli/zones.py"]


def test_an_operator_means_a_facility_by_id_number_name_or_name_and_state(db: Database) -> None:
    jail = add(db)
    elsewhere = add(db, FacilityFacts(name="Cedar Hollow Jail", state="KY", city="Paris"))

    def meant(said: str) -> str:
        return db.read_now(lambda tx: one_called(tx, said)).id

    assert meant(jail.id) == meant(jail.external_id) == meant("cedar hollow jail, tn") == jail.id
    assert meant("Cedar Hollow Jail,KY") == elsewhere.id
    with pytest.raises(Problem) as several:
        meant("Cedar Hollow Jail")
    assert several.value.code == "several_facilities"
    assert f"{elsewhere.id} (Cedar Hollow Jail, Paris)" in several.value.detail
    with pytest.raises(Problem) as nothing:
        meant("Nowhere")
    assert nothing.value.code == "not_found"


@pytest.mark.parametrize(
    ("facts", "field"), [(FacilityFacts(state="TN"), "name"), (FacilityFacts(name="Cedar Hollow Jail"), "state")]
)
def test_a_facility_has_a_name_and_a_state_from_the_start(db: Database, facts: FacilityFacts, field: str) -> None:
    with pytest.raises(Problem) as refused:
        add(db, facts)
    assert (refused.value.code, refused.value.errors[0].field) == ("invalid", field)


def test_a_facility_that_is_not_there_is_not_altered(db: Database) -> None:
    with pytest.raises(Problem, match="not_found"):
        db.write_now(lambda tx: alter_facility(tx, SHELL, "nowhere", FacilityFacts(city="Memphis")))


def test_only_the_operator_publishes_terms(db: Database) -> None:
    jail = add(db)
    officer = Actor("officer", "terminal", account_id="dana", facility_ids=frozenset({jail.id}))
    with pytest.raises(Problem, match="not_allowed"):
        db.write_now(lambda tx: publish_terms(tx, officer, jail.id, "remote", title="Terms", text="Be on time."))
