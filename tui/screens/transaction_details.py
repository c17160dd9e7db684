"""Transaction Details: every charge and refund, with the seven columns that the seed names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult

from tui import presentation
from tui.commands import BACK, ENTER, HELP, NEXT_TAB, SEARCH, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens import transaction_words as words
from tui.screens.manage_account import TAB_KEYS, AccountPage
from tui.screens.transaction_export import export, why_not_exported
from tui.screens.transaction_filter import Filter, TransactionFilter
from tui.screens.transaction_window import Window
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from backend_client import Page as PageOf
    from backend_client import Transaction, TransactionSort, TransactionTotals, VisitDeskError

STORY = ENTER.relabelled(
    N_("Whole story"), N_("See everything about this line: who paid what, when, and what became of it.")
)
FILTER = SEARCH.relabelled(N_("Filter"), N_("Show only some days, one person, one facility, or one fee source."))
SORT = Command("sort", "s", N_("Sort"), N_("Sort by the next column."))
TURN = Command("turn", "t", N_("Reverse"), N_("Turn the order round: largest first, or smallest first."), footer=False)
TOTALS = Command("totals", "m", N_("Totals"), N_("See what the lines come to, by fee source and month by month."))
EXPORT = Command(
    "export", "x", N_("Export"), N_("Take the lines that are shown away: a table, or a statement to print.")
)
ALL = Command("all", "a", N_("All"), N_("Take the filter away."), footer=False)
PAGE_SIZE = 50
WIDE = 100
"""From so many columns on the Details are said in full, and the footer has room for every key."""
SORTS: tuple[TransactionSort, ...] = (
    "date_paid",
    "individual",
    "appointment",
    "session_fee",
    "transaction_fee",
    "fee_source",
)
COLUMNS = (
    ("date_paid", N_("Date\nPaid"), 6, False, 0),
    ("individual", N_("Incarcerated\nIndividual's\nName"), 15, False, 3),
    ("appointment", N_("Appointment\nDate/Time"), 18, False, 1),
    ("session_fee", N_("Session\nFee"), 7, True, 0),
    ("transaction_fee", N_("Transaction\nFee"), 11, True, 0),
    ("fee_source", N_("Fee\nSource"), 9, False, 2),
    ("", N_("Details"), 7, False, 2),
)
"""The seed's seven columns: what each is sorted by (the last by nothing), title, width at 80, whether right, growth."""


