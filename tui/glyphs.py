"""The signs beside words, in three sets: for good fonts, for the Linux console's font, and plain ASCII.

Every state is also told by a word, so a set may lack a sign without anything being lost. The set is chosen once, when
the program starts; widgets ask :func:`glyphs` while they draw.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.color import Color


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs of one set.

    Attributes:
        name: ``full``, ``cp437`` or ``ascii``.
        done: Something is finished or approved.
        waiting: Something is pending.
        wrong: Something was refused or failed.
        notice: Something needs to be looked at.
        pointer: Stands before the row that Enter acts on.
        rule: Draws a horizontal line.
        bar: Draws a vertical line.
        dot: Stands between two words of a line.
        secret: Stands for each letter of a password.
        more: There is more below or behind.
        rising: A column is sorted from small to large.
        falling: A column is sorted from large to small.
    """

    name: str
    done: str
    waiting: str
    wrong: str
    notice: str
    pointer: str
    rule: str
    bar: str
    dot: str
    secret: str
    more: str
    rising: str
    falling: str


FULL = Glyphs("full", "✓", "…", "×", "!", ">", "─", "│", "·", "•", "▾", "▴", "▾")
CP437 = Glyphs("cp437", "√", ".", "x", "!", ">", "─", "│", "·", "*", "v", "^", "v")
ASCII = Glyphs("ascii", "+", ".", "x", "!", ">", "-", "|", "-", "*", "v", "^", "v")
SETS = {glyph_set.name: glyph_set for glyph_set in (FULL, CP437, ASCII)}

_current = FULL
_charset = ""
"""The encoding of a terminal that does not show every letter; empty for one that does."""


def glyphs() -> Glyphs:
    """Return the set in use."""
    return _current


def use_glyphs(name: str) -> None:
    """Use the set of this name from now on; an unknown name is ``full``."""
    global _current  # noqa: PLW0603 - one terminal per process
    _current = SETS.get(name, FULL)


def use_charset(encoding: str) -> None:
    """From now on draw only what this encoding can write, cell for cell."""
    global _charset  # noqa: PLW0603 - one terminal per process
    _charset = "" if "utf" in encoding.lower() else encoding


def charset_of(environ: Mapping[str, str], found: str) -> str:
    """Return the encoding of the terminal, which is that of its locale.

    Python takes the C locale, and one that this machine does not have, for UTF-8, and then says so in ``LC_CTYPE`` (PEP
    538 and 540); the terminal need not be: ASCII is legal in all of them. A terminal that names no locale at all is
    taken as Python takes it.

    Args:
        environ: The environment.
        found: The encoding that Python found.
    """
    named = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    if named == COERCED and not environ.get("LC_ALL"):
        named = environ.get("LANG") or named
    return "ascii" if named and "utf" not in named.lower() and "utf" in found.lower() else found


def glyphs_for(term: str, encoding: str) -> str:
    """Choose a set for a terminal.

    Args:
        term: The value of ``TERM``.
        encoding: The encoding of what is written to it.
    """
    if "utf" not in encoding.lower():
        return "ascii"
    return "cp437" if term.startswith("linux") else "full"


COERCED = "C.UTF-8"
"""What Python puts into ``LC_CTYPE`` where the locale is C."""
_LINES = dict(zip("─│┌┐└┘├┤┬┴┼━┃╭╮╰╯═║", "-|+++++++++-|++++=|", strict=True))
_MARKS = dict(zip("…•·–—‘’“”×✓√▾▸‹›", ".*---''\"\"x++v><>", strict=True))
_TABLES = {
    "cp437": str.maketrans({mark: plain for mark, plain in _MARKS.items() if mark not in "·√"}),
    "ascii": str.maketrans({**_MARKS, **_LINES}),
}


class GlyphFilter(LineFilter):
    """Draws typographic marks and lines as a plainer font has them: one cell for one cell, so that nothing moves.

    Letters of names stay as they are, as far as the terminal's encoding has them; others become the plain letter that
    they are made of, or ``?``.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Replace marks that the set in use lacks; with the full set, lines pass as they are."""
        table = _TABLES.get(_current.name)
        if table is None and not _charset:
            return segments
        return [Segment(_drawn(segment.text, table), segment.style, segment.control) for segment in segments]


def _drawn(text: str, table: dict[int, str] | None) -> str:
    """Return a text as the set and the encoding in use have it, in as many cells."""
    if table is not None:
        text = text.translate(table)
    if not _charset or text.isascii():
        return text
    return "".join(_letter(letter, _charset) for letter in text)


@lru_cache(maxsize=1024)
def _letter(letter: str, charset: str) -> str:
    """Return a letter that the encoding has for this one, in as many cells: itself, its plain letter, or ``?``."""
    cells = cell_len(letter)
    plain = normalize("NFKD", letter)[:1]
    for choice in (letter, plain if plain.isalpha() and cell_len(plain) <= cells else "?"):
        with suppress(UnicodeEncodeError):
            choice.encode(charset)
            return choice + " " * (cells - cell_len(choice)) if cells else ""
    return "?" * cells
