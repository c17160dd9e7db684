"""What became of a visit: one of the codes, with what follows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, CHOOSE, HELP
from tui.inert import inert
from tui.screens.desk_visit_words import OUTCOMES, about
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import DeskVisit


class RecordOutcome(Page[str]):
    """Dismisses with the code of the outcome; Esc leaves the visit as it is."""

    PLACE = N_("Outcome")
    AUTO_FOCUS = "ChoiceList"
    KEYS: ClassVar = (CHOOSE, BACK, HELP)

    def __init__(self, visit: DeskVisit) -> None:
        super().__init__()
        self._visit = visit

    def body(self) -> ComposeResult:
        recorded = self._visit.status.value
        yield Paragraphs(inert(_("What became of this visit?"), "bold"), *about(self._visit)[:3], "")
        yield ChoiceList(
            tuple(
                Choice(
                    code,
                    _(sentence),
                    note=_(note) if note else "",
                    why_not=_("This is what is recorded.") if code == recorded else "",
                )
                for code, (sentence, note) in OUTCOMES.items()
            ),
            id="outcomes",
        )

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        self.dismiss(event.choice.key)
