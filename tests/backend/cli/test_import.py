"""Files that are loaded: reports, again and again, and what one broken line does to the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backend.cli.conftest import Type
from tests.backend.running import Installation

CSV = "facility,visit_type,weekday,start,end,every_minutes,capacity\n"
WITH_WEEKS = CSV.rstrip() + ",valid_from,valid_to,every_weeks,anchor_date\n"
ROW = "Cumberland County Jail,remote,mon tue,9:00,12:00,30,2\n"
LIST = "Facility.ID,State,Name,Description,Latitude,Longitude\n7,Tennessee,CUMBERLAND COUNTY JAIL,Jail,35.95,-85.03\n"
ROSTER = "facility,booking_number,first_name,last_name\n7,20418,Mateo,Rivera\n"


@pytest.fixture(params=["here"])
def served(request: pytest.FixtureRequest) -> Installation | None:
    """What a file does is the same wherever it is loaded: see the tests of setting up."""
    return None


def test_a_list_of_facilities_is_loaded_with_its_zones_and_again_changes_nothing(type_: Type, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    first = type_("import", "facilities", tmp_path / "list.csv")
    assert first.code == 0, first.errors
    assert first.out.startswith("1 facility added, 0 changed")
    assert "1 of the list needs a population" in first.out
    again = type_("import", "facilities", tmp_path / "list.csv", "--json").data
    assert isinstance(again, dict)
    assert (again["loaded"], again["changed"], again["unchanged"]) == (0, 0, 1)
    assert "America/Chicago" in type_("facility", "list", "TN").out


def test_a_roster_is_loaded_and_again_changes_nothing(type_: Type) -> None:
    type_("import", "facilities", "-", stdin=LIST)
    assert type_("import", "individuals", "-", stdin=ROSTER).out.startswith("1 individual added")
    assert type_("import", "individuals", "-", stdin=ROSTER).out.startswith("0 individuals added, 0 changed, 1 as")


def test_a_timetable_is_loaded_once_and_changes_where_the_file_does(type_: Type, cumberland: str) -> None:
    assert type_("import", "timetables", "-", stdin=CSV + ROW).out.startswith("2 rows were added")
    assert type_("import", "timetables", "-", stdin=CSV + ROW).out.startswith("0 rows were added, 0 changed, 2 there")
    more = CSV + ROW.replace(",2\n", ",5\n")
    assert type_("import", "timetables", "-", stdin=more).out.startswith("0 rows were added, 2 changed, 0 there")


def test_every_line_that_was_skipped_is_told_by_its_number(type_: Type) -> None:
    type_("import", "facilities", "-", stdin=LIST)
    bad = "9,1,Ann,Lee\n7,,Bo,Day\n7,,Cy,Ely\n7,20419,Di,Fox\n7,,Ed,Gil\n"
    said = type_("import", "individuals", "-", stdin=ROSTER + bad)
    assert "2 individuals added, 0 changed, 0 as they were." in said.out
    assert "3 skipped: it has no booking number (lines 4-5, 7)." in said.out
    assert "1 skipped: no facility is called 9 (line 3)." in said.out
    found = type_("import", "individuals", "-", "--json", stdin=ROSTER + bad).data
    assert isinstance(found, dict)
    assert [skipped["line"] for skipped in found["skipped_lines"]] == [3, 4, 5, 7]


def test_a_day_that_is_none_is_quoted(type_: Type, cumberland: str) -> None:
    said = type_("import", "timetables", "-", stdin=CSV + ROW.replace("mon tue", "mon Tuseday"))
    assert 'Line 2: weekday "Tuseday" is no day' in said.out


def test_a_broken_line_is_told_and_stops_none_of_the_others(type_: Type, cumberland: str) -> None:
    bad = "Nowhere,remote,mon,9:00,10:00,30,1\nCumberland County Jail,remote,mon,9:07,10:00,30,1\n"
    said = type_("import", "timetables", "-", stdin=CSV + bad + ROW)
    assert said.code == 1
    assert said.out.startswith("2 rows were added")
    assert "Line 2: A facility called Nowhere was not found." in said.out
    assert "Line 3: start is a time" in said.out


def test_a_dry_run_says_what_would_be_and_changes_nothing(type_: Type, cumberland: str) -> None:
    said = type_("import", "timetables", "-", "--dry-run", stdin=CSV + ROW)
    assert said.code == 0
    assert said.out.startswith("2 rows would be added")
    assert said.out.count("6 times, 09:00 to 11:30") == 4
    assert said.out.count("none") == 10
    assert type_("import", "timetables", "-", stdin=CSV + ROW).out.startswith("2 rows were added")


def test_rows_of_a_facility_without_a_zone_are_kept_and_said_to_need_one(type_: Type) -> None:
    type_("facility", "add", "--name", "Cumberland County Jail", "--state", "TN")
    said = type_("import", "timetables", "-", stdin=CSV + ROW)
    assert said.code == 1
    assert said.out.startswith("2 rows were added")
    assert "needs a time zone" in said.out


def test_visits_booked_elsewhere_are_loaded_and_what_a_rule_refuses_is_told(type_: Type, cumberland: str) -> None:
    file = (
        "facility,booking_number,email,visit_type,date,start,minutes\n"
        f"{cumberland},20418,nobody@example.org,remote,2027-01-04,9:00,30\n"
    )
    said = type_("import", "visits", "-", "--dry-run", stdin=file)
    assert said.code == 0, said.errors
    assert said.out.startswith("Nothing was changed. This would be done:\n0 visits booked, 0 there already, 1 skipped.")
    assert "Line 2: 20418, 2027-01-04 09:00: Nobody has an account with this e-mail address" in said.out
    found = type_("import", "visits", "-", "--json", stdin=file).data
    assert isinstance(found, dict)
    assert (found["booked"], found["dry_run"], [one["line"] for one in found["skipped"]]) == (0, False, [2])
    assert "no column" in type_("import", "visits", "-", stdin="a,b\n1,2\n").errors


def test_a_dry_run_for_scripts_has_every_day(type_: Type, cumberland: str) -> None:
    found = type_("import", "timetables", "-", "--dry-run", "--json", stdin=CSV + ROW).data
    assert isinstance(found, dict)
    (remote,) = found["openings"]

    assert (remote["facility_id"], remote["visit_type"], remote["minutes"]) == (cumberland, "remote", 30)
    assert sorted(day["times"] for day in remote["days"]) == [0] * 10 + [6] * 4
    assert {(day["first"], day["last"], day["places"]) for day in remote["days"]} == {
        ("09:00", "11:30", 12),
        (None, None, 0),
    }


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("remote,mon,9:00,9:25,5,1,,,1,", "From start to end are 25 minutes, and the shortest visit here lasts 30."),
        ("remote,mon,9:07,10:00,30,1,,,1,", "start is a time"),
        ("remote,mon,9:00,10:00,7,1,,,1,", "every_minutes is a whole number above 0, a multiple of 5."),
        ("remote,mon,9:00,10:00,30,1,2027-01-10,2027-01-09,1,", "valid_to is before valid_from."),
        ("remote,mon,9:00,10:00,30,1,9999-12-31,,1,", "valid_from is too far away from today."),
        ("remote,mon tue,9:00,10:00,30,1,2027-01-06,2027-01-10,1,", "No Monday or Tuesday that it could hold on lies"),
        ("remote,mon,9:00,10:00,30,1,2027-01-11,2027-01-17,2,2027-01-04", "No Monday that it could hold on lies"),
    ],
)
def test_a_row_that_can_never_hold_is_refused_with_its_line(
    type_: Type, cumberland: str, row: str, sentence: str
) -> None:
    said = type_("import", "timetables", "-", stdin=f"{WITH_WEEKS}Cumberland County Jail,{row}\n")

    assert said.code == 1
    assert said.out.startswith("0 rows were added")
    assert f"Line 2: {sentence}" in said.out


def test_a_dry_run_is_not_stopped_by_a_row_that_begins_on_the_last_day_that_there_is(
    type_: Type, cumberland: str
) -> None:
    far = "Cumberland County Jail,remote,mon,9:00,10:00,30,1,9999-12-31,,1,\n"
    near = "Cumberland County Jail,remote,mon,9:00,10:00,30,1,0001-01-01,9999-12-31,1,\n"
    said = type_("import", "timetables", "-", "--dry-run", stdin=WITH_WEEKS + far + near)
    assert said.out.startswith("1 row would be added")
    assert "Line 2: valid_from is too far away from today." in said.out


def test_a_row_of_every_second_week_may_hold_on_one_day_only(type_: Type, cumberland: str) -> None:
    row = "remote,mon,9:00,10:00,30,1,2027-01-18,2027-01-18,2,2027-01-04"
    said = type_("import", "timetables", "-", stdin=f"{WITH_WEEKS}Cumberland County Jail,{row}\n")
    assert said.out.startswith("1 row was added")
