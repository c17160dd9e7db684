"""What the lines of Transaction Details come to: by whom it was paid, by fee source, and month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui import presentation
from tui.commands import BACK, HELP, MOVE
from tui.inert import inert
from tui.screens.page import Page
from tui.screens.transaction_words import money, source_name
from tui.text import N_, _, ngettext
from tui.widgets.lines import left_aligned, right_aligned
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from backend_client import CurrencyTotal, Money, TransactionTotals
    from tui.screens.transaction_filter import Filter

LABEL, AMOUNT = 30, 14


class Totals(Page[None]):
    """Totals of exactly what the filter shows; amounts of several currencies stand apart."""

    PLACE = N_("Totals")
    AUTO_FOCUS = "Sheet"
    KEYS: ClassVar = (MOVE.relabelled(N_("Move"), N_("Move through the months.")), BACK, HELP)

    def __init__(self, chosen: Filter) -> None:
        """Show what the lines that fit ``chosen`` come to."""
        super().__init__()
        self._filter = chosen

    def body(self) -> ComposeResult:
        yield Sheet()

    def on_mount(self) -> None:
        self.connected()

    def connected(self) -> None:
        self.read(lambda: self.host.client.transactions.totals(self._filter.wire), self._show)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind in {"payment", "visit"}:
            self.connected()

    def _show(self, totals: TransactionTotals) -> None:
        self.query_one(Sheet).show(totals_lines(totals, self._filter.sentence))


def totals_lines(totals: TransactionTotals, only: str) -> list[Content]:
    """Tell totals, currency by currency. ``only`` says what is filtered; empty: nothing."""
    count = ngettext("{n} line", "{n} lines", totals.lines).format(n=f"{totals.lines:,}")
    lines = [inert(_("{count}, only {what}").format(count=count, what=only) if only else count, "bold"), Content("")]
    for one in totals.currencies:
        lines += [*_paid(one), Content(""), *_by_source(one), Content(""), *_by_month(one), Content("")]
    return lines[:-1]


def _paid(one: CurrencyTotal) -> list[Content]:
    said = [
        (_("Paid by you for visits"), one.paid_by_you, True),
        (_("Came back to you"), one.came_back, True),
        (_("You paid in all"), one.net, True),
        (_("of that, tax"), one.tax, bool(one.tax.minor)),
        (_("Paid by others"), one.paid_by_others, True),
        (_("Put on your prepaid balance"), one.put_on_balance, bool(one.put_on_balance.minor)),
        (_("Account credit given to you"), one.credited, bool(one.credited.minor)),
    ]
    return [_line(label, amount) for label, amount, shown in said if shown]


def _by_source(one: CurrencyTotal) -> list[Content]:
    head = _head(_("By fee source"))
    return [head, *(_line(source_name(of.fee_source), of.charged, of.came_back, of.net) for of in one.sources)]


def _by_month(one: CurrencyTotal) -> list[Content]:
    head = _head(_("You paid, by month"))
    return [head, *(_line(presentation.month_name(of.month), of.charged, of.came_back, of.net) for of in one.months)]


def _head(title: str) -> Content:
    words = (_("paid"), _("came back"), _("in all"))
    return left_aligned(inert(title, "bold"), LABEL) + Content("").join(
        right_aligned(inert(word, "$muted"), AMOUNT) for word in words
    )


def _line(label: str, *amounts: Money) -> Content:
    numbers = Content("").join(right_aligned(inert(money(amount)), AMOUNT) for amount in amounts)
    return left_aligned(inert(label), LABEL) + numbers
