"""docs/rules.md names every rule, says who may override it, and which are judged at the desk."""

from __future__ import annotations

import re
from pathlib import Path

from backend.visits.rules import PROMISED, RULES

PAGE = (Path(__file__).parents[4] / "docs" / "rules.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| `")]


def codes(column: int) -> set[str]:
    """Return the codes of the rows that say yes in a column; ``the first`` means the first code only."""
    found: set[str] = set()
    for cells in ROWS:
        named = re.findall(r"`(\w+)`", cells[0])
        found.update({"yes": named, "the first": named[:1], "": []}[cells[column].strip()])
    return found


def test_every_rule_is_on_the_page() -> None:
    assert {code for cells in ROWS for code in re.findall(r"`(\w+)`", cells[0])} == {rule.code for rule in RULES}


def test_what_may_be_overridden_is_said() -> None:
    assert codes(3) == {rule.code for rule in RULES if rule.overridable}


def test_what_is_judged_again_at_the_desk_is_said() -> None:
    moving = {"too_late_to_move", "same_time"}  # nobody moves a visit by checking in
    assert codes(4) == {rule.code for rule in RULES} - PROMISED - moving
