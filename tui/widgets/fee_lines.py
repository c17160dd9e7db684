"""The price of a visit, line by line, the same wherever it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.inert import inert
from tui.presentation import money
from tui.text import _
from tui.widgets.lines import pad_cells

WIDTH = 23
"""Cells of a price line: the words at its left end, the amount at its right end."""


@dataclass(frozen=True, slots=True)
class Fees:
    """What a visit costs, in minor units of one currency.

    Attributes:
        session_fee: The session fee; the most it can be where unused minutes come back.
        transaction_fee: The transaction fee.
        total: All together, as the server added them up; the most that is charged.
        unused_come_back: Whether minutes that are not used come back.
        session_fee_from: The lowest session fee, where the length is not chosen yet and lengths differ in price.
        currency: An ISO 4217 code.
        tax: The tax on both fees.
    """

    session_fee: int
    transaction_fee: int
    total: int
    unused_come_back: bool = False
    session_fee_from: int | None = None
    currency: str = "USD"
    tax: int = 0

    @property
    def open_range(self) -> bool:
        """Whether the price still hangs on the length."""
        return self.session_fee_from is not None and self.session_fee_from != self.session_fee


class FeeLines(Widget):
    """Session fee, transaction fee, tax where there is one, and what they come to. It takes no keys."""

    DEFAULT_CSS = """
    FeeLines { height: auto; width: 24; }
    """

    fees: reactive[Fees | None] = reactive(None, layout=True)

    def __init__(self, fees: Fees | None = None) -> None:
        super().__init__()
        self.set_reactive(FeeLines.fees, fees)

    def render(self) -> Content:
        return Content("\n").join(fee_lines(self.fees)) if self.fees else Content("")


def fee_lines(fees: Fees, width: int = WIDTH) -> list[Content]:
    """Return the price lines: from the first step on, also those of nothing, but for a tax of nothing."""
    session = money(fees.session_fee, fees.currency)
    if fees.open_range and fees.session_fee_from is not None:
        session = _("from {amount}").format(amount=money(fees.session_fee_from, fees.currency))
    most = fees.unused_come_back or fees.open_range
    total = money(fees.total, fees.currency)
    tax = [price_line(_("Tax"), money(fees.tax, fees.currency), width)] if fees.tax else []
    return [
        price_line(_("Session fee"), session, width),
        price_line(_("Transaction fee"), money(fees.transaction_fee, fees.currency), width),
        *tax,
        price_line(_("At most") if most else _("Total"), total, width, style="bold"),
    ]


def price_line(words: str, amount: str, width: int = WIDTH, style: str = "") -> Content:
    """Return one line with words at its left and an amount at its right end."""
    left, right = inert(words, style), inert(amount, style)
    return left + pad_cells(max(1, width - left.cell_length - right.cell_length)) + right
