"""Data never acts on the terminal."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.color import Color

from tui.inert import MARKS, InertFilter, clean, clean_lines, inert, inert_text

HOSTILE = [
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J",
    "\x9b31m",
    "\x90q",
    "\u202egpj.exe",
    "a\u200bb",
    "a\u2066b",
    "tag\U000e0041",
    "soft\u00adhyphen",
    "\x00\x07\x08",
    "\udc80",
]
ACTING = [*range(0x20), 0x7F, *range(0x80, 0xA0), 0x200B, 0x200E, 0x202E, 0x2066, 0xFEFF, 0xE0041]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_acts_or_hides_is_left(text: str) -> None:
    assert not any(ord(sign) in ACTING for sign in clean(text))


def test_names_as_people_have_them_stay_as_they_are() -> None:
    for name in ("O’Brien", "Łukasz Żółć", "Nguyễn Văn", "José Ñuñez-Peña", "王小明", "Доу"):
        assert clean(name) == name


def test_marks_stand_on_a_letter_and_build_no_tower() -> None:
    assert clean("Z" + "\u0301" * 200 + "oe") == "Z" + "\u0301" * MARKS + "oe"
    assert clean("Nguye\u0302\u0303n") == "Nguye\u0302\u0303n"


def test_signs_that_terminals_draw_in_different_widths_become_others() -> None:
    assert clean("🇺🇸 👍🏽 \ue000\u0378x") == "US 👍 ??x"


def test_lines_become_one_line_and_stay_lines_where_that_is_meant() -> None:
    assert clean("one\r\n\ttwo\u2028three") == "one two three"
    assert clean_lines("one\r\n\x1b[1mtwo") == "one\n?[1mtwo"


@pytest.mark.parametrize("text", ["Doe [DOC#123]", "[/nope]", "[@click=app.quit]x[/]", "[TODO] x", ":warning:"])
def test_what_looks_like_markup_is_only_text(text: str) -> None:
    assert inert(text).plain == text
    assert not inert(text).spans
    assert inert_text(text).plain == text


def test_the_last_net_takes_out_what_a_widget_let_through_and_the_line_keeps_its_width() -> None:
    line = [Segment("ok "), Segment("a\x1b[2Jb"), Segment("c\u202ed"), Segment("e\udc80f")]
    through = InertFilter().apply(line, Color(0, 0, 0))
    assert "".join(segment.text for segment in through) == "ok a[2Jbcde?f"
    assert Segment.get_line_length(through) == Segment.get_line_length(line)


def test_the_last_net_lets_clean_lines_pass_untouched() -> None:
    line = [Segment("Mateo Rivera ✓")]
    assert InertFilter().apply(line, Color(0, 0, 0)) is line
