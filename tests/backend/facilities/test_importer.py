"""Loading a list of facilities: 30 invented rows with the quirks of the real list, and the real list where it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.audit.service import facility_chain, first_broken
from backend.cli.zones import zone_at
from backend.csv_rows import NotThisFile
from backend.db import Database
from backend.errors import Problem
from backend.facilities import importer, service
from backend.facilities.importer import Report
from backend.facilities.models import Facility
from backend.facilities.setup import FacilityFacts, alter_facility
from backend.security import SHELL, Actor
from backend.text import is_fit

INVENTED = (Path(__file__).parents[2] / "data" / "facilities_30.csv").read_bytes()
REAL = Path(__file__).parents[4] / "shared" / "data" / "us_facilities.csv"


def load(db: Database, data: bytes = INVENTED) -> Report:
    planned = importer.plan(data, zone_at)
    return db.write_now(lambda tx: importer.apply(tx, SHELL, planned))


def loaded(db: Database) -> dict[str, Facility]:
    rows = db.read_now(lambda tx: tx.session.exec(select(Facility)).all())
    return {row.external_id: row for row in rows}


def test_every_row_that_is_a_facility_is_loaded_and_every_other_is_told_of(db: Database) -> None:
    report = load(db)
    assert report.loaded == len(loaded(db)) == 23
    assert report.skipped_by_reason == {
        "its description is Administrative": 1,
        "its description is Geographic": 1,
        "its state is Not Available": 1,
        "its name is that of an office or a group of people, and it has no place": 1,
        "it has no name": 1,
        "it has 4 columns instead of 25": 1,
        "a quotation mark is left open": 1,
    }
    assert report.loaded + len(report.skipped) == 30


def test_loading_the_same_list_again_changes_nothing(db: Database) -> None:
    load(db)
    before = {key: row.model_dump() for key, row in loaded(db).items()}
    report = load(db)
    assert (report.loaded, report.changed, report.unchanged) == (0, 0, 23)
    assert {key: row.model_dump() for key, row in loaded(db).items()} == before
    actions = db.read_now(lambda tx: tx.session.exec(select(AuditEntry.action)).all())
    assert Counter(actions) == {"facility added": 23}


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("9001", "America/Chicago"),  # Nashville
        ("9002", "America/New_York"),  # Knoxville
        ("9003", "America/Chicago"),  # the panhandle of Florida
        ("9004", "America/New_York"),  # Orlando
        ("9005", "America/Indiana/Indianapolis"),
        ("9006", "America/Chicago"),  # Gary
        ("9007", "America/Kentucky/Louisville"),
        ("9008", "America/Phoenix"),
        ("9009", "America/Chicago"),  # Alabama keeps one zone
        ("9010", None),  # Texas keeps two
        ("9022", "America/Los_Angeles"),  # the north of Idaho
    ],
)
def test_the_zone_is_that_of_the_coordinates_else_of_a_state_that_has_one(
    db: Database, number: str, zone: str | None
) -> None:
    load(db)
    assert loaded(db)[number].zone == zone


def test_a_facility_without_a_zone_is_kept_told_of_and_not_bookable(db: Database) -> None:
    report = load(db)
    assert report.without_zone == 1
    assert [line.name for line in report.attention if "needs a zone" in line.sentence] == ["Llano Alto Unit"]
    shown = db.read_now(lambda tx: service.facility(tx, loaded(db)["9010"].id))
    assert not shown.bookable
    assert "time zone" in (shown.not_bookable_because or "")


def test_coordinates_outside_the_state_are_told_of(db: Database) -> None:
    attention = [line.sentence for line in load(db).attention if line.line == 18]
    assert attention == ["its coordinates lie in America/Phoenix, which no part of HI keeps: check its zone"]


def test_facilities_of_a_state_that_share_a_name_are_told_apart(db: Database) -> None:
    load(db)
    rows = loaded(db)
    assert [rows[number].name for number in ("9012", "9013", "9014", "9015")] == [
        "St Mary's House (Toledo)",
        "St Mary's House (Lima)",
        "River House (No. 9014)",
        "River House (No. 9015)",
    ]
    assert len({(row.state, row.name) for row in rows.values()}) == len(rows)


@pytest.mark.parametrize(
    ("number", "kind", "population"),
    [
        ("9001", "prison", 1820),
        ("9002", "jail", 412),
        ("9004", "prison", 1204),
        ("9005", "other", None),
        ("9011", "juvenile", None),
        ("9016", "immigration", None),
        ("9018", "jail", None),  # "twelve"
        ("9020", "prison", None),  # -4
        ("9021", "unknown", None),  # a hybrid is neither
    ],
)
def test_kind_and_population_are_taken_where_the_list_tells_them(
    db: Database, number: str, kind: str, population: int | None
) -> None:
    load(db)
    assert (loaded(db)[number].kind, loaded(db)[number].population) == (kind, population)


def test_nothing_that_is_loaded_acts_on_a_terminal(db: Database) -> None:
    load(db)
    texts = [value for row in loaded(db).values() for value in row.model_dump().values() if isinstance(value, str)]
    assert all(is_fit(text, line_ends=False) for text in texts)
    assert loaded(db)["9019"].name == "Hidden Wing State Prison"
    assert loaded(db)["9029"].name == "Peña Blanca County Jail"


def test_what_an_operator_set_is_kept_and_told_of(db: Database) -> None:
    load(db)
    facts = FacilityFacts(zone="America/Denver", kind="jail", population=77)
    db.write_now(lambda tx: alter_facility(tx, SHELL, loaded(db)["9001"].id, facts))
    report = load(db)
    assert (report.changed, loaded(db)["9001"].zone) == (0, "America/Denver")
    assert [line.sentence for line in report.attention if line.line == 2] == [
        "its zone America/Denver was kept; the list says America/Chicago",
        "its kind jail was kept; the list says prison",
        "its population 77 was kept; the list says 1820",
    ]


def test_a_zone_that_the_list_did_not_have_stays_as_the_operator_set_it(db: Database) -> None:
    load(db)
    db.write_now(lambda tx: alter_facility(tx, SHELL, loaded(db)["9010"].id, FacilityFacts(zone="America/Denver")))
    report = load(db)
    assert (report.changed, report.without_zone, loaded(db)["9010"].zone) == (0, 0, "America/Denver")


def test_what_changed_in_the_list_is_taken_over(db: Database) -> None:
    load(db)
    report = load(db, INVENTED.replace(b"NASHVILLE", b"FRANKLIN"))
    assert (report.loaded, report.changed, report.unchanged) == (0, 1, 22)
    row = loaded(db)["9001"]
    assert row.city == "Franklin"
    assert db.read_now(lambda tx: first_broken(tx, facility_chain(row.id))) is None


def test_the_second_row_of_one_number_is_told_of(db: Database) -> None:
    again = next(line for line in INVENTED.splitlines() if line.startswith(b"9001"))
    report = load(db, INVENTED + again.replace(b"CEDAR", b"OTHER") + b"\n")
    assert [line.sentence for line in report.skipped if "before" in line.sentence] == [
        "Facility.ID 9001 was there before"
    ]
    assert loaded(db)["9001"].name == "Cedar Hollow State Prison"


def test_all_of_it_is_loaded_or_nothing(db: Database) -> None:
    planned = importer.plan(INVENTED, zone_at)

    def fail_in_the_middle(done: int, _of: int) -> None:
        if done == 10:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        db.write_now(lambda tx: importer.apply(tx, SHELL, planned, fail_in_the_middle))
    assert loaded(db) == {}


def test_progress_is_told_row_by_row(db: Database) -> None:
    seen: list[tuple[int, int]] = []
    importer.plan(INVENTED, zone_at, lambda done, of: seen.append((done, of)))
    assert seen == [(number, 30) for number in range(1, 31)]


def test_only_the_operator_loads_a_list(db: Database) -> None:
    officer = Actor(role="officer", channel="terminal", account_id="O")
    with pytest.raises(Problem) as refused:
        db.write_now(lambda tx: importer.apply(tx, officer, importer.plan(INVENTED, zone_at)))
    assert refused.value.code == "not_allowed"


def test_a_file_of_something_else_is_refused_as_a_whole() -> None:
    with pytest.raises(NotThisFile):
        importer.plan(b"id,name\n1,Bibb\n", zone_at)


@pytest.mark.skipif(not REAL.exists(), reason="the real list is not beside the project")
def test_the_real_list_is_loaded_whole(db: Database) -> None:
    report = load(db, REAL.read_bytes())
    assert report.loaded + len(report.skipped) == 2296
    assert report.loaded == 2083
    assert report.skipped_by_reason == {
        "its description is Geographic": 110,
        "its name is that of an office or a group of people, and it has no place": 58,
        "its description is Administrative": 39,
        "its state is Not Available": 6,
    }
    assert report.without_zone == 13
    zones = Counter((row.state, row.zone) for row in loaded(db).values())
    assert zones["AZ", "America/Phoenix"] == 33
    assert zones["FL", "America/Chicago"] == 23
    assert zones["TN", "America/New_York"] == 2
    assert zones["IN", "America/Chicago"] == 5
    assert zones["KY", "America/Chicago"] == 3
    assert len({(row.state, row.name) for row in loaded(db).values()}) == 2083
    again = load(db, REAL.read_bytes())
    assert asdict(again)["loaded"] == asdict(again)["changed"] == 0
