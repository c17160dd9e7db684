"""The timeline of a customer's account: what was done to it and by whom, what it was told, what was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import presentation
from tui.commands import BACK, HELP, MOVE
from tui.glyphs import glyphs
from tui.screens.page import Page
from tui.screens.timeline_words import columns, row, story
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend_client import Look, TimelineItem
    from backend_client import Page as PageOf

PAGE_SIZE = 50


class Timeline(Page[None]):
    """A table that is read page by page, the newest first; below it all that is known of the marked line."""

    CSS_PATH = "support_timeline.tcss"
    OF_THE_AGENT = True
    AUTO_FOCUS = "Table"
    KEYS: ClassVar = (MOVE.relabelled(N_("Move"), N_("Move through what happened, the newest first.")), BACK, HELP)

    def __init__(self, look: Look, name: str) -> None:
        """Show what happened to the account of the customer called ``name``."""
        super().__init__()
        self.add_class("-full-width")
        self._look = look
        self._who = name
        self._items: list[TimelineItem] = []
        self._cursor: str | None = None

    def body(self) -> ComposeResult:
        yield Table(columns(), empty=_("Nothing has happened to this account yet."))
        yield Paragraphs(id="story")

    def on_mount(self) -> None:
        self.place = f"{_('Timeline')} {glyphs().dot} {self._who}"
        self.connected()

    def connected(self) -> None:
        self._read_page(None)

    def changed(self, kind: str, subject_id: str) -> None:
        self._read_page(None)

    def _read_page(self, cursor: str | None) -> None:
        self.read(
            lambda: self.host.client.support.timeline(self._look.id, cursor=cursor, limit=PAGE_SIZE),
            self._show_first if cursor is None else self._show_more,
        )

    def _show_first(self, page: PageOf[TimelineItem]) -> None:
        self._items = list(page.items)
        self._cursor = page.next_cursor
        self.query_one(Table).show(self._rows(page.items, None), more=page.next_cursor is not None)
        self._tell()

    def _show_more(self, page: PageOf[TimelineItem]) -> None:
        before = self._items[-1] if self._items else None
        self._items += page.items
        self._cursor = page.next_cursor
        self.query_one(Table).append(self._rows(page.items, before), more=page.next_cursor is not None)

    def _rows(self, items: Sequence[TimelineItem], before: TimelineItem | None) -> list[Row]:
        """Return a page's rows; a line with the year stands where it is another one than in the row before."""
        zone = self.host.reader_zone
        year = presentation.local(before.at, zone).year if before else None
        rows = []
        for item in items:
            if presentation.local(item.at, zone).year != year:
                year = presentation.local(item.at, zone).year
                rows.append(Row(f"year {item.id}", (str(year),), heading=True))
            rows.append(row(item, zone))
        return rows

    def on_table_wanted(self) -> None:
        if self._cursor is not None:
            self._read_page(self._cursor)

    def on_table_marked(self) -> None:
        self._tell()

    def _tell(self) -> None:
        marked = self.query_one(Table).marked
        item = next((one for one in self._items if marked and one.id == marked.key), None)
        self.query_one("#story", Paragraphs).show(*(story(item, self.host.reader_zone) if item else ()))
