"""The trail of steps."""

from __future__ import annotations

import pytest

from tui.glyphs import use_glyphs
from tui.widgets.step_trail import TrailStep, trail

STEPS = (
    TrailStep("Facility", done=True),
    TrailStep("Type", done=True),
    TrailStep("Terms", here=True),
    TrailStep("Individual"),
)


def test_done_steps_have_a_sign_and_the_present_one_is_in_capitals() -> None:
    assert trail(STEPS, 80).plain == "Facility ✓  Type ✓  TERMS  Individual"


def test_where_the_line_is_short_the_first_done_steps_are_left_off_with_a_mark() -> None:
    assert trail(STEPS, 30).plain == "…  Type ✓  TERMS  Individual"


def test_where_that_is_not_enough_the_last_steps_are_left_off_with_a_mark() -> None:
    assert trail(STEPS, 12).plain == "…  TERMS  …"


def test_the_present_step_is_never_left_off() -> None:
    assert trail(STEPS, 5).plain == "TERMS"


@pytest.mark.parametrize(("glyphs", "sign"), [("full", "✓"), ("cp437", "√"), ("ascii", "+")])
def test_the_sign_is_one_that_the_font_has(glyphs: str, sign: str) -> None:
    use_glyphs(glyphs)
    assert f"Type {sign}" in trail(STEPS, 80).plain
    use_glyphs("full")
