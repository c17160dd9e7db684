"""The one way by which data reaches the screen.

Names, reasons, terms, whatever came from a server, a file or a person, may hold characters that make a terminal act:
escape sequences, C1 controls, marks that turn the writing direction, letters that cannot be seen. It may also look like
markup. Everything here returns text that is only ever drawn.

:func:`clean` gives a plain string of one line, :func:`clean_lines` keeps line ends, :func:`inert` gives Textual's
``Content`` and :func:`inert_text` Rich's ``Text``. :class:`InertFilter` is the last net below them all.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.content import Content
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_SPACES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001d173-\U0001d17a\U0001bca0-\U0001bca3]"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ACTING = re.compile(f"{_CONTROLS.pattern}|{_UNSEEN.pattern}|[\u2028\u2029]")

_MAYBE_TOWER = re.compile("[^\x00-\x7f\\w\u2500-\u259f]{5}")
_DISPUTED = {
    # A flag is two of these: terminals give it one, two or four cells. Its letters say the same.
    **{0x1F1E6 + number: chr(ord("A") + number) for number in range(26)},
    # Tones of skin: a colour where the letters before take it, two cells of their own where they do not.
    **dict.fromkeys(range(0x1F3FB, 0x1F400)),
}
"""Signs whose width terminals do not agree on, and what stands for them."""

REPLACEMENT = "?"
"""What stands for a control character; a sign that every terminal and every font has."""
MARKS = 4
"""Marks that one letter keeps. Scripts put up to three or four on one; towers of them run over the lines above."""


def clean(text: str) -> str:
    """Return one line of text without anything a terminal could act on.

    Line ends and tabs become one space, what cannot be seen is dropped, as are marks beyond :data:`MARKS` on one
    letter; every other control, and what is no letter of anything, becomes ``?``.
    """
    if text.isascii() and text.isprintable():
        return text
    seen = _CONTROLS.sub(REPLACEMENT, _UNSEEN.sub("", _SPACES.sub(" ", text))).translate(_DISPUTED)
    if not seen.isprintable():
        seen = "".join(sign if sign.isprintable() or sign.isspace() else REPLACEMENT for sign in seen)
    return _without_towers(seen) if _MAYBE_TOWER.search(seen) else seen


def _without_towers(text: str) -> str:
    kept: list[str] = []
    height = 0
    for sign in text:
        height = height + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if height <= MARKS:
            kept.append(sign)
    return "".join(kept)


def clean_lines(text: str) -> str:
    """Return text as :func:`clean` does, with its line ends kept as ``\\n``."""
    return "\n".join(clean(line) for line in text.splitlines())


def inert(text: str, style: str = "") -> Content:
    """Return text as one line of content that is never parsed as markup.

    Args:
        text: Anything, also hostile.
        style: A style for all of it, for instance ``"$muted"``.
    """
    return Content.styled(clean(text), style)


def inert_text(text: str, style: str = "") -> Text:
    """Return text as one line for the few places that want Rich's ``Text``."""
    return Text(clean(text), style=style, end="")


class InertFilter(LineFilter):
    """The last net: whatever a widget drew, no control character leaves for the terminal.

    A line keeps its width: most of these characters count as no cell and go, the others leave a ``?``.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Take out characters a terminal would act on; segments without any pass as they are."""
        if not any(_acts(segment) for segment in segments):
            return segments
        return [
            Segment(_ACTING.sub(_in_its_place, segment.text), segment.style) if _acts(segment) else segment
            for segment in segments
        ]


def _in_its_place(found: re.Match[str]) -> str:
    return REPLACEMENT * cell_len(found[0])


def _acts(segment: Segment) -> bool:
    text = segment.text
    return not text.isprintable() and _ACTING.search(text) is not None
