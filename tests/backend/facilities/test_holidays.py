"""Public holidays of the states."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from backend.facilities.holidays import holiday_on
from backend.facilities.us_states import state_name

THANKSGIVING = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("state", "day", "name"),
    [
        ("TN", THANKSGIVING, "Thanksgiving Day"),
        ("TN", date(2026, 4, 3), "Good Friday"),
        ("NY", date(2026, 4, 3), None),
        ("TX", date(2026, 3, 2), "Texas Independence Day"),
        ("OK", date(2026, 3, 2), None),
        ("PR", date(2026, 1, 6), "Epiphany"),
        ("AZ", date(2026, 11, 27), None),
    ],
)
def test_each_state_has_its_own(state: str, day: date, name: str | None) -> None:
    assert holiday_on(state, day) == name


def test_a_holiday_on_a_weekend_is_kept_on_the_weekday_beside_it_too() -> None:
    assert holiday_on("TN", date(2026, 7, 4)) == "Independence Day"
    assert holiday_on("TN", date(2026, 7, 3)) == "Independence Day (observed)"
    assert holiday_on("TN", date(2027, 12, 31)) == "New Year's Day (observed)"


@pytest.mark.parametrize("state", ["", "XX", "AA", "Tennessee"])
def test_a_state_that_is_not_known_has_the_federal_ones(state: str) -> None:
    assert holiday_on(state, THANKSGIVING) == "Thanksgiving Day"
    assert holiday_on(state, date(2026, 10, 12)) == "Columbus Day"
    assert holiday_on(state, date(2026, 4, 3)) is None


@pytest.mark.parametrize("state", ["AS", "GU", "MP", "PR", "VI", "DC"])
def test_territories_are_known(state: str) -> None:
    assert state_name(state) != state
    assert holiday_on(state, date(2026, 12, 25)) == "Christmas Day"


def test_a_server_that_starts_does_not_load_them() -> None:
    started = "import sys, backend.app, backend.serve.process, backend.cli.main; print('holidays' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", started], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
