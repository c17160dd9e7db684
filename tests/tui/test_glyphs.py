"""Every sign and letter that is drawn is one that the terminal's encoding has, and nothing moves by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from tui.glyphs import GlyphFilter, charset_of, glyphs_for, use_charset, use_glyphs

BLACK = Color(0, 0, 0)
TEXT = "Łukasz Müller, José O’Brien · 山田 ✓ … “Done” – ñ é ß ½"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    use_glyphs("full")
    use_charset("utf-8")


def drawn(text: str, charset: str, glyphs: str = "ascii") -> str:
    use_glyphs(glyphs)
    use_charset(charset)
    return "".join(segment.text for segment in GlyphFilter().apply([Segment(text)], BLACK))


@pytest.mark.parametrize(
    ("charset", "shown"),
    [
        ("ascii", """?ukasz Muller, Jose O'Brien - ???? + . "Done" - n e ? ?"""),
        ("iso8859-1", """?ukasz Müller, José O'Brien - ???? + . "Done" - ñ é ß ½"""),
        ("iso8859-2", """Łukasz Müller, José O'Brien - ???? + . "Done" - n é ß ?"""),
        ("koi8-r", """?ukasz Muller, Jose O'Brien - ???? + . "Done" - n e ? ?"""),
    ],
)
def test_letters_that_an_encoding_lacks_become_plain_ones_in_as_many_cells(charset: str, shown: str) -> None:
    found = drawn(TEXT, charset)
    assert found == shown
    assert cell_len(found) == cell_len(TEXT)
    found.encode(charset)


@pytest.mark.parametrize("charset", ["ascii", "iso8859-1", "iso8859-15", "cp437", "koi8-r", "euc_jp"])
def test_no_letter_of_unicode_is_drawn_that_the_encoding_lacks(charset: str) -> None:
    use_glyphs("ascii")
    use_charset(charset)
    letters = [chr(number) for number in range(0xA0, 0x30000, 7) if not 0xD800 <= number < 0xE000]
    found = GlyphFilter().apply([Segment(letter) for letter in letters], BLACK)
    "".join(segment.text for segment in found).encode(charset)
    assert [cell_len(segment.text) for segment in found] == [cell_len(letter) for letter in letters]


def test_in_utf_8_every_letter_stays() -> None:
    assert drawn(TEXT, "utf-8", "full") == TEXT


@pytest.mark.parametrize(
    ("environ", "found", "charset"),
    [
        ({"LANG": "C.UTF-8"}, "utf-8", "utf-8"),
        ({"LANG": "de_DE.utf8"}, "UTF-8", "UTF-8"),
        ({}, "utf-8", "utf-8"),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8", "utf-8"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", "ascii"),
        ({"LANG": "POSIX", "LC_CTYPE": "C.UTF-8"}, "utf-8", "ascii"),
        ({"LC_ALL": "C"}, "utf-8", "ascii"),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, "utf-8", "utf-8"),
        ({"LANG": "en_US.ISO-8859-1"}, "iso8859-1", "iso8859-1"),
        ({"LANG": "en_US.ISO-8859-1", "LC_CTYPE": "C.UTF-8"}, "utf-8", "ascii"),
        ({"LANG": "en_US"}, "utf-8", "ascii"),
    ],
)
def test_the_encoding_is_that_of_the_locale_whatever_python_makes_of_it(
    environ: Mapping[str, str], found: str, charset: str
) -> None:
    assert charset_of(environ, found) == charset


@pytest.mark.parametrize(
    ("term", "charset", "glyphs"),
    [
        ("xterm-256color", "utf-8", "full"),
        ("linux", "utf-8", "cp437"),
        ("linux", "ascii", "ascii"),
        ("xterm", "iso8859-1", "ascii"),
    ],
)
def test_the_set_of_signs_follows_terminal_and_encoding(term: str, charset: str, glyphs: str) -> None:
    assert glyphs_for(term, charset) == glyphs
