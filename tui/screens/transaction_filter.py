"""Which lines of Transaction Details are shown: paid on which days, for visits with whom and where, and from what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui import checks, presentation
from tui.commands import BACK, HELP_IN_FIELD, TAB, Command
from tui.screens.forms import check_all
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import TransactionFilter as WireFilter
    from backend_client import TransactionSource

SHOW = Command("show", "", N_("Show"), N_("Show the lines that fit."), shown="Enter")
TO_SEARCH = 80
SOURCES: dict[TransactionSource, str] = {
    "card": N_("card"),
    "balance": N_("balance"),
    "credit": N_("credit"),
    "free": N_("free"),
    "promo": N_("promo"),
    "facility": N_("facility"),
    "cash": N_("cash"),
    "none": N_("no charge"),
}
"""What is typed for each fee source; its beginning is enough."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show: days on which it was paid (both included), whose visit, where, and from what. Empty shows all."""

    from_date: date | None = None
    to_date: date | None = None
    person: str = ""
    facility: str = ""
    source: TransactionSource | None = None

    @property
    def sentence(self) -> str:
        """Say what is shown, or nothing where it is everything."""
        parts = []
        if self.from_date:
            parts.append(_("from {day}").format(day=presentation.long_date(self.from_date)))
        if self.to_date:
            parts.append(_("to {day}").format(day=presentation.long_date(self.to_date)))
        if self.person:
            parts.append(_("visits with “{name}”").format(name=self.person))
        if self.facility:
            parts.append(_("at “{name}”").format(name=self.facility))
        if self.source:
            parts.append(_("paid from {source}").format(source=_(SOURCES[self.source])))
        return ", ".join(parts)

    @property
    def picks(self) -> bool:
        """Whether it leaves out some lines of a day."""
        return bool(self.person or self.facility or self.source)

    @property
    def wire(self) -> WireFilter:
        """The filter as the server is asked for it."""
        from backend_client import TransactionFilter as WireFilter

        return WireFilter(self.from_date, self.to_date, self.person or None, self.facility or None, self.source)


class TransactionFilter(Page[Filter]):
    """Five fields; empty ones leave all in."""

    PLACE = N_("Transaction Details")
    CSS_PATH = "transaction_details.tcss"
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (SHOW, TAB, BACK, HELP_IN_FIELD)

    def __init__(self, now: Filter) -> None:
        super().__init__()
        self._now = now

    def body(self) -> ComposeResult:
        now, a_day, a_name = self._now, _("MM/DD/YYYY, or empty"), _("a part of the name")
        source = _(SOURCES[now.source]) if now.source else ""
        yield Paragraphs(_("Show only what was paid"), "")
        with Horizontal(classes="two"):
            yield Field(_("From"), name="from", value=_typed(now.from_date), hint=a_day, checks=(_is_day,))
            yield Field(_("To"), name="to", value=_typed(now.to_date), hint=a_day, checks=(_is_day,))
        yield Field(_("for visits with"), name="person", value=now.person, hint=a_name, max_length=TO_SEARCH)
        yield Field(_("at the facility"), name="facility", value=now.facility, hint=a_name, max_length=TO_SEARCH)
        yield Field(_("paid from"), name="source", value=source, hint=_choices(), checks=(_is_source,))

    def on_field_entered(self) -> None:
        first, last = self.query_one("#from", Field), self.query_one("#to", Field)
        source = self.query_one("#source", Field)
        if not check_all((first, last, source)):
            return
        from_date, to_date = checks.as_date(first.text), checks.as_date(last.text)
        if from_date and to_date and to_date < from_date:
            last.wrong = _("This day is before the first one.")
            last.take_focus()
            return
        person, facility = self.query_one("#person", Field).text, self.query_one("#facility", Field).text
        self.dismiss(Filter(from_date, to_date, person, facility, _source(source.text)))


def _typed(day: date | None) -> str:
    return presentation.full_date(day) if day else ""


def _is_day(text: str) -> str:
    if text.strip() and checks.as_date(text) is None:
        return _("Write the day as month, day and year: 11/22/2026.")
    return ""


def _choices() -> str:
    return ", ".join(_(name) for name in SOURCES.values())


def _source(text: str) -> TransactionSource | None:
    """Return the one source whose name begins like what was typed."""
    typed = text.strip().casefold()
    fits = [source for source, name in SOURCES.items() if typed and _(name).casefold().startswith(typed)]
    return fits[0] if len(fits) == 1 else None


def _is_source(text: str) -> str:
    if text.strip() and _source(text) is None:
        return _("Write one of these: {choices}.").format(choices=_choices())
    return ""
