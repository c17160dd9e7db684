"""Which facility? Asked only where more than one has approved this account."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import MOVE, Command
from tui.draft import Step, with_facility
from tui.inert import inert
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import Access, Facility

TAKE_FACILITY = Command(
    "take_facility", "", N_("Continue"), N_("Take the marked facility; a number takes its line."), shown="Enter"
)


class FacilityStep(StepView):
    """The approved facilities; the prices of the marked one stand beside them."""

    STEP = Step.FACILITY
    KEYS: ClassVar = (MOVE, TAKE_FACILITY)
    FOCUS = "ChoiceList"

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Facility] = {}

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Select the Facility"), "bold"), "")
        yield ChoiceList([_choice(access) for access in self.state.accesses], id="facilities")

    def begin(self) -> None:
        choices = self.query_one("#facilities", ChoiceList)
        if self.state.draft.facility_id:
            choices.mark(self.state.draft.facility_id)
        self._look_at(choices.marked)

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        event.stop()
        self._look_at(event.choice)

    def _look_at(self, choice: Choice | None) -> None:
        if choice is None:
            return
        wizard = self.wizard
        if choice.key in self._known:
            self._show(self._known[choice.key])
        else:
            key = choice.key
            self.ask(lambda: wizard.host.client.facilities.read(key), self._show, group="facility")

    def _show(self, facility: Facility) -> None:
        self._known[facility.id] = facility
        marked = self.query_one("#facilities", ChoiceList).marked
        if marked is not None and marked.key == facility.id:
            self.state.facility = facility
            self.wizard.show_state()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        wizard = self.wizard
        self.state.facility = self._known.get(event.choice.key)
        wizard.answer(with_facility(self.state.draft, event.choice.key))
        wizard.forward()


def _choice(access: Access) -> Choice:
    return Choice(access.facility.id, f"{access.facility.name}, {access.facility.state}")
