"""Stations and capacities set up from the shell: what is said of the visits that are booked already."""

from __future__ import annotations

from tests.backend.cli.conftest import Type


def test_a_station_is_added_listed_retired_and_put_back(type_: Type, cumberland: str) -> None:
    assert (
        type_("station", "list", cumberland).out
        == "Cumberland County Jail has no stations, and its visits need none.\n"
    )

    added = type_("station", "add", cumberland, "onsite_video", "Booth 1", "--unit", "B2")
    assert (added.code, added.out) == (
        0,
        "Cumberland County Jail: Booth 1 is in service for onsite_video, for unit B2.\n",
    )
    again = type_("station", "add", cumberland, "onsite_video", "Booth 1")
    assert (again.code, "There is a station 'Booth 1' already." in again.errors) == (1, True)

    retired = type_("station", "retire", cumberland, "onsite_video", "Booth 1")
    assert (retired.code, retired.out) == (0, "Cumberland County Jail: Booth 1 is out of service.\n")
    gone = type_("station", "retire", cumberland, "onsite_video", "Booth 1")
    assert (gone.code, "The station was not found." in gone.errors) == (1, True)

    assert type_("station", "add", cumberland, "onsite_video", "Booth 1").code == 0
    shown = type_("station", "list", cumberland).out.splitlines()
    assert [line.split() for line in shown] == [
        ["STATION", "TYPE", "UNIT", "IN", "SERVICE"],
        ["Booth", "1", "onsite_video", "every", "unit", "yes"],
    ]


def test_setting_a_capacity_says_how_many_visits_are_above_it(type_: Type, cumberland: str) -> None:
    said = type_("facility", "set", cumberland, "--setting", "capacity_all=4", "--json")

    assert isinstance(said.data, dict)
    assert said.data["visits_above"] == 0
