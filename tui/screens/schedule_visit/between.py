"""What stands before the first question: waiting, having no facility yet, and going on where one left."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import Command
from tui.inert import inert
from tui.presentation import date_time, money
from tui.screens.schedule_visit.step import StepView
from tui.screens.schedule_visit.summary import person
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.words import full_type_name

if TYPE_CHECKING:
    from tui.screens.schedule_visit.opening import Opening

GO_ON = Command("go_on", "", N_("Choose"), N_("Choose the marked line, or press its number."), shown=N_("1-2"))


class Loading(StepView):
    """Stands there until the server has said what there is to schedule."""

    TRAIL = False
    COUNTS = False

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Looking up where you can schedule a visit…"), "$muted"))

    def begin(self) -> None:
        self.wizard.load()


class NoFacility(StepView):
    """There is no facility at which this account may schedule."""

    TRAIL = False
    COUNTS = False
    WIDE = True
    KEYS: ClassVar = ()

    def compose(self) -> ComposeResult:
        yield Paragraphs(
            inert(_("You cannot schedule a visit yet."), "bold"),
            "",
            _("A facility has to approve you first, and none of yours has done so yet."),
            _("Ask for access on Manage Account, Add a New Facility. My Facilities shows when an answer is due."),
        )
        yield ChoiceList((Choice("home", _("Back to Home")),), id="no-facility")

    def changed(self, kind: str, subject_id: str) -> None:
        # A facility may approve in this very moment.
        if kind == "access":
            self.wizard.load()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        self.wizard.host.go_home()


class Resume(StepView):
    """Asks whether to go on with what was begun."""

    TRAIL = False
    COUNTS = False
    WIDE = True
    KEYS: ClassVar = (GO_ON,)

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self._opening = opening

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("You were scheduling a visit."), "bold"), "", *self._begun(), *self._paying(), "")
        yield ChoiceList(
            (Choice("continue", _("Continue")), Choice("over", _("Start over"), note=self._loses())), id="resume"
        )

    def _begun(self) -> list[str]:
        draft, facility = self._opening.draft, self._opening.facility
        if draft is None or facility is None:
            return []
        place = f"{facility.name}, {facility.state}"
        who = person(draft)
        what = [place, full_type_name(draft.visit_type) if draft.visit_type else "", who]
        lines = ["  " + part for part in what if part]
        hold = self._opening.hold
        if draft.starts_at is None:
            return lines
        when = date_time(draft.starts_at, facility.zone)
        if hold is not None and hold.id == draft.hold_id:
            until = date_time(hold.held_until, self.wizard.host.reader_zone)
            return [*lines, "  " + when, "", _("The time is still kept for you, until {time}.").format(time=until)]
        return [*lines, "  " + when, "", _("The time is no longer kept for you; everything else is as you left it.")]

    def _paying(self) -> list[str]:
        payment = self._opening.checking
        if payment is None:
            return []
        amount = money(payment.amount.minor, payment.amount.currency)
        said = _("A payment of {amount} with {method} is still being checked.").format(
            amount=amount, method=payment.label
        )
        return ["", said, _("It is not charged if the answer does not come in time.")]

    def _loses(self) -> str:
        hold, draft = self._opening.hold, self._opening.draft
        held = hold is not None and draft is not None and hold.id == draft.hold_id
        return _("gives the time back") if held else ""

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        if event.choice.key == "continue":
            self.wizard.resume()
        else:
            self.wizard.start_over()
