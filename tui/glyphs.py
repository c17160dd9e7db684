"""The signs beside words, in three sets: for good fonts, for the Linux console's font, and plain ASCII.

Every state is also told by a word, so a set may lack a sign without anything being lost. The set is chosen once, when
the program starts; widgets ask :func:`glyphs` while they draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
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


def glyphs() -> Glyphs:
    """Return the set in use."""
    return _current


def use_glyphs(name: str) -> None:
    """Use the set of this name from now on; an unknown name is ``full``."""
    global _current  # noqa: PLW0603 - one terminal per process
    _current = SETS.get(name, FULL)


def glyphs_for(term: str, encoding: str) -> str:
    """Choose a set for a terminal.

    Args:
        term: The value of ``TERM``.
        encoding: The encoding of what is written to it.
    """
    if "utf" not in encoding.lower():
        return "ascii"
    return "cp437" if term.startswith("linux") else "full"


_LINES = dict(zip("─│┌┐└┘├┤┬┴┼━┃╭╮╰╯═║", "-|+++++++++-|++++=|", strict=True))
_MARKS = dict(zip("…•·–—‘’“”×✓√▾▸‹›", ".*---''\"\"x++v><>", strict=True))
_TABLES = {
    "cp437": str.maketrans({mark: plain for mark, plain in _MARKS.items() if mark not in "·√"}),
    "ascii": str.maketrans({**_MARKS, **_LINES}),
}


class GlyphFilter(LineFilter):
    """Draws typographic marks and lines as a plainer font has them: one cell for one cell, so that nothing moves.

    Letters of names stay as they are: a terminal shows what it can of them.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Replace marks that the set in use lacks; with the full set, lines pass as they are."""
        table = _TABLES.get(_current.name)
        if table is None:
            return segments
        return [Segment(segment.text.translate(table), segment.style, segment.control) for segment in segments]
