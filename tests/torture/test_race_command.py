"""``make race``, as anybody runs it: a real process, its exit code and its plain words."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest


def race(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.torture.race", "--engine", "sqlite", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_fifty_asked_one_booked_and_forty_nine_were_told_the_next_times() -> None:
    done = race()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "50 asked for the last place" in done.stdout
    assert re.search(r"1 booked \(VD-\w{6}\)", done.stdout)
    assert "49 were told the next times" in done.stdout
    assert "every row is as it should be" in done.stdout


@pytest.mark.torture
@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("check-then-insert", "more visits than places at the same time"),
        ("charge-again", "charges: 10, and not 1"),
        ("two-holds", "a place taken by nobody"),
    ],
)
def test_a_planted_fault_is_found_and_the_exit_code_says_so(fault: str, found: str) -> None:
    done = race("--plant", fault)

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"WRONG: {found}" in done.stdout
    assert "BROKEN" in done.stdout
