"""Restrictions by themselves: the service trusts nobody who calls it, and knows only whom a facility holds."""

from __future__ import annotations

from functools import partial

import pytest

from backend.db import Database
from backend.errors import Problem
from backend.facilities.models import Facility
from backend.restrictions import service
from backend.restrictions.service import NewRestriction
from backend.security import SHELL, Actor
from tests import factories


@pytest.fixture
def jail(db: Database) -> Facility:
    return db.write_now(factories.facility)


def test_a_visitor_makes_none(db: Database, jail: Facility) -> None:
    visitor = Actor("visitor", "terminal", account_id="maria")
    asked = NewRestriction("ban", "Contraband.", person_name="Jo Doe")
    with pytest.raises(Problem, match="not_allowed"):
        db.write_now(lambda tx: service.add(tx, visitor, jail.id, asked))
    assert db.write_now(lambda tx: service.add(tx, SHELL, jail.id, asked)).kind == "ban"


def test_somebody_held_elsewhere_is_nobody_here(db: Database, jail: Facility) -> None:
    elsewhere = db.write_now(lambda tx: factories.facility(tx, name="Shelby County Jail"))
    here = db.write_now(lambda tx: factories.individual(tx, jail.id).id)
    there = db.write_now(lambda tx: factories.individual(tx, elsewhere.id).id)
    for one, other, field in ((there, here, "individual"), (here, there, "other_individual")):
        asked = NewRestriction("keep_apart", "Co-defendants.", individual_id=one, other_individual_id=other)
        with pytest.raises(Problem) as refused:
            db.write_now(partial(service.add, actor=SHELL, facility_id=jail.id, asked=asked))
        assert [error.field for error in refused.value.errors] == [field]


def test_officers_read_kind_days_hours_and_reason(db: Database, jail: Facility) -> None:
    person = db.write_now(lambda tx: factories.individual(tx, jail.id).id)
    asked = NewRestriction("segregation", "Discipline", individual_id=person, start_minute=480, end_minute=1440)
    made = db.write_now(lambda tx: service.add(tx, SHELL, jail.id, asked))
    assert service.officer_words(made) == "Segregation, from 2026-11-22 on, 08:00 to 24:00: Discipline."
