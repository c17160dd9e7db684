"""Blackouts from the shell: looked at, added, listed and removed."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from io import StringIO

import pytest

from backend.clock import SystemClock
from tests.backend.cli.conftest import Said, Type
from tests.backend.running import Installation

JAIL = "Cumberland County Jail"
TOMORROW = (SystemClock().now() + timedelta(days=1)).date().isoformat()
WHY = ("--reason", "Painting.")


@pytest.fixture(params=["here"])
def served(request: pytest.FixtureRequest) -> Installation | None:
    """Where a command is carried out makes no difference: see the tests of setting up."""
    return None


def added(type_: Type, *more: str) -> Said:
    return type_("blackout", "add", JAIL, "--from", TOMORROW, *WHY, "--yes", *more)


def test_a_dry_run_says_what_it_would_touch_and_adds_nothing(type_: Type, cumberland: str) -> None:
    said = type_("blackout", "add", JAIL, "--from", TOMORROW, *WHY, "--dry-run")
    assert said.code == 0, said.errors
    assert said.out == f"{JAIL}, {TOMORROW}, 00:00-24:00: it would touch 0 visits and 0 times that somebody holds.\n"
    assert type_("blackout", "list", JAIL).out == f"No blackouts at {JAIL}.\n"


def test_a_blackout_is_added_listed_and_removed(type_: Type, cumberland: str) -> None:
    said = added(type_, "--start", "13:00", "--end", "15:30", "--unit", "B2", "--json")
    assert said.code == 0, said.errors
    made = said.data
    assert isinstance(made, dict)
    assert (made["first_date"], made["last_date"]) == (TOMORROW, TOMORROW)
    assert (made["start_minute"], made["end_minute"], made["flagged"], made["cancelled"]) == (780, 930, 0, 0)

    assert "13:00-15:30" in type_("blackout", "list", JAIL).out
    assert type_("blackout", "remove", str(made["id"])).out.startswith("Removed: ")
    assert type_("blackout", "list", JAIL, "--json").data == []
    again = type_("blackout", "remove", str(made["id"]))
    assert (again.code, "removed already" in again.errors) == (1, True)


def test_without_a_terminal_somebody_has_to_say_yes(type_: Type, cumberland: str) -> None:
    said = type_("blackout", "add", JAIL, "--from", TOMORROW, *WHY)
    assert said.code == 1
    assert "Say --yes or --dry-run." in said.errors
    assert type_("blackout", "list", JAIL, "--json").data == []


class Terminal(StringIO):
    """Standard input that somebody types on."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "there"), [("y\n", 1), ("n\n", 0), ("\n", 0)])
def test_on_a_terminal_one_is_asked_before(
    type_: Type, cumberland: str, monkeypatch: pytest.MonkeyPatch, typed: str, there: int
) -> None:
    from backend.cli.main import main

    with monkeypatch.context() as here:
        here.setattr(sys, "stdin", Terminal(typed))
        assert main(["blackout", "add", JAIL, "--from", TOMORROW, *WHY]) == 0
    said = type_("blackout", "list", JAIL, "--json")
    assert "it would touch 0 visits" in said.errors
    assert len(json.loads("[" + said.out.partition("[")[2])) == there


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--to", "2020-01-01"), "The last day is before the first."),
        (("--start", "9:00", "--end", "9:00"), "The end must be after the start"),
    ],
)
def test_what_can_never_hold_is_refused(type_: Type, cumberland: str, words: tuple[str, ...], sentence: str) -> None:
    said = added(type_, *words)
    assert said.code == 1
    assert sentence in said.errors


def test_a_time_that_is_none_is_said_to_be_so(type_: Type) -> None:
    said = added(type_, "--start", "9")
    assert said.code == 2
    assert "is not a time such as 9:00" in said.errors
