"""Transaction Details: every charge and refund, with the seven columns that the seed names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content

from tui import presentation
from tui.commands import BACK, ENTER, HELP, SEARCH, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens.manage_account import TAB_KEYS, AccountPage
from tui.screens.transaction_filter import Filter, TransactionFilter
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend_client import Page as PageOf
    from backend_client import Transaction, TransactionSort

FILTER = SEARCH.relabelled(N_("Filter"), N_("Show only some days, or one person."))
SORT = Command("sort", "s", N_("Sort"), N_("Sort by the next column."))
TURN = Command("turn", "t", N_("Reverse"), N_("Turn the order round: largest first, or smallest first."))
ALL = Command("all", "a", N_("All"), N_("Take the filter away."), footer=False)
PAGE_SIZE, MOST_AT_ONCE = 50, 200
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
    """A table that is read from the server page by page; below it the sentence of the marked line."""

    TAB_NAME = "transactions"
    CSS_PATH: ClassVar = ["manage_account.tcss", "transaction_details.tcss"]
    AUTO_FOCUS = "Table"
    KEYS: ClassVar = (ENTER.relabelled(N_("Open")), FILTER, SORT, TURN, ALL, *TAB_KEYS, BACK, HELP)

    def __init__(self) -> None:
        super().__init__()
        self.add_class("-full-width")
        self._sort: TransactionSort = "date_paid"
        self._falling = True
        self._filter = Filter()
        self._lines: list[Transaction] = []
        self._cursor: str | None = None

    def panel(self) -> ComposeResult:
        yield Table(self._columns())
        yield Paragraphs(id="sentence")

    def on_mount(self) -> None:
        self.connected()

    def connected(self) -> None:
        self._read_page(None)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind in {"payment", "visit"}:
            self._read_page(None, limit=min(max(PAGE_SIZE, len(self._lines)), MOST_AT_ONCE))

    # -- reading

    def _read_page(self, cursor: str | None, limit: int = PAGE_SIZE) -> None:
        chosen = self._filter
        self.read(
            lambda: self.host.client.transactions.listed(
                sort=self._sort,
                order="desc" if self._falling else "asc",
                from_date=chosen.from_date,
                to_date=chosen.to_date,
                person=chosen.person,
                cursor=cursor,
                limit=limit,
            ),
            self._show_first if cursor is None else self._show_more,
        )

    def _show_first(self, page: PageOf[Transaction]) -> None:
        self._lines = list(page.items)
        self._cursor = page.next_cursor
        table = self.query_one(Table)
        table.set_columns(self._columns())
        table.empty = _("No line fits. A shows all.") if self._filter.sentence else _("No charge and no refund yet.")
        table.show(self._rows(page.items, None), more=page.next_cursor is not None)
        self._tell()

    def _show_more(self, page: PageOf[Transaction]) -> None:
        before = self._lines[-1] if self._lines else None
        self._lines += page.items
        self._cursor = page.next_cursor
        self.query_one(Table).append(self._rows(page.items, before), more=page.next_cursor is not None)

    def on_table_wanted(self) -> None:
        if self._cursor is not None:
            self._read_page(self._cursor)

    # -- drawing

    @property
    def _wide(self) -> bool:
        return self.app.size.width >= WIDE

    def on_resize(self, _event: events.Resize) -> None:
        rows = self._rows(self._lines, None)
        self.query_one(Table).show(rows, more=self._cursor is not None)
        self.refresh_keys()

    def _columns(self) -> list[Column]:
        direction = glyphs().falling if self._falling else glyphs().rising
        return [
            Column(_(title), width, right, grow, direction if name == self._sort else "")
            for name, title, width, right, grow in COLUMNS
        ]

    def _rows(self, lines: Sequence[Transaction], before: Transaction | None) -> list[Row]:
        rows: list[Row] = []
        for line in lines:
            year = self._year(line)
            if year and (before is None or self._year(before) != year):
                rows.append(Row(f"year {line.id}", (str(year),), heading=True))
            rows.append(self._row(line))
            before = line
        return rows

    def _year(self, line: Transaction) -> int | None:
        """Return the year under which a line stands, where lines stand by a date."""
        by = {"date_paid": line.date_paid, "appointment": line.appointment_at}.get(self._sort)
        return presentation.local(by, line.zone).year if by else None

    def _row(self, line: Transaction) -> Row:
        # days are the facility's: the filter counts them so, and so does the facility's own list
        paid = presentation.local(line.date_paid, line.zone).date()
        visit = presentation.local(line.appointment_at, line.zone)
        return Row(
            line.id,
            (
                presentation.numeric_date(paid),
                line.individual_name,
                f"{presentation.numeric_date(visit.date())} {presentation.time_in(line.appointment_at, line.zone)}",
                presentation.money(line.session_fee.minor, line.session_fee.currency),
                presentation.money(line.transaction_fee.minor, line.transaction_fee.currency),
                line.fee_source_label,
                details_word(line, wide=self._wide),
            ),
        )

    @property
    def marked(self) -> Transaction | None:
        """The line under the cursor."""
        row = self.query_one(Table).marked
        return next((line for line in self._lines if row and line.id == row.key), None)

    def _tell(self) -> None:
        line = self.marked
        words = _story(line) if line else []
        if self._filter.sentence:
            words.append(inert(_("Only {what}. A shows all.").format(what=self._filter.sentence), "$caution"))
        self.query_one("#sentence", Paragraphs).show(*words)
        self.refresh_keys()

    def on_table_marked(self) -> None:
        self._tell()

    # -- keys

    def commands(self) -> tuple[Command, ...]:
        if not self._filter.sentence:
            return self.KEYS
        shown = {ALL.name: replace(ALL, footer=True), TURN.name: replace(TURN, footer=self._wide)}
        return tuple(shown.get(command.name, command) for command in self.KEYS)

    def why_not(self, command: Command) -> str:
        if command.name == ENTER.name and (self.marked is None or self.marked.visit_id is None):
            return _("There is no visit behind this line.")
        if command.name == ALL.name and not self._filter.sentence:
            return _("Nothing is filtered.")
        return super().why_not(command)

    def on_table_opened(self) -> None:
        line = self.marked
        if line is None or line.visit_id is None:
            self.remark(_("There is no visit behind this line."))
            return
        from tui.screens.visit_details import VisitDetails

        self.app.push_screen(VisitDetails(line.visit_id))

    def action_sort(self) -> None:
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self._falling = self._sort in {"date_paid", "appointment"}
        self._sorted_anew()

    def action_turn(self) -> None:
        self._falling = not self._falling
        self._sorted_anew()

    def _sorted_anew(self) -> None:
        title = next(_(title).replace("\n", " ") for name, title, *_rest in COLUMNS if name == self._sort)
        words = _("By {column}, from the last to the first") if self._falling else _("By {column}, from the first on")
        self.remark(words.format(column=title))
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


def _story(line: Transaction) -> list[Content]:
    """Tell a line in full: its days with their years, and what came back or did not."""
    dates = _("Paid {paid}, for the visit on {visit}.").format(
        paid=presentation.long_date(presentation.local(line.date_paid, line.zone).date()),
        visit=presentation.long_date(presentation.local(line.appointment_at, line.zone).date()),
    )
    return [inert(dates, "$muted"), *([inert(line.details_sentence)] if line.details_sentence else [])]


def details_word(line: Transaction, *, wide: bool) -> str:
    """Return the word of the Details column: at most seven letters in English, nine where the glass is ``wide``."""
    words = {
        "booked": _("Booked"),
        "cancelled": _("Cancelled") if wide else _("Cancel."),
        "done": _("Done"),
        "refund": _("Refund"),
        "returned": _("Back"),
    }
    return words.get(line.details.value, line.details.value)
