"""Settings and prices that could never be met are refused when they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import get_args

import pytest
from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.db import Database
from backend.errors import Problem
from backend.facilities import rate_caps
from backend.facilities.configuration import PriceUnit, prices_above_cap, set_price, set_setting
from backend.facilities.models import Facility, Price, Setting
from backend.facilities.policy import policy_on
from backend.facilities.prices import price_on
from backend.facilities.registry import REGISTRY
from backend.facilities.setting_values import VisitType
from backend.facilities.setup import FacilityFacts, alter_facility
from backend.security import SHELL, Actor
from tests import factories

TODAY = date(2026, 11, 22)


@pytest.fixture
def jail(db: Database) -> Facility:
    """A jail of 400 people: at most 19 cents a minute."""
    return db.write_now(factories.facility)


def setting(db: Database, jail: Facility, name: str, value: object, visit_type: VisitType | None = None) -> Setting:
    return db.write_now(
        lambda tx: set_setting(tx, SHELL, jail.id, name, value, visit_type=visit_type, effective_from=TODAY)
    )


def priced(
    db: Database,
    facility: Facility,
    session_fee_minor: int,
    *,
    visit_type: VisitType = "remote",
    unit: PriceUnit = "minute",
    transaction_fee_minor: int = 0,
    tax_basis_points: int = 0,
    duration_minutes: int = 0,
    effective_from: date = TODAY,
) -> Price:
    return db.write_now(
        lambda tx: set_price(
            tx,
            SHELL,
            facility.id,
            visit_type,
            session_fee_minor=session_fee_minor,
            transaction_fee_minor=transaction_fee_minor,
            tax_basis_points=tax_basis_points,
            unit=unit,
            duration_minutes=duration_minutes,
            effective_from=effective_from,
        )
    )


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(Problem) as refused:
        work()
    return refused.value.code


def test_a_setting_is_made_traced_and_the_same_again_is_no_change(db: Database, jail: Facility) -> None:
    setting(db, jail, "horizon_days", 21, "remote")
    setting(db, jail, "horizon_days", 21, "remote")
    setting(db, jail, "horizon_days", 14, "remote")
    entries = db.read_now(lambda tx: tx.session.exec(select(AuditEntry).order_by("seq")).all())
    assert [entry.what for entry in entries] == [
        {"from": "2026-11-22", "value": 21, "before": None},
        {"from": "2026-11-22", "value": 14, "before": 21},
    ]


@pytest.mark.parametrize(
    ("name", "value", "visit_type"),
    [
        ("horizon", 3, None),
        ("horizon_days", -3, None),
        ("durations", [17], None),
        ("offered", True, None),
        ("capacity_type", 4, None),
        ("approval", "automatic", "remote"),
    ],
)
def test_what_is_no_setting_or_no_value_of_it_is_refused(
    db: Database, jail: Facility, name: str, value: object, visit_type: VisitType | None
) -> None:
    assert code_of(partial(setting, db, jail, name, value, visit_type)) == "invalid"


def test_a_setting_can_be_null_which_is_a_value_of_its_own(database: Database) -> None:
    jail = database.write_now(factories.facility)
    window = {"opens_days_before": 7, "opens_at": "08:00", "closes_days_before": 3, "closes_at": "16:00"}
    setting(database, jail, "request_window", window, "remote")

    setting(database, jail, "request_window", None, "remote")

    assert database.read_now(lambda tx: policy_on(tx, jail.id, "remote", TODAY)).request_window is None


def test_only_the_operator_sets_up(db: Database, jail: Facility) -> None:
    officer = Actor(role="officer", channel="terminal", account_id="O", facility_ids=frozenset({jail.id}))
    with pytest.raises(Problem) as refused:
        db.write_now(lambda tx: set_setting(tx, officer, jail.id, "horizon_days", 3, effective_from=TODAY))
    assert refused.value.code == "not_allowed"
    with pytest.raises(Problem) as refused:
        db.write_now(lambda tx: set_price(tx, officer, jail.id, "remote", session_fee_minor=0, effective_from=TODAY))
    assert refused.value.code == "not_allowed"


def test_a_facility_that_is_not_there_is_not_set_up(db: Database, jail: Facility) -> None:
    jail.id = "nowhere"
    assert code_of(partial(setting, db, jail, "horizon_days", 3)) == "not_found"


@pytest.mark.parametrize(
    ("kind", "population", "cents"),
    [
        ("prison", 10, 25),
        ("prison", 5000, 25),
        ("jail", 1000, 19),
        ("jail", 999, 19),
        ("jail", 350, 19),
        ("jail", 349, 21),
        ("jail", 100, 21),
        ("jail", 99, 25),
        ("jail", 50, 25),
        ("jail", 49, 44),
        ("jail", 0, 44),
        ("detention", 49, 44),
        ("juvenile", 99, 25),
        ("immigration", 1000, 19),
    ],
)
@pytest.mark.parametrize("visit_type", ["remote", "onsite_video"])
def test_a_price_up_to_the_cap_is_taken_and_one_cent_above_is_not(
    db: Database, kind: str, population: int, cents: int, visit_type: VisitType
) -> None:
    facility = db.write_now(partial(factories.facility, kind=kind, population=population))
    assert code_of(partial(priced, db, facility, cents + 1, visit_type=visit_type)) == "price_above_cap"
    priced(db, facility, cents, visit_type=visit_type)
    by_visit = partial(priced, db, facility, visit_type=visit_type, unit="visit", duration_minutes=20)
    assert code_of(partial(by_visit, session_fee_minor=cents * 20 + 1)) == "price_above_cap"
    by_visit(session_fee_minor=cents * 20)


def test_a_fee_for_the_transaction_is_above_its_cap(db: Database, jail: Facility) -> None:
    assert code_of(partial(priced, db, jail, 19, transaction_fee_minor=1)) == "price_above_cap"


def test_no_cap_holds_for_visits_in_person(db: Database, jail: Facility) -> None:
    priced(db, jail, 2000, visit_type="in_person", unit="visit", transaction_fee_minor=300)


def test_one_price_for_every_length_keeps_the_cap_of_the_shortest(db: Database, jail: Facility) -> None:
    setting(db, jail, "durations", [20, 40])
    assert code_of(partial(priced, db, jail, 381, unit="visit")) == "price_above_cap"
    priced(db, jail, 380, unit="visit")


def test_a_shorter_length_that_would_lift_a_price_above_its_cap_is_refused(db: Database, jail: Facility) -> None:
    priced(db, jail, 570, unit="visit")
    assert code_of(partial(setting, db, jail, "durations", [20, 30])) == "price_above_cap"
    setting(db, jail, "durations", [30, 45])


@pytest.mark.parametrize(("kind", "population"), [("unknown", 400), ("other", 400), ("jail", None), ("prison", None)])
def test_a_price_waits_for_kind_and_population_and_a_free_visit_does_not(
    db: Database, kind: str, population: int | None
) -> None:
    facility = db.write_now(partial(factories.facility, kind=kind, population=population))
    assert code_of(partial(priced, db, facility, 1)) == "kind_and_population_needed"
    priced(db, facility, 0)


def test_a_population_that_lowers_the_cap_waits_for_the_price(db: Database) -> None:
    small = db.write_now(partial(factories.facility, population=49))
    priced(db, small, 44)

    def alter() -> Facility:
        return db.write_now(lambda tx: alter_facility(tx, SHELL, small.id, FacilityFacts(population=500)))

    assert code_of(alter) == "price_above_cap"
    priced(db, small, 19)
    assert alter().population == 500


def test_a_price_that_begins_later_is_judged_by_the_lengths_of_then(db: Database, jail: Facility) -> None:
    soon = TODAY + timedelta(days=10)
    db.write_now(lambda tx: set_setting(tx, SHELL, jail.id, "durations", [10], effective_from=soon + timedelta(days=5)))
    assert code_of(partial(priced, db, jail, 570, unit="visit", effective_from=soon)) == "price_above_cap"


def test_a_kind_that_lowers_the_cap_waits_for_the_price_too(db: Database) -> None:
    small = db.write_now(partial(factories.facility, population=49))
    priced(db, small, 44)

    def alter(kind: str) -> Facility:
        return db.write_now(lambda tx: alter_facility(tx, SHELL, small.id, FacilityFacts(kind=kind)))

    assert code_of(partial(alter, "prison")) == "price_above_cap"
    assert code_of(partial(alter, "unknown")) == "kind_and_population_needed"
    assert alter("detention").kind == "detention"


def test_a_price_is_judged_by_every_cap_of_the_days_on_which_it_holds(
    db: Database, jail: Facility, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second order lowers the cap of this jail to 15 cents from 1 March on."""
    march, [table] = date(2027, 3, 1), rate_caps.CAP_TABLES
    lower = replace(table, in_force_from=march, jail_per_minute=((0, 15),), source="a later order")
    monkeypatch.setattr(rate_caps, "CAP_TABLES", (table, lower))

    with pytest.raises(Problem) as refused:
        priced(db, jail, 19)
    assert "On 2027-03-01" in refused.value.detail
    assert "$4.50, which is $0.15 a minute, and a transaction fee of $0.00 (a later order)" in refused.value.detail
    priced(db, jail, 15, effective_from=march)
    priced(db, jail, 19)
    assert code_of(partial(priced, db, jail, 16, effective_from=march + timedelta(days=30))) == "price_above_cap"


