"""Visits: upcoming, past and cancelled ones, each a list of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import presentation
from tui.commands import BACK, ENTER, HELP, Command
from tui.inert import inert
from tui.screens.manage_account import TAB_KEYS, AccountPage
from tui.screens.visit_keys import BOOK_AGAIN, MOVE_VISIT
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.table import Column, Row, Table
from tui.words import type_name, visit_status

if TYPE_CHECKING:
    from backend_client import Page as PageOf
    from backend_client import Visit, VisitsWhen

# the footer has no room for them; the visit's own page has them in its own
MOVE, AGAIN = replace(MOVE_VISIT, footer=False), replace(BOOK_AGAIN, footer=False)
OPEN = ENTER.relabelled(N_("Open"))
UPCOMING = Command("upcoming", "u", N_("Upcoming"), N_("Show the visits to come."))
PAST = Command("past", "p", N_("Past"), N_("Show the visits that have been."))
CANCELLED = Command("cancelled", "x", N_("Cancelled"), N_("Show the visits that were cancelled."))
PAGE_SIZE, MOST_AT_ONCE = 50, 200


class Visits(AccountPage):
    """One of three lists at a time; Enter opens a visit, where it can be cancelled.

    One to come can be moved from here, one that was can be booked again.
    """

    TAB_NAME = "visits"
    CSS_PATH: ClassVar = ["manage_account.tcss", "visits.tcss"]
    AUTO_FOCUS = "Table"
    KEYS: ClassVar = (OPEN, MOVE, AGAIN, UPCOMING, PAST, CANCELLED, *TAB_KEYS, BACK, HELP)

    def __init__(self) -> None:
        super().__init__()
        self.add_class("-full-width")
        self._when: VisitsWhen = "upcoming"
        self._visits: list[Visit] = []
        self._cursor: str | None = None

    def panel(self) -> ComposeResult:
        yield Paragraphs(id="which")
        yield Table(self._columns())

    def on_mount(self) -> None:
        self._show_which()
        self.connected()

    def connected(self) -> None:
        self._read_page(None)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "visit":
            self._read_page(None, limit=min(max(PAGE_SIZE, len(self._visits)), MOST_AT_ONCE))

    def _columns(self) -> tuple[Column, ...]:
        last = {"upcoming": _("Type"), "past": _("Outcome"), "cancelled": _("By")}[self._when]
        return (
            Column(_("Date and time there"), 25, grow=1),
            Column(_("Incarcerated\nIndividual"), 19, grow=2),
            Column(_("Facility"), 20, grow=2),
            Column(last, 11, grow=1),
        )

    def _show_which(self) -> None:
        words = {
            "upcoming": _("Visits to come, the next one first"),
            "past": _("Visits that have been, the last one first"),
            "cancelled": _("Cancelled visits"),
        }
        self.query_one("#which", Paragraphs).show(inert(words[self._when], "bold"))

    def _read_page(self, cursor: str | None, limit: int = PAGE_SIZE) -> None:
        when = self._when
        self.read(
            lambda: self.host.client.visits.listed(when, cursor=cursor, limit=limit),
            self._show_first if cursor is None else self._show_more,
        )

    def _show_first(self, page: PageOf[Visit]) -> None:
        self._visits = list(page.items)
        self._cursor = page.next_cursor
        table = self.query_one(Table)
        table.empty = {
            "upcoming": _("No visit is scheduled."),
            "past": _("No visit has been yet."),
            "cancelled": _("No visit was cancelled."),
        }[self._when]
        table.set_columns(self._columns())
        table.show(self._rows(page, self.host.clock.now().year), more=page.next_cursor is not None)
        self.refresh_keys()

    def _show_more(self, page: PageOf[Visit]) -> None:
        year = _year(self._visits[-1]) if self._visits else None
        self._visits += page.items
        self._cursor = page.next_cursor
        self.query_one(Table).append(self._rows(page, year), more=page.next_cursor is not None)

    def _rows(self, page: PageOf[Visit], year: int | None) -> list[Row]:
        """Return a page's rows; a line with the year stands where it is another one than in the row before."""
        rows: list[Row] = []
        for visit in page.items:
            if _year(visit) != year:
                year = _year(visit)
                rows.append(Row(f"year {visit.id}", (str(year),), heading=True))
            rows.append(_row(visit))
        return rows

    def on_table_wanted(self) -> None:
        if self._cursor is not None:
            self._read_page(self._cursor)

    def on_table_opened(self, event: Table.Opened) -> None:
        from tui.screens.visit_details import VisitDetails

        self.app.push_screen(VisitDetails(event.row.key))

    def commands(self) -> tuple[Command, ...]:
        left_out = AGAIN if self._when == "upcoming" else MOVE
        return tuple(command for command in self.KEYS if command is not left_out)

    def _marked(self) -> Visit | None:
        row = self.query_one(Table).marked
        return next((visit for visit in self._visits if row is not None and visit.id == row.key), None)

    def why_not(self, command: Command) -> str:
        if command.name in (MOVE_VISIT.name, BOOK_AGAIN.name) and self._marked() is None:
            return _("Mark a visit first.")
        if command.name == self._when:
            return _("These are shown already.")
        return super().why_not(command)

    def on_table_marked(self) -> None:
        self.refresh_keys()

    def action_move_visit(self) -> None:
        from tui.screens.move_visit import ask_to_move

        def moved(_visit: Visit) -> None:
            self.remark(_("Your visit is moved."))
            self.connected()

        visit = self._marked()
        if visit is not None:
            self.show_problem(None)
            ask_to_move(self, visit, moved)

    def action_book_again(self) -> None:
        from tui.screens.schedule_visit import ScheduleVisit

        self.app.push_screen(ScheduleVisit(again=self._marked()))

    def action_upcoming(self) -> None:
        self._turn_to("upcoming")

    def action_past(self) -> None:
        self._turn_to("past")

    def action_cancelled(self) -> None:
        self._turn_to("cancelled")

    def _turn_to(self, when: VisitsWhen) -> None:
        self._when = when
        self._show_which()
        self.query_one(Table).show([], keep=False)
        self.connected()
        self.refresh_keys()


def _year(visit: Visit) -> int:
    return presentation.local(visit.starts_at, visit.zone).year


def _row(visit: Visit) -> Row:
    return Row(
        visit.id,
        (
            presentation.date_time(visit.starts_at, visit.zone),
            visit.individual_name,
            visit.facility.name,
            _last_word(visit),
        ),
    )


def _last_word(visit: Visit) -> str:
    """Return what the last column says: the type of a visit to come, who cancelled it, or what became of it."""
    if visit.status.value == "confirmed":
        return type_name(visit.visit_type).partition(" ")[0]
    if visit.status.value == "cancelled" and visit.cancelled_by is not None:
        by = {"visitor": _("you"), "facility": _("facility"), "support": _("support")}
        return by.get(visit.cancelled_by.value, visit.cancelled_by.value)
    return visit_status(visit)