class TransactionDetails(AccountPage):
    """A table that is read from the server page by page, up and down; below it the sentence of the marked line."""

    TAB_NAME = "transactions"
    CSS_PATH: ClassVar = ["manage_account.tcss", "transaction_details.tcss"]
    AUTO_FOCUS = "Table"
    KEYS: ClassVar = (STORY, FILTER, SORT, TURN, TOTALS, EXPORT, ALL, *TAB_KEYS, BACK, HELP)

    def __init__(self) -> None:
        super().__init__()
        self.add_class("-full-width")
        self._sort: TransactionSort = "date_paid"
        self._falling = True
        self._filter = Filter()
        self._window = Window()
        self._totals: TransactionTotals | None = None

    def panel(self) -> ComposeResult:
        yield Table(self._columns())
        yield Paragraphs(id="sentence")

    def on_mount(self) -> None:
        self.connected()

    def connected(self) -> None:
        self.read(lambda: self._page(None), self._show_first)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind in {"payment", "visit"}:
            self.read(self._pages_anew, self._show_anew)

    # -- reading

    async def _page(self, cursor: str | None) -> PageOf[Transaction]:
        return await self.host.client.transactions.listed(
            self._filter.wire,
            sort=self._sort,
            order="desc" if self._falling else "asc",
            cursor=cursor,
            limit=PAGE_SIZE,
        )

    async def _pages_anew(self) -> list[PageOf[Transaction]]:
        """Read as many pages as are kept once more, each with the cursor of the one before."""
        pages = [await self._page(self._window.cursor_here)]
        while len(pages) < len(self._window.pages) and pages[-1].next_cursor is not None:
            pages.append(await self._page(pages[-1].next_cursor))
        return pages

    def _show_first(self, page: PageOf[Transaction]) -> None:
        self._window.begin(page)
        table = self.query_one(Table)
        table.set_columns(self._columns())
        table.empty = _("No line fits. A shows all.") if self._filter.sentence else _("No charge and no refund yet.")
        table.show(self._rows(), more=self._window.more)
        self._sum_up()
        self._tell()

    def _show_anew(self, pages: list[PageOf[Transaction]]) -> None:
        self._window.renew(pages)
        self._slide()
        self._sum_up()
        self._tell()

    def _show_below(self, page: PageOf[Transaction]) -> None:
        self._window.add_below(page)
        self._slide()

    def _show_above(self, page: PageOf[Transaction]) -> None:
        self._window.add_above(page)
        self._slide()

    def _show_top(self, page: PageOf[Transaction]) -> None:
        self._window.begin(page)
        self.query_one(Table).show(self._rows(), more=self._window.more, keep=False)

    def _slide(self) -> None:
        self.query_one(Table).slide(self._rows(), more=self._window.more, before=self._window.before)

    def on_table_wanted(self, event: Table.Wanted) -> None:
        if event.where == "top":
            self.read(lambda: self._page(None), self._show_top)
        elif event.where == "above" and self._window.before:
            self.read(lambda: self._page(self._window.cursor_above), self._show_above)
        elif event.where == "below" and self._window.more:
            self.read(lambda: self._page(self._window.cursor_below), self._show_below)

    def _sum_up(self) -> None:
        """Ask what all lines come to: of very many that takes a moment, for which nothing waits."""
        self._totals = None
        self.read(
            lambda: self.host.client.transactions.totals(self._filter.wire),
            self._show_totals,
            group="totals",
            refused=self._without_totals,
        )

    def _show_totals(self, totals: TransactionTotals) -> None:
        self._totals = totals
        self._tell()

    def _without_totals(self, _error: VisitDeskError) -> None:
        """Leave them out: the lines are there, and their page says what is wrong."""

    # -- drawing

    @property
    def _wide(self) -> bool:
        return self.app.size.width >= WIDE

    def on_resize(self, _event: events.Resize) -> None:
        self._slide()
        self.refresh_keys()

    def _columns(self) -> list[Column]:
        direction = glyphs().falling if self._falling else glyphs().rising
        return [
            Column(_(title), width, right, grow, direction if name == self._sort else "")
            for name, title, width, right, grow in COLUMNS
        ]

    def _rows(self) -> list[Row]:
        rows: list[Row] = []
        before = 0
        for line in self._window.lines:
            year = self._year(line)
            if year and year != before:
                rows.append(Row(f"year {line.id}", (str(year),), heading=True))
                before = year
            rows.append(words.row(line, wide=self._wide))
        return rows

    def _year(self, line: Transaction) -> int | None:
        """Return the year under which a line stands, where lines stand by a date."""
        by = {"date_paid": line.date_paid, "appointment": line.appointment_at or line.date_paid}.get(self._sort)
        return presentation.local(by, line.zone).year if by else None

    @property
    def marked(self) -> Transaction | None:
        """The line under the cursor."""
        row = self.query_one(Table).marked
        return next((line for line in self._window.lines if row and line.id == row.key), None)

    def _tell(self) -> None:
        line = self.marked
        told = words.sentences(line) if line else []
        if self._filter.sentence:
            told.append(inert(_("Only {what}. A shows all.").format(what=self._filter.sentence), "$caution"))
        if self._totals is not None and self._totals.lines:
            told.append(inert(words.totals_line(self._totals), "$muted"))
        self.query_one("#sentence", Paragraphs).show(*told)
        self.refresh_keys()

    def on_table_marked(self) -> None:
        self._tell()

    # -- keys

    def commands(self) -> tuple[Command, ...]:
        """A narrow footer has room for what takes things away or shows more of them; the help has every key."""
        filtered = bool(self._filter.sentence)
        shown = {
            SORT.name: replace(SORT, footer=self._wide or not filtered),
            TURN.name: replace(TURN, footer=self._wide),
            NEXT_TAB.name: replace(NEXT_TAB, footer=self._wide),
            ALL.name: replace(ALL, footer=filtered),
        }
        return tuple(shown.get(command.name, command) for command in self.KEYS)

    def why_not(self, command: Command) -> str:
        if command.name == STORY.name and self.marked is None:
            return _("There is no line yet.")
        if command.name in (TOTALS.name, EXPORT.name) and not self._window.lines:
            return _("There is no line yet.")
        if command.name == EXPORT.name and (reason := why_not_exported(self.host.settings)):
            return reason
        if command.name == ALL.name and not self._filter.sentence:
            return _("Nothing is filtered.")
        return super().why_not(command)

    def on_table_opened(self) -> None:
        from tui.screens.transaction_story import TransactionStory

        if (line := self.marked) is not None:
            self.app.push_screen(TransactionStory(line.id))

    def action_sort(self) -> None:
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self._falling = self._sort in {"date_paid", "appointment"}
        self._sorted_anew()

    def action_turn(self) -> None:
        self._falling = not self._falling
        self._sorted_anew()

    def _sorted_anew(self) -> None:
        title = next(_(title).replace("\n", " ") for name, title, *_rest in COLUMNS if name == self._sort)
        said = _("By {column}, from the last to the first") if self._falling else _("By {column}, from the first on")
        self.remark(said.format(column=title))
        self.connected()

    def action_search(self) -> None:
        def chosen(answer: Filter | None) -> None:
            if answer is not None:
                self._filter = answer
                self.connected()

        self.app.push_screen(TransactionFilter(self._filter), chosen)

    def action_all(self) -> None:
        self._filter = Filter()
        self.connected()

    def action_totals(self) -> None:
        from tui.screens.transaction_totals import Totals

        self.app.push_screen(Totals(self._filter))

    def action_export(self) -> None:
        export(self, self._filter)
