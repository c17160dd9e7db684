"""A link as a code to scan with a phone: two modules a cell, always dark on light."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui import qr
from tui.glyphs import glyphs

_UPPER, _LOWER, _BOTH = "▀", "▄", "█"
# The one place where colours are named: readers need dark on light, whatever the theme is.
_INK = Style(color="#000000", bgcolor="#ffffff")


def fits(link: str, columns: int, rows: int) -> bool:
    """Tell whether the code of a link can be drawn in this room, with what this terminal can draw."""
    try:
        length = len(link.encode())
    except UnicodeEncodeError:  # half a character: no phone could read it
        return False
    if glyphs().name == "ascii" or length > qr.LONGEST:
        return False
    cells = qr.side(link) + 2 * qr.QUIET
    return cells <= columns and (cells + 1) // 2 <= rows


class QrCode(Widget):
    """Draws the code of a link. It takes no keys."""

    DEFAULT_CSS = """
    QrCode { width: auto; height: auto; }
    """

    def __init__(self, link: str) -> None:
        """Make the code.

        Args:
            link: At most 106 bytes.
        """
        super().__init__()
        light = (False,) * qr.QUIET
        rows = [light + row + light for row in qr.encode(link)]
        empty = (False,) * len(rows[0])
        self._rows = [*[empty] * qr.QUIET, *rows, *[empty] * (qr.QUIET + 1)]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return len(self._rows[0])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows) // 2

    def render_line(self, y: int) -> Strip:
        upper, lower = self._rows[2 * y], self._rows[2 * y + 1]
        text = "".join(
            (_BOTH if below else _UPPER) if above else (_LOWER if below else " ")
            for above, below in zip(upper, lower, strict=True)
        )
        return Strip([Segment(text, _INK)], len(upper))
