"""A long text to read to its end, with a line that says how far one has read."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.inert import clean_lines, inert
from tui.text import _, ngettext


class ScrollText(Widget, can_focus=True):
    """Paragraphs that scroll by lines and pages, never past what was on the screen.

    Keys: Up, Down, PgUp, PgDn, Space (as PgDn), Home. There is no key that jumps to the end: whoever is asked whether a
    text was shown to its end can then say so. It posts :class:`ReadOn` whenever more of it has been shown.
    """

    DEFAULT_CSS = """
    ScrollText { height: 1fr; width: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_by(-1)", show=False),
        Binding("down", "scroll_by(1)", show=False),
        Binding("pageup", "page_by(-1)", show=False),
        Binding("pagedown,space", "page_by(1)", show=False),
        Binding("home", "to_start", show=False),
    ]

    class ReadOn(Message):
        """More of the text has been on the screen."""

        def __init__(self, *, to_end: bool) -> None:
            super().__init__()
            self.to_end = to_end

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._paragraphs: list[str] = []
        self._lines: list[tuple[int, str]] = []
        self._top = 0
        self._seen = 0
        self._ended = False
        self._set(text)

    def show(self, text: str) -> None:
        """Show another text from its start; it counts as unread.

        Args:
            text: Paragraphs separated by blank lines.
        """
        self._set(text)
        self._top = self._seen = 0
        self._ended = False
        self._wrap()

    @property
    def at_end(self) -> bool:
        """Whether every line has been on the screen."""
        return self._ended

    @property
    def lines_left(self) -> int:
        """How many lines have not been on the screen yet."""
        return max(0, len(self._lines) - self._seen)

    def _set(self, text: str) -> None:
        self._paragraphs = clean_lines(text).strip("\n").split("\n")

    @property
    def _room(self) -> int:
        """Lines of text on the screen; the last row says how far one has read."""
        return max(1, self.size.height - 2)

    def _wrap(self) -> None:
        """Cut the text into lines of this width, keeping the paragraph at the top where it is."""
        width = self.size.width
        if not width:
            return
        at = self._lines[self._top][0] if self._top < len(self._lines) else 0
        seen_to = self._lines[self._seen - 1][0] if 0 < self._seen <= len(self._lines) else -1
        self._lines = [
            (number, line.plain.rstrip())
            for number, paragraph in enumerate(self._paragraphs)
            for line in (inert(paragraph).wrap(width - 1) if paragraph else [Content("")])
        ]
        self._top = min(next((n for n, line in enumerate(self._lines) if line[0] >= at), 0), self._last_top)
        # A paragraph that was only partly shown has to be shown again: never count a line that was not on the screen.
        self._seen = sum(1 for number, _line in self._lines if number < seen_to)
        self._shown()

    @property
    def _last_top(self) -> int:
        return max(0, len(self._lines) - self._room)

    def _shown(self) -> None:
        bottom = min(len(self._lines), self._top + self._room)
        if bottom > self._seen and self._top <= self._seen:
            self._seen = bottom
        if self._lines and self._seen >= len(self._lines):
            self._ended = True
        self.refresh()
        self.post_message(self.ReadOn(to_end=self._ended))

    def on_resize(self, event: Resize) -> None:
        if event.size.width:
            self._wrap()

    def action_scroll_by(self, lines: int) -> None:
        top = max(0, min(self._last_top, self._top + lines))
        if top != self._top:
            self._top = top
            self._shown()

    def action_page_by(self, pages: int) -> None:
        self.action_scroll_by(pages * max(1, self._room - 1))

    def action_to_start(self) -> None:
        self.action_scroll_by(-self._top)

    def render(self) -> Content:
        shown = [inert(line) for _number, line in self._lines[self._top : self._top + self._room]]
        shown += [Content("")] * (self._room - len(shown))
        return Content("\n").join([*shown, Content(""), self._progress()])

    def _progress(self) -> Content:
        if not self._lines:
            return Content("")
        if self._ended:
            return inert(f"{glyphs().done} ", "$positive") + inert(_("You have read to the end."), "$muted")
        share = 100 * self._seen // len(self._lines)
        left = self.lines_left
        words = ngettext("Read {share} %, {n} more line", "Read {share} %, {n} more lines", left)
        return inert(f"{glyphs().more} ", "$accent") + inert(words.format(share=share, n=left), "$muted")