def test_a_tax_is_no_part_of_a_rate_and_is_kept_with_the_price(db: Database, jail: Facility) -> None:
    assert priced(db, jail, 19, tax_basis_points=925).tax_basis_points == 925
    assert priced(db, jail, 19, tax_basis_points=0).tax_basis_points == 0


@pytest.mark.parametrize("tax", [-1, 5001])
def test_a_tax_that_is_a_slip_of_the_hand_is_refused(db: Database, jail: Facility, tax: int) -> None:
    assert code_of(partial(priced, db, jail, 19, tax_basis_points=tax)) == "invalid"


def test_a_visit_in_person_has_no_price_by_the_minute_for_nobody_measures_it(db: Database, jail: Facility) -> None:
    assert code_of(partial(priced, db, jail, 19, visit_type="in_person")) == "invalid"
    priced(db, jail, 500, visit_type="in_person", unit="visit")


def test_prices_that_a_new_version_finds_above_their_cap_are_told(db: Database, jail: Facility) -> None:
    assert db.read_now(prices_above_cap) == (0, [])
    db.write_now(partial(factories.price, facility_id=jail.id, unit="minute", session_fee_minor=20))
    number, [told] = db.read_now(prices_above_cap)
    assert number == 1
    assert told.startswith(
        "Cumberland County Jail: A 30-minute remote visit would cost more than it may. On 2026-11-22"
    )


def test_what_a_past_price_was_is_past(db: Database, jail: Facility) -> None:
    db.write_now(partial(factories.price, facility_id=jail.id, session_fee_minor=9000))
    priced(db, jail, 19)
    assert db.read_now(lambda tx: price_on(tx, jail.id, "remote", 30, TODAY)).total_minor == 570


@pytest.mark.parametrize(("cents", "minutes"), [(-1, 0), (100_001, 0), (0, 17), (0, 245), (0, -5)])
def test_a_price_that_is_a_slip_of_the_hand_is_refused(db: Database, jail: Facility, cents: int, minutes: int) -> None:
    assert code_of(partial(priced, db, jail, cents, duration_minutes=minutes)) == "invalid"


def test_before_the_first_order_no_cap_is_known() -> None:
    assert rate_caps.cap_on("jail", 400, date(2026, 4, 5)) is None
    assert rate_caps.cap_on("jail", 400, date(2026, 4, 6)) is not None


def test_the_registry_and_the_visit_types_agree_on_what_is_capped() -> None:
    assert set(rate_caps.CAPPED_TYPES) < set(get_args(VisitType))
    assert "durations" in REGISTRY
