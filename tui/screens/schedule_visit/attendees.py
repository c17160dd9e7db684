"""Who is coming? The account's holder always is; others are added by name, minors said to be so."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.commands import MOVE, Command
from tui.draft import with_attendees
from tui.inert import inert
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _, ngettext
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

DO = Command(
    "do_attendee", "", N_("Choose"), N_("Do what the marked line says; a number does its line."), shown="Enter"
)
ADD = Command("add_attendee", "", N_("Add"), N_("Add the person you typed."), shown="Enter")

ADULT, MINOR, DONE = "adult", "minor", "done"


class AttendeesView(StepView):
    """The names of who comes along, with a line to take each off again, and lines to add somebody."""

    KEYS: ClassVar = (MOVE, DO)
    FOCUS = "ChoiceList"

    def __init__(self) -> None:
        super().__init__()
        self._adding: str | None = None

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Who is coming"), "bold"), "", self._you(), "")
        yield ChoiceList(self._choices(), jump=False, id="coming")
        with Vertical(id="add"):
            yield Field(_("First and last name, as on the ID"), name="attendee", max_length=80)
        yield Paragraphs("", inert(self._limit(), "$muted"))

    def begin(self) -> None:
        self.query_one("#add").display = False
        self.query_one("#coming", ChoiceList).mark(DONE)

    @property
    def _most(self) -> int:
        """How many people may come along, beside the account's holder."""
        return self.state.offer.attendees_max if self.state.offer else 0

    def _you(self) -> str:
        return _("You, {name}, lead the visit.").format(name=self.wizard.host.session.name)

    def _limit(self) -> str:
        if not self._most:
            return _("Nobody can come with you to this visit.")
        return ngettext("{n} person can come with you.", "Up to {n} people can come with you.", self._most).format(
            n=self._most
        )

    def _choices(self) -> list[Choice]:
        attendees = self.state.draft.attendees
        lines = [
            Choice(
                str(number),
                _("Take off {name} (under 18)").format(name=one.name)
                if one.minor
                else _("Take off {name}").format(name=one.name),
            )
            for number, one in enumerate(attendees)
        ]
        full = _("nobody else may come") if len(attendees) >= self._most else ""
        return [
            *lines,
            Choice(ADULT, _("Add an adult"), why_not=full),
            Choice(MINOR, _("Add somebody under 18"), why_not=full),
            Choice(DONE, _("That is everybody") if attendees else _("Just you")),
        ]

    def _show(self) -> None:
        self.query_one("#coming", ChoiceList).show(self._choices())

    def on_choice_list_refused(self, event: ChoiceList.Refused) -> None:
        event.stop()
        self.wizard.remark(self._limit())

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        key = event.choice.key
        if key == DONE:
            self.wizard.forward()
        elif key in (ADULT, MINOR):
            self._adding = key
            self.query_one("#add").display = True
            self.query_one("#attendee", Field).take_focus()
            self.wizard.refresh_keys()
        else:
            attendees = self.state.draft.attendees
            place = int(key)
            self.wizard.answer(with_attendees(self.state.draft, (*attendees[:place], *attendees[place + 1 :])))
            self._show()

    def on_field_entered(self, event: Field.Entered) -> None:
        from backend_client import Attendee

        event.stop()
        field = event.field
        name = " ".join(field.text.split())
        if len(name.split()) < 2:
            field.wrong = _("Please give first and last name.")
            return
        minor = self._adding == MINOR
        self.wizard.answer(with_attendees(self.state.draft, (*self.state.draft.attendees, Attendee(name, minor))))
        field.value = ""
        self._close_field()

    def _close_field(self) -> None:
        self._adding = None
        self.query_one("#add").display = False
        self._show()
        self.query_one("#coming", ChoiceList).mark(DONE)
        self.take_focus()
        self.wizard.refresh_keys()

    def back(self) -> bool:
        if self._adding is not None:
            self._close_field()
        else:
            self.wizard.forward()
        return True

    def commands(self) -> tuple[Command, ...]:
        return (ADD,) if self._adding is not None else self.KEYS
