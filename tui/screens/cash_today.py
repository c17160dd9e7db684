"""Cash at the Facility Desk: what was taken on a day, whether it is on a balance, and putting a mistake right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import presentation
from tui.commands import BACK, HELP, MOVE, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens.desk_visits import DAY_AFTER, DAY_BEFORE
from tui.screens.forms import again_with
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from backend_client import CashDay, CashReceipt, FacilityRef

NEW_CASH = Command("new_cash", "t", N_("Take cash"), N_("Take cash for a visitor's balance, or for a code."))
PUT_RIGHT = Command("put_right", "u", N_("Undo…"), N_("Put a mistaken receipt right, while nothing of it is spent."))
STATES = {
    "credited": N_("On the balance of {name}"),
    "waiting": N_("Code waits until {day}"),
    "expired": N_("Code ran out on {day}"),
    "undone": N_("Put right"),
}
PAGE_SIZE, MOST_AT_ONCE = 100, 200


class CashToday(Page[None]):
    """A table of one day's receipts, the newest first.

    Args:
        facility: The facility at whose desk the cash was taken.
    """

    AUTO_FOCUS = "Table"
    DEFAULT_CSS = "CashToday > Body > #count { margin: 0 2 1 2; }"
    KEYS: ClassVar = (NEW_CASH, PUT_RIGHT, DAY_BEFORE, DAY_AFTER, MOVE, BACK, HELP)

    def __init__(self, facility: FacilityRef) -> None:
        super().__init__()
        self.add_class("-full-width")
        self._facility = facility
        self._day: date | None = None
        self._receipts: list[CashReceipt] = []
        self._cursor: str | None = None

    def body(self) -> ComposeResult:
        yield Paragraphs(id="count")
        yield Table(
            (
                Column(_("Time"), 10),
                Column(_("Receipt"), 13, grow=1),
                Column(_("Amount"), 9, right=True),
                Column(_("What became of it"), 27, grow=2),
                Column(_("Taken by"), 15, grow=1),
            ),
            empty=_("No cash was taken on this day."),
        )

    def on_mount(self) -> None:
        self.place = f"{_('Cash')} {glyphs().dot} {self._facility.name}"
        self.there = self._facility.zone
        self.connected()

    # -- reading

    def connected(self) -> None:
        self._read_page(None, min(max(PAGE_SIZE, len(self._receipts)), MOST_AT_ONCE))

    def _read_page(self, cursor: str | None, limit: int = PAGE_SIZE) -> None:
        facility_id, day = self._facility.id, self._day
        self.read(
            lambda: self.host.client.cash.of_day(facility_id, day=day, cursor=cursor, limit=limit),
            self._show_first if cursor is None else self._show_more,
        )

    def _show_first(self, page: CashDay) -> None:
        self._day, self._receipts, self._cursor = page.date, list(page.items), page.next_cursor
        self._draw()

    def _show_more(self, page: CashDay) -> None:
        self._receipts += page.items
        self._cursor = page.next_cursor
        self._draw()

    def on_table_wanted(self) -> None:
        if self._cursor is not None:
            self._read_page(self._cursor)

    # -- drawing

    def _draw(self) -> None:
        rows = [_row(receipt, self._facility.zone) for receipt in self._receipts]
        self.query_one(Table).show(rows, more=self._cursor is not None)
        day = presentation.short_date(self._day) if self._day else ""
        count = f"{day}   {_('Receipts').upper()} {len(rows)}{'+' if self._cursor else ''}"
        self.query_one("#count", Paragraphs).show(inert(count, "bold $accent"))
        self.refresh_keys()

    def on_table_marked(self) -> None:
        self.refresh_keys()

    @property
    def marked(self) -> CashReceipt | None:
        """The receipt under the cursor."""
        row = self.query_one(Table).marked
        return next((each for each in self._receipts if row and each.id == row.key), None)

    # -- taking, and putting right

    def why_not(self, command: Command) -> str:
        if command.name == PUT_RIGHT.name:
            receipt = self.marked
            if receipt is None:
                return _("There is no receipt here.")
            if receipt.state.value == "undone":
                return _("This receipt was put right already.")
        return super().why_not(command)

    def action_new_cash(self) -> None:
        from tui.screens.take_cash import TakeCash

        def taken(receipt: CashReceipt | None) -> None:
            if receipt is not None:
                self._day = None
                self.connected()

        self.app.push_screen(TakeCash(self._facility), taken)

    def action_put_right(self) -> None:
        from tui.screens.put_cash_right import PutCashRight

        receipt = self.marked
        if receipt is None:
            return

        def answered(reason: str | None) -> None:
            if reason:
                self._put_right(receipt, reason)

        self.app.push_screen(PutCashRight(receipt.receipt, _amount(receipt)), answered)

    def _put_right(self, receipt: CashReceipt, reason: str) -> None:
        def done(answer: CashReceipt) -> None:
            self.remark(_("Receipt {receipt} is put right. Give the cash back.").format(receipt=answer.receipt))
            self._receipts = [answer if each.id == answer.id else each for each in self._receipts]
            self._draw()

        self.write(
            PUT_RIGHT.name,
            lambda intent: self.host.client.cash.put_right(receipt.id, reason, intent=intent),
            done,
            about=(receipt.id, reason),
            refused=lambda error: self.show_problem(again_with(PUT_RIGHT, error)),
        )

    # -- other days

    def action_day_before(self) -> None:
        self._turn(-1)

    def action_day_after(self) -> None:
        self._turn(1)

    def _turn(self, by: int) -> None:
        if self._day is not None:
            self._day += timedelta(days=by)
            self._receipts, self._cursor = [], None
            self.show_problem(None)
            self._draw()
            self.connected()


def _row(receipt: CashReceipt, zone: str | None) -> Row:
    at = presentation.clock_time(presentation.local(receipt.taken_at, zone))
    style = {"undone": "$muted", "expired": "$caution"}.get(receipt.state.value, "")
    return Row(receipt.id, (at, receipt.receipt, _amount(receipt), _state(receipt, zone), receipt.officer_name), style)


def _amount(receipt: CashReceipt) -> str:
    return presentation.money(receipt.amount.minor, receipt.amount.currency)


def _state(receipt: CashReceipt, zone: str | None) -> str:
    ends = receipt.code_expires_at
    day = presentation.short_date(presentation.local(ends, zone).date()) if ends else ""
    words = STATES.get(receipt.state.value)
    return _(words).format(name=receipt.credited_to or "", day=day) if words else receipt.state.value
