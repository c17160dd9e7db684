"""How long? The lengths that the facility offers, each with its price."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import MOVE, Command
from tui.draft import Step, with_duration
from tui.inert import inert
from tui.presentation import minutes, money
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import Duration

TAKE_DURATION = Command(
    "take_duration", "", N_("Continue"), N_("Take the marked length; a number takes its line."), shown="Enter"
)


class DurationStep(StepView):
    """The lengths on offer; a single one is marked already."""

    STEP = Step.DURATION
    KEYS: ClassVar = (MOVE, TAKE_DURATION)
    FOCUS = "ChoiceList"

    def compose(self) -> ComposeResult:
        offer = self.state.offer
        lengths = offer.durations if offer else ()
        yield Paragraphs(inert(_("Select the Duration"), "bold"), "")
        yield ChoiceList([_choice(length) for length in lengths], id="lengths")
        yield Paragraphs("", *self._words(lengths))

    def _words(self, lengths: tuple[Duration, ...]) -> list[str]:
        if not lengths:
            return [_("No length can be chosen for this type at present."), _("Press Esc and choose another type.")]
        said = [_("This is the only length offered here, so it is marked already.")] if len(lengths) == 1 else []
        if any(length.unused_minutes_come_back for length in lengths):
            said.append(_("The price is by the minute. You pay for every minute when you confirm."))
            said.append(_("Minutes you do not use come back to you within a day of the visit."))
        return said

    def begin(self) -> None:
        chosen = self.state.draft.duration_minutes
        if chosen is not None:
            self.query_one("#lengths", ChoiceList).mark(str(chosen))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        self.wizard.answer(with_duration(self.state.draft, int(event.choice.key)))
        self.wizard.forward()


def _choice(length: Duration) -> Choice:
    amount = money(length.total.minor, length.total.currency)
    if not length.total.minor:
        note = _("nothing to pay")
    elif length.unused_minutes_come_back:
        note = _("at most {amount}").format(amount=amount)
    else:
        note = amount
    return Choice(str(length.minutes), minutes(length.minutes), note=note)
