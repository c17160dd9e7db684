"""Which lines of Transaction Details are shown: paid on which days, for visits with whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult

from tui import checks, presentation
from tui.commands import BACK, HELP_IN_FIELD, TAB, Command
from tui.screens.forms import check_all
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

SHOW = Command("show", "", N_("Show"), N_("Show the lines that fit."), shown="Enter")
TO_SEARCH = 80


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show: days on which it was paid (both included), and whose visit. All empty shows everything."""

    from_date: date | None = None
    to_date: date | None = None
    person: str = ""

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
        return ", ".join(parts)


class TransactionFilter(Page[Filter]):
    """Three fields; empty ones leave all in."""

    PLACE = N_("Transaction Details")
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (SHOW, TAB, BACK, HELP_IN_FIELD)

    def __init__(self, now: Filter) -> None:
        super().__init__()
        self._now = now

    def body(self) -> ComposeResult:
        yield Paragraphs(_("Show only what was paid"), "")
        yield Field(
            _("From"), name="from", value=_typed(self._now.from_date), hint=_("MM/DD/YYYY, or empty"), checks=(_is_day,)
        )
        yield Field(
            _("To"), name="to", value=_typed(self._now.to_date), hint=_("MM/DD/YYYY, or empty"), checks=(_is_day,)
        )
        yield Field(_("for visits with"), name="person", value=self._now.person, hint=_("a name"), max_length=TO_SEARCH)

    def on_field_entered(self) -> None:
        first, last = self.query_one("#from", Field), self.query_one("#to", Field)
        if not check_all((first, last)):
            return
        from_date, to_date = checks.as_date(first.text), checks.as_date(last.text)
        if from_date and to_date and to_date < from_date:
            last.wrong = _("This day is before the first one.")
            last.take_focus()
            return
        self.dismiss(Filter(from_date, to_date, self.query_one("#person", Field).text))


def _typed(day: date | None) -> str:
    return presentation.full_date(day) if day else ""


def _is_day(text: str) -> str:
    if text.strip() and checks.as_date(text) is None:
        return _("Write the day as month, day and year: 11/22/2026.")
    return ""
