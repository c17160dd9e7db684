"""Loading a roster again and again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.csv_rows import NotThisFile
from backend.db import Database
from backend.errors import Problem
from backend.facilities.models import Facility
from backend.import_report import Report
from backend.roster import importer
from backend.roster.loading import Loaded, Rehoused, RosterRecord, upsert_individuals
from backend.roster.models import Individual
from backend.security import SHELL, Actor
from backend.text import is_fit
from tests import factories
from tests.hostile import every_attack

DANIEL = RosterRecord(
    "2026-000123",
    "Daniel",
    "Okafor",
    middle_name="James",
    suffix="Jr.",
    birth_date=date(1991, 7, 3),
    housing_unit="B2",
    aliases=("Danny Okafor",),
)
COLUMNS = (
    "facility",
    "booking_number",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "birth_date",
    "housing_unit",
    "aliases",
)


@pytest.fixture
def jail(db: Database) -> Facility:
    return db.write_now(factories.facility)


def load(db: Database, jail: Facility, *records: RosterRecord) -> Loaded:
    return db.write_now(lambda tx: upsert_individuals(tx, SHELL, jail.id, records))


def roster(db: Database) -> list[Individual]:
    return list(db.read_now(lambda tx: tx.session.exec(select(Individual).order_by("booking_number")).all()))


def test_the_same_records_twice_change_nothing(db: Database, jail: Facility) -> None:
    assert load(db, jail, DANIEL) == Loaded(new=1, changed=0, unchanged=0)
    before = [each.model_dump() for each in roster(db)]
    assert load(db, jail, DANIEL) == Loaded(new=0, changed=0, unchanged=1)
    assert [each.model_dump() for each in roster(db)] == before
    entries = db.read_now(lambda tx: tx.session.exec(select(AuditEntry)).all())
    assert [entry.action for entry in entries] == ["roster loaded"]


def test_what_changed_is_taken_over_and_the_person_stays_the_same(db: Database, jail: Facility) -> None:
    load(db, jail, DANIEL)
    before = roster(db)[0].id
    changed = load(db, jail, replace(DANIEL, housing_unit="C1"))
    assert changed == Loaded(new=0, changed=1, unchanged=0, rehoused=(Rehoused(before, "B2", "C1"),))
    assert (roster(db)[0].id, roster(db)[0].housing_unit) == (before, "C1")


def test_a_booking_number_written_otherwise_is_the_same_person(db: Database, jail: Facility) -> None:
    load(db, jail, DANIEL)
    load(db, jail, replace(DANIEL, booking_number="2026000123"))
    assert len(roster(db)) == 1


def test_who_is_no_longer_in_the_file_stays_as_they_are(db: Database, jail: Facility) -> None:
    load(db, jail, DANIEL, replace(DANIEL, booking_number="2026-000124", first_name="Ada"))
    load(db, jail, DANIEL)
    assert [each.status for each in roster(db)] == ["held", "held"]


def test_who_was_released_and_is_in_the_file_again_is_held(db: Database, jail: Facility) -> None:
    db.write_now(lambda tx: factories.individual(tx, jail.id, booking_number="2026-000123", status="released"))
    load(db, jail, DANIEL)
    assert roster(db)[0].status == "held"


def test_an_individual_without_a_number_is_refused_with_all_the_others(db: Database, jail: Facility) -> None:
    with pytest.raises(Problem, match="no_booking_number"):
        load(db, jail, DANIEL, replace(DANIEL, booking_number=" - "))
    assert roster(db) == []


def test_a_visitor_loads_no_roster(db: Database, jail: Facility) -> None:
    visitor = Actor(role="visitor", channel="terminal", account_id="somebody")
    with pytest.raises(Problem) as refused:
        db.write_now(lambda tx: upsert_individuals(tx, visitor, jail.id, [DANIEL]))
    assert refused.value.code == "not_allowed"


def file_of(*rows: Mapping[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(errors="surrogatepass")


def row(**said: str) -> dict[str, str]:
    usual = {
        "facility": "Cumberland County Jail, TN",
        "booking_number": "2026-000123",
        "first_name": "Daniel",
        "last_name": "Okafor",
    }
    return {**usual, **said}


def read(db: Database, data: bytes) -> Report:
    return db.write_now(lambda tx: importer.apply(tx, SHELL, importer.plan(data)))


def test_a_file_is_loaded_and_loaded_again_without_a_change(db: Database, jail: Facility) -> None:
    data = file_of(
        row(middle_name="James", suffix="Jr.", birth_date="1991-07-03", housing_unit="B2", aliases="Danny Okafor"),
        row(booking_number="2026-000124", first_name="Ada", birth_date="7/3/1991", facility=jail.external_id),
    )
    first, second = read(db, data), read(db, data)
    assert (first.loaded, first.skipped, first.attention) == (2, [], [])
    assert (second.loaded, second.changed, second.unchanged) == (0, 0, 2)
    daniel, ada = roster(db)
    assert (daniel.suffix, daniel.aliases, daniel.birth_date) == ("Jr.", ["Danny Okafor"], date(1991, 7, 3))
    assert ada.birth_date == date(1991, 7, 3)


def test_broken_rows_are_told_of_and_stop_nobody(db: Database, jail: Facility) -> None:
    data = file_of(
        row(booking_number="NA"),
        row(first_name="", last_name=""),
        row(facility=""),
        row(facility="Nowhere Jail, TX"),
        row(birth_date="1991-13-45", suffix="Esq."),
        row(first_name="Dan\u202eiel", booking_number="2026-000125"),
        row(booking_number="2026 000123", first_name="Dan"),
    )
    report = read(db, data + b'"left open,2026-9,A,,B,,,,\nshort,row\n')
    assert (report.loaded, [each.first_name for each in roster(db)]) == (2, ["Dan", "Daniel"])
    assert [line.line for line in report.skipped] == [2, 3, 4, 9, 10, 5]
    assert sorted(line.sentence for line in report.attention) == [
        "birth date '1991-13-45' is no date and was left out",
        "characters that cannot be seen were taken out of first_name",
        "suffix 'Esq.' is not one that is known",
        "the same booking number is in an earlier row: this one counts",
    ]


def test_whoever_has_a_name_that_the_api_refuses_is_loaded_under_a_clean_one_and_told_of(
    db: Database, jail: Facility
) -> None:
    hostile = [text for text in every_attack() if not is_fit(text, line_ends=False)]
    rows = [
        row(
            booking_number=f"2026-{number:06}",
            first_name=f"Dan{text}iel",
            last_name=f"{text}Okafor{text}",
            housing_unit=f"B{text}2",
            aliases=f"{text}Danny",
        )
        for number, text in enumerate(hostile)
    ]
    data = file_of(*rows)
    report = read(db, data)
    people = roster(db)
    assert len(hostile) > 200
    assert (report.loaded, report.skipped, len(people)) == (len(hostile), [], len(hostile))
    told = [text for text in hostile if not all(is_fit(sign, line_ends=False) or sign.isspace() for sign in text)]
    assert len({line.line for line in report.attention}) == len(told)
    for person in people:
        assert isinstance(person.aliases, list)
        for text in (person.first_name, person.last_name, person.housing_unit or "", *person.aliases):
            assert text
            assert is_fit(text, line_ends=False), ascii(text)
    assert all(person.first_name[0] == "D" for person in people)
    assert read(db, data).unchanged == len(hostile)


def test_a_name_of_nothing_but_such_characters_costs_nobody_their_place(db: Database, jail: Facility) -> None:
    report = read(db, file_of(row(first_name="\u202e\u200b", last_name="\x1b[31m"), row(booking_number="\u200b2026-9")))
    assert report.skipped == []
    assert sorted((each.booking_number, each.last_name) for each in roster(db)) == [
        ("2026-000123", "(name cannot be read)"),
        ("2026-9", "Okafor"),
    ]
    assert "nothing of the name can be read: correct it in the list it came from" in {
        line.sentence for line in report.attention
    }


def test_a_name_that_is_far_too_long_is_cut_and_told_of(db: Database, jail: Facility) -> None:
    report = read(db, file_of(row(first_name="Daniel " * 10_000)))
    (daniel,) = roster(db)
    assert len(daniel.first_name) <= importer.LONGEST
    assert [line.sentence for line in report.attention] == ["first_name has more than 80 characters and was cut"]


def test_a_name_that_two_facilities_have_says_nothing(db: Database, jail: Facility) -> None:
    db.write_now(lambda tx: factories.facility(tx, name=jail.name, state="KY"))
    report = read(db, file_of(row(facility=jail.name)))
    assert [line.sentence for line in report.skipped] == ["2 facilities are called Cumberland County Jail"]
    assert read(db, file_of(row(facility=f"{jail.name}, TN"))).loaded == 1


def test_a_file_of_something_else_is_refused_as_a_whole() -> None:
    with pytest.raises(NotThisFile, match="booking_number"):
        importer.plan(b"name,age\nDaniel,35\n")
