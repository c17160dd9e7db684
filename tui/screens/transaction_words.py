"""A line of Transaction Details in words: its cells under the seven columns, and the sentences below the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui import presentation
from tui.inert import inert
from tui.text import N_, _, ngettext
from tui.widgets.table import Row

if TYPE_CHECKING:
    from backend_client import FeeSource, Money, Transaction, TransactionTotals

SOURCES = {
    "card": N_("Card"),
    "balance": N_("Prepaid balance"),
    "credit": N_("Account credit"),
    "free": N_("Free visits"),
    "promo": N_("Promotional code"),
    "facility": N_("Facility pays"),
    "none": N_("No charge"),
    "cash": N_("Cash"),
}
NONE = "-"
"""Stands in a column that does not apply."""


def source_name(source: FeeSource) -> str:
    """Return the name of a kind of fee source."""
    return _(SOURCES[source.value]) if source.value in SOURCES else source.value


def money(amount: Money) -> str:
    """Write an amount."""
    return presentation.money(amount.minor, amount.currency)


def signed(amount: Money) -> str:
    """Write what was put on an account with its sign: ``+$20.00``."""
    return f"+{money(amount)}" if amount.minor > 0 else money(amount)


def account_of(line: Transaction) -> str:
    """Return what a line without a visit is about."""
    return _("Account credit") if line.fee_source.value == "credit" else _("Prepaid balance")


def charged_words(line: Transaction) -> str:
    """Return a charge in a few words: how much, from where, and for whose visit."""
    return _("{amount} from {source}, for the visit with {name}").format(
        amount=money(line.total), source=line.fee_source_label, name=line.individual_name
    )


def row(line: Transaction, *, wide: bool) -> Row:
    """Return a line under the seven columns.

    Days are the facility's: the filter counts them so, and so does the facility's own list. Money that was put on an
    account has no visit and no fees: it stands where the visit's time would.
    """
    paid = presentation.numeric_date(presentation.local(line.date_paid, line.zone).date())
    word = details_word(line, wide=wide)
    if line.money.minor or line.appointment_at is None:
        return Row(line.id, (paid, account_of(line), signed(line.money), NONE, NONE, line.fee_source_label, word))
    visit = presentation.numeric_date(presentation.local(line.appointment_at, line.zone).date())
    return Row(
        line.id,
        (
            paid,
            line.individual_name,
            f"{visit} {presentation.time_in(line.appointment_at, line.zone)}",
            money(line.session_fee),
            money(line.transaction_fee),
            line.fee_source_label,
            word,
        ),
    )


def details_word(line: Transaction, *, wide: bool) -> str:
    """Return the word of the Details column: at most seven letters in English, nine where the glass is ``wide``."""
    words = {
        "booked": _("Booked"),
        "cancelled": _("Cancelled") if wide else _("Cancel."),
        "done": _("Done"),
        "refund": _("Refund"),
        "returned": _("Back"),
        "top_up": _("Top-up"),
        "credit": _("Credit"),
    }
    return words.get(line.details.value, line.details.value)


def dates(line: Transaction) -> str:
    """Say in full on which day it was paid, and for which day's visit."""
    paid = presentation.long_date(presentation.local(line.date_paid, line.zone).date())
    if line.appointment_at is None:
        return _("On {day}.").format(day=paid)
    visit = presentation.long_date(presentation.local(line.appointment_at, line.zone).date())
    return _("Paid {paid}, for the visit on {visit}.").format(paid=paid, visit=visit)


def sentences(line: Transaction) -> list[Content]:
    """Tell a line in full: its days with their years, its tax, and what came back or did not."""
    words = [inert(dates(line), "$muted")]
    if line.tax.minor:
        taxed = _("With {tax} of tax it is {total} in all.").format(tax=money(line.tax), total=money(line.total))
        words.append(inert(taxed))
    if line.details_sentence:
        words.append(inert(line.details_sentence))
    return words


def totals_line(totals: TransactionTotals) -> str:
    """Say in one line what the lines that are shown come to, each currency for itself."""
    parts = [ngettext("{n} line", "{n} lines", totals.lines).format(n=f"{totals.lines:,}")]
    for one in totals.currencies:
        said = _("you paid {paid}, {back} came back, {net} in all")
        parts.append(said.format(paid=money(one.paid_by_you), back=money(one.came_back), net=money(one.net)))
    return "; ".join(parts) + "."
