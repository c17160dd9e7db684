"""Disputes that wait for support: the one that is due first before the others, each decided on a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import presentation
from tui.commands import BACK, ENTER, HELP
from tui.inert import inert
from tui.screens.dispute_words import REASONS, amount
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from backend_client import Dispute
    from backend_client import Page as PageOf

PAGE_SIZE = 50
OPEN = ENTER.relabelled(N_("Open"), N_("Open the marked dispute, to decide it."))


class Disputes(Page[None]):
    """A table that is read page by page; Enter opens the marked dispute."""

    PLACE = N_("Disputes")
    CSS_PATH = "support_disputes.tcss"
    OF_THE_AGENT = True
    AUTO_FOCUS = "Table"
    KEYS: ClassVar = (OPEN, BACK, HELP)

    def __init__(self) -> None:
        super().__init__()
        self.add_class("-full-width")
        self._items: list[Dispute] = []
        self._cursor: str | None = None

    def body(self) -> ComposeResult:
        columns = (
            Column(_("Due"), 8),
            Column(_("Amount"), 9),
            Column(_("Who"), 18, grow=1),
            Column(_("What"), 30, grow=2),
        )
        yield Table(columns, empty=_("Nothing waits to be decided."))
        yield Paragraphs(id="story")

    def on_mount(self) -> None:
        self.connected()

    def connected(self) -> None:
        self._read_page(None)

    def _read_page(self, cursor: str | None) -> None:
        self.read(
            lambda: self.host.client.disputes.waiting(cursor=cursor, limit=PAGE_SIZE),
            self._show_first if cursor is None else self._show_more,
        )

    def _show_first(self, page: PageOf[Dispute]) -> None:
        self._items, self._cursor = list(page.items), page.next_cursor
        self.query_one(Table).show([_row(one) for one in page.items], more=page.next_cursor is not None)
        self._tell()

    def _show_more(self, page: PageOf[Dispute]) -> None:
        self._items += page.items
        self._cursor = page.next_cursor
        self.query_one(Table).append([_row(one) for one in page.items], more=page.next_cursor is not None)

    def on_table_wanted(self) -> None:
        if self._cursor is not None:
            self._read_page(self._cursor)

    def on_table_marked(self) -> None:
        self._tell()

    def on_table_opened(self) -> None:
        from tui.screens.decide_dispute import DecideDispute

        if (dispute := self._marked()) is not None:
            self.app.push_screen(DecideDispute(dispute), lambda _done: self.connected())

    def _marked(self) -> Dispute | None:
        marked = self.query_one(Table).marked
        return next((one for one in self._items if marked and one.id == marked.key), None)

    def _tell(self) -> None:
        dispute = self._marked()
        self.query_one("#story", Paragraphs).show(
            *([inert(dispute.words or _("They wrote nothing more."), "$muted")] if dispute else [])
        )


def _row(dispute: Dispute) -> Row:
    reason = _(REASONS[dispute.reason.value]) if dispute.reason.value in REASONS else dispute.reason.value
    due = presentation.numeric_date(dispute.due_on)
    return Row(dispute.id, (due, amount(dispute.charged), dispute.visitor_name or "", reason))
