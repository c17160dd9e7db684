"""Lines to look through: drawn one by one, so that a thousand are as quick as ten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.glyphs import glyphs
from tui.inert import inert
from tui.text import ngettext
from tui.widgets.lines import styled_strip


class Sheet(ScrollView, can_focus=True):
    """Lines that scroll; the last row says how many are below, where there are any.

    Keys: Up, Down, PgUp, PgDn, Home, End.
    """

    DEFAULT_CSS = """
    Sheet { height: 1fr; width: 100%; scrollbar-size: 0 0; overflow: hidden hidden; background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "by(-1)", show=False),
        Binding("down", "by(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("home", "to(0)", show=False),
        Binding("end", "to(1)", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._lines: tuple[Content, ...] = ()
        self._top = 0

    def show(self, lines: Sequence[Content]) -> None:
        """Show these lines instead, each as one; what was at the top stays there."""
        self._lines = tuple(lines)
        self.virtual_size = Size(self.size.width, self.size.height)
        self._go(self._top)

    @property
    def _room(self) -> int:
        """Lines on the screen; where not all fit, the last row says how many more there are."""
        height = max(1, self.size.height)
        return height if len(self._lines) <= height else max(1, height - 1)

    def _go(self, top: int) -> None:
        self._top = max(0, min(top, len(self._lines) - self._room))
        self.refresh()

    def on_resize(self) -> None:
        self._go(self._top)

    def action_by(self, lines: int) -> None:
        self._go(self._top + lines)

    def action_page(self, pages: int) -> None:
        self._go(self._top + pages * max(1, self._room - 1))

    def action_to(self, end: int) -> None:
        self._go(len(self._lines) if end else 0)

    def render_line(self, y: int) -> Strip:
        below = len(self._lines) - self._top - self._room
        if y >= self._room:
            more = ngettext("{n} more line", "{n} more lines", below).format(n=below)
            sign = inert(f"{glyphs().more} ", "$accent") if below > 0 else Content("")
            return styled_strip(self, sign + inert(more if below > 0 else "", "$muted"), self.size.width)
        number = self._top + y
        line = self._lines[number] if number < len(self._lines) else Content("")
        return styled_strip(self, line.truncate(self.size.width, ellipsis=True), self.size.width)
