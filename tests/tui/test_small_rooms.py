"""Text, clock, commands, themes, signs, session: the small rooms of the terminal."""

from __future__ import annotations

import gettext
import re
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

from tests.tui.support import ACCOUNT, SESSION
from tui import text
from tui.clock import SteppedClock, SystemClock
from tui.commands import HELP, SIGN_OUT, key_name
from tui.glyphs import ASCII, CP437, FULL, SETS, GlyphFilter, glyphs, glyphs_for, use_glyphs
from tui.session import Session
from tui.themes import THEMES, theme_for


def mo(pairs: dict[str, str]) -> bytes:
    """Return a compiled catalogue with these sentences."""
    pairs = {"": "Content-Type: text/plain; charset=UTF-8\n", **pairs}
    ids, strings = sorted(pairs), [pairs[key].encode() for key in sorted(pairs)]
    keys = [key.encode() for key in ids]
    start = 28
    data, offsets = b"", []
    table = start + 16 * len(keys)
    for chunk in (*keys, *strings):
        offsets.append((len(chunk), table + len(data)))
        data += chunk + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), start, start + 8 * len(keys), 0, 0)
    return head + b"".join(struct.pack("<2I", *pair) for pair in offsets) + data


def test_english_is_the_language_of_the_code_and_needs_no_file() -> None:
    assert text.use_language("en_US.UTF-8")
    assert text._("Back") == "Back"
    assert text.ngettext("{n} visit", "{n} visits", 2) == "{n} visits"


def test_what_is_no_language_tag_opens_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "LC_MESSAGES"
    folder.mkdir()
    (folder / "visitdesk.mo").write_bytes(mo({"Back": "Out of here"}))
    gettext._translations.clear()  # type: ignore[attr-defined] # the cache of the module itself
    assert not text.use_language(str(tmp_path))
    text.use_language(f"../../../../../../..{tmp_path}")
    assert text._("Back") == "Back"


def test_a_catalogue_speaks_another_language_and_none_is_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "visitdesk.mo").write_bytes(mo({"Back": "Volver"}))
    monkeypatch.setattr(text, "LOCALES", tmp_path)
    gettext._translations.clear()  # type: ignore[attr-defined] # the cache of the module itself
    try:
        assert text.use_language("es_MX")
        assert text._("Back") == "Volver"
        assert not text.use_language("fr")
        assert text._("Back") == "Back"
    finally:
        text.use_language("en")


def test_a_wrong_clock_is_corrected_by_the_server() -> None:
    clock = SystemClock()
    truth = datetime.now(UTC) + timedelta(hours=3)
    clock.correct(truth)
    assert abs(clock.now() - truth) < timedelta(seconds=5)
    clock.correct(datetime.now(UTC) + timedelta(seconds=1))
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_a_stepped_clock_moves_only_when_told() -> None:
    clock = SteppedClock(datetime(2026, 11, 22, tzinfo=UTC))
    clock.correct(datetime(2030, 1, 1, tzinfo=UTC))
    clock.step(90)
    assert clock.now() == datetime(2026, 11, 22, 0, 1, 30, tzinfo=UTC)
    assert clock.monotonic() == 90


@pytest.mark.parametrize(
    ("key", "written"), [("escape", "Esc"), ("f10", "F10"), ("ctrl+q", "Ctrl+Q"), ("a", "A"), ("question_mark", "?")]
)
def test_keys_are_written_as_they_stand_on_the_keyboard(key: str, written: str) -> None:
    assert key_name(key) == written


def test_a_command_keeps_its_keys_under_another_label() -> None:
    other = HELP.relabelled("Hint")
    assert (other.keys, other.label, other.help) == (HELP.keys, "Hint", HELP.help)
    assert SIGN_OUT.key_text == "F10"


def test_signs_follow_the_terminal_and_every_set_has_all() -> None:
    assert glyphs_for("xterm-256color", "utf-8") == "full"
    assert glyphs_for("linux", "UTF-8") == "cp437"
    assert glyphs_for("xterm", "ANSI_X3.4-1968") == "ascii"
    assert all(sign.isascii() for sign in (ASCII.done, ASCII.waiting, ASCII.rule, ASCII.dot, ASCII.secret))
    for sign in (CP437.done, CP437.rule, CP437.bar, CP437.dot):
        sign.encode("cp437")
    use_glyphs("ascii")
    assert glyphs() is ASCII
    use_glyphs("no such set")
    assert glyphs() is FULL
    assert set(SETS) == {"full", "cp437", "ascii"}


@pytest.mark.parametrize("name", ["cp437", "ascii"])
def test_a_plainer_font_gets_marks_it_has_one_cell_for_one_cell(name: str) -> None:
    use_glyphs(name)
    try:
        line = "".join(s.text for s in GlyphFilter().apply([Segment("┌ It’s O’Brien… • × ✓ – ┘")], Color(0, 0, 0)))
    finally:
        use_glyphs("full")
    assert len(line) == len("┌ It’s O’Brien… • × ✓ – ┘")
    line.encode(name)


def test_a_good_font_gets_every_mark() -> None:
    line = [Segment("┌ It’s… ✓")]
    assert GlyphFilter().apply(line, Color(0, 0, 0)) is line


def test_a_theme_is_chosen_for_the_terminal() -> None:
    assert theme_for(no_color=True, term="xterm-256color", colorterm="truecolor") == "none"
    assert theme_for(no_color=False, term="xterm-256color", colorterm="") == "dark"
    assert theme_for(no_color=False, term="linux", colorterm="") == "ansi16"
    assert theme_for(no_color=False, term="vt100", colorterm="") == "none"


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2): 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("name", "least"), [("dark", 4.5), ("light", 4.5), ("contrast", 7.0)])
def test_every_meaning_can_be_read_on_every_ground(name: str, least: float) -> None:
    theme = THEMES[name]
    grounds = [theme.background, theme.surface, theme.panel]
    letters = [
        theme.foreground,
        theme.accent,
        *(theme.variables[n] for n in ("muted", "positive", "caution", "critical")),
    ]
    for ground in grounds:
        for colour in letters:
            assert contrast(str(ground), str(colour)) >= least, (name, ground, colour)
    assert contrast(theme.variables["cursor"], theme.variables["cursor-text"]) >= least


def test_the_theme_without_colour_names_none() -> None:
    theme = THEMES["none"]
    named = [theme.primary, theme.accent, theme.foreground, theme.variables["critical"], theme.variables["cursor"]]
    assert set(named) == {"ansi_default"}
    assert all(theme.ansi is bool(re.search("ansi|none", theme.name)) for theme in THEMES.values())


def test_nobody_is_signed_in_until_somebody_is() -> None:
    session = Session()
    assert session.name == ""
    session.begin(ACCOUNT, SESSION)
    assert session.name == "Ana Rivera"
    session.end()
    assert session.account is None
