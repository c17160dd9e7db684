"""Restrictions, access that changes, and rosters that say who is gone, from the shell."""

from __future__ import annotations

import pytest

from tests.backend.cli.conftest import Type
from tests.backend.running import Installation

HEAD = "facility,booking_number,first_name,last_name,status\n"
JAIL = "Cumberland County Jail"


@pytest.fixture(params=["here"])
def served(request: pytest.FixtureRequest) -> Installation | None:
    """What a command does is the same wherever it runs: see the tests of setting up."""
    return None


def roster(*people: str) -> str:
    return HEAD + "".join(f"{JAIL},{each}\n" for each in people)


FIVE = tuple(f"10{number},Mateo,Rivera," for number in range(5))


def test_a_restriction_is_added_listed_and_ended(type_: Type, cumberland: str) -> None:
    type_("import", "individuals", "-", stdin=roster(*FIVE))
    said = type_(
        "restriction", "add", JAIL, "ban", "--person", "Jo Doe", "--to", "2099-06-30", "--reason", "Contraband."
    )
    assert said.code == 0, said.errors
    assert said.out.endswith("holds. It touches no visit.\n")
    pair = type_(
        "restriction", "add", JAIL, "keep_apart", "--individual", "100", "--other", "101", "--reason", "Co-defendants.",
        "--json",
    ).data  # fmt: skip
    assert isinstance(pair, dict)

    listed = type_("restriction", "list", JAIL).out.splitlines()

    assert listed[0].split() == ["RESTRICTION", "KIND", "ABOUT", "FROM", "TO", "HOURS", "FLAGGED", "REASON"]
    assert len(listed) == 3
    assert type_("restriction", "end", pair["id"]).out.strip().endswith("is ended. 0 flags taken off visits.")
    assert type_("restriction", "end", pair["id"]).code == 1
    assert len(type_("restriction", "list", JAIL).out.splitlines()) == 2
    assert len(type_("restriction", "list", JAIL, "--ended").out.splitlines()) == 3


@pytest.mark.parametrize("hours", ["8:00", "25:00-26:00", "12:00-8:00"])
def test_hours_that_are_none_are_refused(type_: Type, cumberland: str, hours: str) -> None:
    type_("import", "individuals", "-", stdin=roster(*FIVE))
    said = type_(
        "restriction", "add", JAIL, "segregation", "--individual", "100", "--hours", hours, "--reason", "Discipline."
    )
    assert (said.code, said.out) == (1, "")
    assert type_("restriction", "list", JAIL).out == f"No restrictions at {JAIL}.\n"


def test_a_roster_says_who_was_moved_or_released_and_again_changes_nothing(type_: Type, cumberland: str) -> None:
    type_("import", "individuals", "-", stdin=roster(*FIVE))
    gone = roster("100,Mateo,Rivera,released", "101,Mateo,Rivera,Moved")
    assert "1 released, 1 moved." in type_("import", "individuals", "-", stdin=gone).out
    again = type_("import", "individuals", "-", "--json", stdin=gone).data
    assert isinstance(again, dict)
    assert (again["changed"], again["released"], again["moved"]) == (0, 0, 0)
    assert "1 held again." in type_("import", "individuals", "-", stdin=roster(FIVE[0])).out


def test_a_complete_file_releases_who_is_missing_unless_they_are_many(type_: Type, cumberland: str) -> None:
    type_("import", "individuals", "-", stdin=roster(*FIVE))
    few = type_("import", "individuals", "-", "--complete", stdin=roster(*FIVE[:4]))
    assert "1 released (1 of them not in the file), 0 moved." in few.out
    many = type_("import", "individuals", "-", "--complete", stdin=roster(*FIVE[:2]))
    assert (many.code, many.out) == (1, "")
    assert "2 of 4 who are held are not in this file." in many.errors
    assert "--yes" in many.errors
    assert type_("import", "individuals", "-", "--complete", "--yes", stdin=roster(*FIVE[:2])).code == 0


def test_a_dry_run_says_what_would_be_done_and_does_nothing(type_: Type, cumberland: str) -> None:
    type_("import", "individuals", "-", stdin=roster(*FIVE))
    dry = type_("import", "individuals", "-", "--complete", "--dry-run", stdin=roster(*FIVE[:4]))
    assert dry.out.startswith("Nothing was changed. This would be done:\n0 individuals added, 1 changed")
    assert "1 released (1 of them not in the file)" in dry.out
    assert "0 changed, 5 as they were" in type_("import", "individuals", "-", stdin=roster(*FIVE)).out


@pytest.mark.parametrize("change", ["revoke", "suspend", "restore"])
def test_access_that_is_not_there_is_not_changed(type_: Type, cumberland: str, change: str) -> None:
    said = type_("access", change, "01K8ZQ4V7N5W2M6T3R9YBXE1CD", "--reason", "Contraband.")
    assert (said.code, said.errors.startswith("visitdesk-server: The request was not found.")) == (1, True)
