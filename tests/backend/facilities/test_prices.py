"""Dated prices: what holds on a day, by the visit and by the minute, with the tax on top."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.db import Database
from backend.facilities.models import Facility
from backend.facilities.prices import FREE, PriceLine, price_on, tax_on
from backend.facilities.setting_values import VisitType
from tests import factories

DAY = date(2026, 12, 1)


@pytest.fixture
def jail(db: Database) -> Facility:
    return db.write_now(factories.facility)


def price(db: Database, jail: Facility, minutes: int, on: date = DAY, visit_type: VisitType = "remote") -> PriceLine:
    return db.read_now(lambda tx: price_on(tx, jail.id, visit_type, minutes, on))


def test_without_a_price_a_visit_is_free(db: Database, jail: Facility) -> None:
    assert price(db, jail, 30) is FREE


def test_by_the_minute_the_most_that_it_can_cost_is_the_whole_length(db: Database, jail: Facility) -> None:
    db.write_now(partial(factories.price, facility_id=jail.id, unit="minute", session_fee_minor=19))
    assert price(db, jail, 30) == PriceLine(570, 0, "USD", per_minute_minor=19)
    assert price(db, jail, 30).per_minute


def test_of_a_visit_in_person_no_minutes_come_back_for_nobody_measures_it(db: Database, jail: Facility) -> None:
    db.write_now(
        partial(factories.price, facility_id=jail.id, visit_type="in_person", unit="minute", session_fee_minor=19)
    )
    assert price(db, jail, 30, visit_type="in_person") == PriceLine(570, 0, "USD")


def test_a_price_for_this_very_length_goes_before_one_for_every_length(db: Database, jail: Facility) -> None:
    db.write_now(partial(factories.price, facility_id=jail.id, session_fee_minor=500, effective_from=DAY))
    db.write_now(partial(factories.price, facility_id=jail.id, session_fee_minor=300, duration_minutes=20))
    assert (price(db, jail, 20).session_fee_minor, price(db, jail, 30).session_fee_minor) == (300, 500)


def test_a_price_holds_from_its_date(db: Database, jail: Facility) -> None:
    db.write_now(partial(factories.price, facility_id=jail.id, session_fee_minor=500))
    db.write_now(partial(factories.price, facility_id=jail.id, session_fee_minor=400, effective_from=DAY))
    before, after = price(db, jail, 30, DAY - timedelta(days=1)), price(db, jail, 30, DAY)
    assert (before.total_minor, after.total_minor) == (500, 400)


def test_a_tax_is_of_both_fees_and_on_top_of_them(db: Database, jail: Facility) -> None:
    db.write_now(
        partial(
            factories.price, facility_id=jail.id, session_fee_minor=500, transaction_fee_minor=50, tax_basis_points=925
        )
    )
    line = price(db, jail, 30)
    assert (line.tax_minor, line.total_minor) == (51, 601)


@pytest.mark.parametrize(
    ("fees", "basis_points", "tax"), [(100, 50, 1), (100, 49, 0), (570, 925, 53), (0, 925, 0), (1, 5000, 1), (3, 10, 0)]
)
def test_a_tax_is_rounded_half_up_once(fees: int, basis_points: int, tax: int) -> None:
    assert tax_on(fees, basis_points) == tax


@settings(deadline=None, max_examples=200)
@given(fees=st.integers(0, 2_000_000), basis_points=st.integers(0, 10_000))
def test_a_tax_is_never_more_than_half_a_cent_off(fees: int, basis_points: int) -> None:
    assert Fraction(-1, 2) < tax_on(fees, basis_points) - Fraction(fees * basis_points, 10_000) <= Fraction(1, 2)


@settings(deadline=None, max_examples=200)
@given(
    minute=st.integers(1, 100),
    booked=st.integers(1, 48).map(lambda five: 5 * five),
    used=st.integers(0, 240),
    transaction_fee=st.integers(0, 300),
    basis_points=st.integers(0, 5_000),
)
def test_what_is_left_of_used_minutes_is_exactly_their_price_with_its_tax(
    minute: int, booked: int, used: int, transaction_fee: int, basis_points: int
) -> None:
    line = PriceLine(minute * booked, transaction_fee, "USD", minute, basis_points)
    rest = line.used(min(used, booked))
    assert rest.total_minor == (
        minute * min(used, booked)
        + transaction_fee
        + tax_on(minute * min(used, booked) + transaction_fee, basis_points)
    )
    assert rest.total_minor <= line.total_minor
    assert rest.tax_minor <= line.tax_minor


def test_by_the_visit_nothing_hangs_on_the_minutes_that_were_used() -> None:
    line = PriceLine(500, 0, "USD")
    assert line.used(3) == line
