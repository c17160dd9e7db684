"""What there is to choose from in the demonstration: enough, varied, and all of it sound."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import SQLModel, select, text

from backend.db import Database, Tx
from backend.demo.place import Place
from backend.demo.places import DAVIDSON, PLACES
from backend.demo.visit_rows import fee_of
from backend.facilities import service as facilities
from backend.facilities.configuration import refuse_prices_above_cap
from backend.facilities.models import Facility, Price, Setting, Terms
from backend.facilities.policy import facility_policy_on, local_today
from backend.facilities.prices import price_on
from backend.facilities.registry import REGISTRY
from backend.roster.models import Individual
from backend.timetables import service as timetables
from backend.timetables.derive import days_between, starts_on
from backend.timetables.models import TimetableRow
from tests.backend.demo.conftest import MONDAY, fresh

CATALOGUE: tuple[type[SQLModel], ...] = (Facility, Setting, Price, Terms, TimetableRow, Individual)


def everything(db: Database, table: type[SQLModel]) -> list[dict[str, object]]:
    return db.read_now(lambda tx: [row.model_dump() for row in tx.session.exec(select(table)).all()])


def rows_of(facility_id: str, visit_type: str, first: date, last: date, tx: Tx) -> Sequence[TimetableRow]:
    return timetables.rows_between(tx, facility_id, visit_type, first, last)


def test_there_are_facilities_in_many_states_and_zones(demo: Database) -> None:
    found = everything(demo, Facility)
    assert len(found) >= 12
    assert len({row["state"] for row in found}) >= 6
    offsets = {MONDAY.astimezone(ZoneInfo(str(row["zone"]))).utcoffset() for row in found}
    assert offsets >= {timedelta(hours=-hours) for hours in (5, 6, 7, 8)}


def test_there_are_four_hundred_individuals(demo: Database) -> None:
    assert len(everything(demo, Individual)) == 400


def test_names_are_as_real_rosters_have_them(demo: Database) -> None:
    found = everything(demo, Individual)
    names = [f"{row['first_name']} {row['last_name']}" for row in found]
    assert any("-" in name for name in names)
    assert any("'" in name for name in names)
    assert any(len(name.split()) >= 4 for name in names)
    marked = [name for name in names if any(unicodedata.combining(each) for each in unicodedata.normalize("NFD", name))]
    assert len(marked) > 20
    assert any("ł" in name.casefold() for name in names)
    assert sum(row["suffix"] is not None for row in found) > 5
    at_one_place = Counter((row["facility_id"], name) for row, name in zip(found, names, strict=True))
    assert max(at_one_place.values()) >= 3
    assert {row["status"] for row in found} == {"held", "moved", "released"}


def test_policies_differ(demo: Database) -> None:
    offered = [frozenset(offering.visit_type for offering in place.offerings) for place in PLACES]
    assert frozenset({"remote"}) in offered
    assert any("remote" not in types for types in offered)
    assert any({"remote", "in_person"} <= types for types in offered)
    assert {place.approval for place in PLACES} == {"automatic", "officer"}
    assert {place.id_must_be_seen for place in PLACES} == {True, False}
    assert {fee_of(offering) > 0 for place in PLACES for offering in place.offerings} == {True, False}
    assert any(fee.per_minute for place in PLACES for offering in place.offerings for fee in offering.fees)


def test_every_setting_is_one_that_a_facility_may_make(demo: Database) -> None:
    for row in everything(demo, Setting):
        REGISTRY[str(row["name"])].parse(row["value"])


def test_every_price_keeps_its_cap(demo: Database) -> None:
    def check(tx: Tx) -> None:
        for facility in tx.session.exec(select(Facility)).all():
            refuse_prices_above_cap(tx, facility)

    demo.read_now(check)


def test_a_half_hour_at_shelby_costs_what_the_pictures_say(demo: Database) -> None:
    [shelby] = [row for row in everything(demo, Facility) if row["external_id"] == "shelby"]
    line = demo.read_now(lambda tx: price_on(tx, str(shelby["id"]), "remote", 30, MONDAY.date()))
    assert (line.session_fee_minor, line.transaction_fee_minor, line.per_minute) == (570, 0, True)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.key)
def test_every_facility_is_bookable_and_has_openings_for_four_weeks(demo: Database, place: Place) -> None:
    [row] = [row for row in everything(demo, Facility) if row["external_id"] == place.key]
    view = demo.read_now(lambda tx: facilities.facility(tx, str(row["id"])))
    assert view.bookable
    zone = ZoneInfo(view.zone or "")
    today = MONDAY.astimezone(zone).date()
    for offer in view.offers:
        for week in range(4):
            days = days_between(today + timedelta(days=7 * week), today + timedelta(days=7 * week + 6))
            rows = demo.read_now(partial(rows_of, view.id, offer.visit_type, days[0], days[-1]))
            minutes = max(length.minutes for length in offer.durations)
            starts = [start for day in days for start in starts_on(rows, zone, day, minutes)]
            assert starts or any(row.every_weeks > 1 for row in rows), (place.key, offer.visit_type, week)


def test_timetables_go_on_for_ever(demo: Database) -> None:
    assert {row["valid_to"] for row in everything(demo, TimetableRow)} == {None}


def test_the_facility_of_the_demonstration_officer_needs_no_id(demo: Database) -> None:
    [row] = [row for row in everything(demo, Facility) if row["external_id"] == DAVIDSON.key]
    facility = demo.read_now(lambda tx: facilities.get(tx, str(row["id"])))
    found = demo.read_now(lambda tx: facility_policy_on(tx, facility.id, local_today(facility, tx.now)))
    assert (found.approval, found.id_must_be_seen) == ("officer", False)


@pytest.mark.parametrize("table", CATALOGUE, ids=lambda table: table.__name__)
def test_laid_again_at_the_same_instant_it_is_the_same(demo: Database, tmp_path: Path, table: type[SQLModel]) -> None:
    again = fresh(tmp_path, MONDAY)
    assert everything(again, table) == everything(demo, table)
    again.close()


def test_no_row_refers_to_one_that_is_not_there(demo: Database) -> None:
    with demo.engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
