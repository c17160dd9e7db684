"""Whom a restriction means that names an account: a person, with whatever account."""

from __future__ import annotations

from datetime import date

import pytest

from backend.db import Database
from backend.visits.restricting import AskedRestriction
from tests.backend.visits.people import (
    HALF_HOUR,
    REASON,
    another_account,
    codes_of,
    email_of,
    flags_of,
    listed_open,
    restrict,
    visit_at,
)
from tests.backend.visits.world import TUESDAY_NINE, World, build

TEN = TUESDAY_NINE + 2 * HALF_HOUR


@pytest.fixture
def there(database: Database) -> World:
    """The world on either engine, where nothing is to pay."""
    return build(database, fee=0)


def by_account(world: World) -> list[AskedRestriction]:
    email = email_of(world, world.visitor)
    return [
        AskedRestriction("ban", REASON, visitor_email=email),
        AskedRestriction("no_contact", REASON, individual=world.individual_id, visitor_email=email),
    ]


@pytest.mark.parametrize("which", range(2))
def test_who_is_meant_by_account_is_meant_with_another_account_too(there: World, which: int) -> None:
    again = another_account(there, "María", "DELGADO")
    visit_id = visit_at(there, TEN, actor=again)
    made = restrict(there, by_account(there)[which])
    assert flags_of(there) == {(visit_id, "restriction", made.id)}
    assert listed_open(there, actor=again) == set()
    assert codes_of(lambda: there.hold(actor=again)) == ["visitor_restricted"]


def test_an_account_of_the_same_name_and_another_birth_date_is_somebody_elses(there: World) -> None:
    namesake = another_account(there, born=date(1988, 4, 13))
    visit_at(there, TEN, actor=namesake)
    assert restrict(there, by_account(there)[0]).flagged_visits == 0
    assert TUESDAY_NINE in listed_open(there, actor=namesake)
