"""Which type of visit? Only those that the facility offers, and the button SCHEDULE VISIT."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key

from tui.commands import MOVE, Command
from tui.draft import Step, with_visit_type
from tui.glyphs import glyphs
from tui.inert import inert
from tui.presentation import money
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import DialogButton, Paragraphs
from tui.words import full_type_name

if TYPE_CHECKING:
    from backend_client import Facility, Offer, VisitType

SCHEDULE = Command(
    "schedule_visit",
    "",
    N_("Choose"),
    N_("Choose the marked type of visit; then press SCHEDULE VISIT."),
    shown=N_("Enter"),
)


class TypeStep(StepView):
    """The types of visit of this facility, what each means, and SCHEDULE VISIT below them."""

    STEP = Step.TYPE
    KEYS: ClassVar = (MOVE, SCHEDULE)
    FOCUS = "#types"

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False
        self._types = ChoiceList(id="types", marks_always=True)
        self._meaning = Paragraphs(id="meaning")
        self._button = DialogButton("schedule", _("SCHEDULE VISIT"))

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Select the type of visit"), "bold"), "")
        yield Vertical(id="offered")

    def begin(self) -> None:
        facility, wanted = self.state.facility, self.state.draft.facility_id
        if facility is not None and facility.id == wanted:
            self._show(facility)
        elif wanted is not None:
            wizard = self.wizard
            self.ask(lambda: wizard.host.client.facilities.read(wanted), self._show)

    def _show(self, facility: Facility) -> None:
        self.state.facility = facility
        self.wizard.call_next(self._fill, facility)

    async def _fill(self, facility: Facility) -> None:
        if self.loaded or not self.current:
            return
        box = self.query_one("#offered", Vertical)
        self.loaded = True
        self.wizard.show_state()
        if not facility.offers:
            await box.mount(Paragraphs(*_nothing_offered(facility)))
            return
        await box.mount(self._types, self._meaning, self._button, Paragraphs("", *self._guess(facility)))
        self._draw()
        chosen = self.state.draft.visit_type
        if chosen is None and len(facility.offers) == 1:
            self._take(facility.offers[0].visit_type)
        elif chosen is not None:
            self._types.mark(chosen.value)
            self._button.focus()
        else:
            self.take_focus()
        self._explain()

    def _guess(self, facility: Facility) -> list[str]:
        if self.state.chooses_facility:
            return []
        return [
            _("{facility}, {state} is the facility that approved you, so we chose it for you.").format(
                facility=facility.name, state=facility.state
            )
        ]

    def _draw(self) -> None:
        chosen = self.state.draft.visit_type
        offers = sorted(self.state.offers, key=self._later)
        self._types.show([_choice(offer, chosen) for offer in offers])

    def _later(self, offer: Offer) -> bool:
        """At a kiosk a visit at the facility comes first: who stands there is there, and it costs nothing as a rule."""
        return self.wizard.host.settings.kiosk and offer.visit_type.value == "remote"

    def _explain(self) -> None:
        marked = self._types.marked
        offer = next((offer for offer in self.state.offers if marked and offer.visit_type.value == marked.key), None)
        self._meaning.show("", inert(_meaning(offer) if offer else "", "$muted"))

    def _take(self, visit_type: VisitType) -> None:
        self.wizard.answer(with_visit_type(self.state.draft, visit_type))
        self._draw()
        self._button.focus()

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        event.stop()
        self._explain()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        for offer in self.state.offers:
            if offer.visit_type.value == event.choice.key:
                self._take(offer.visit_type)

    def on_dialog_button_pressed(self, event: DialogButton.Pressed) -> None:
        event.stop()
        if self.state.offer is not None:
            self.wizard.forward()

    def key_up(self, event: Key) -> None:
        """From the button back to the types."""
        if self._button.has_focus:
            event.stop()
            self._types.focus()

    def key_down(self, event: Key) -> None:
        """From the last of the types on to the button."""
        last = self.loaded and self._types.cursor == len(self._types.choices) - 1
        if last and self._types.has_focus and self.state.offer is not None:
            event.stop()
            self._button.focus()


def _choice(offer: Offer, chosen: VisitType | None) -> Choice:
    here = offer.visit_type == chosen
    return Choice(offer.visit_type.value, full_type_name(offer.visit_type), sign=glyphs().done if here else " ")


def _meaning(offer: Offer) -> str:
    meanings = {
        "remote": _("You join by video from home, on your own phone or computer."),
        "onsite_video": _("You come to the facility and talk by video from a booth there."),
        "in_person": _("You come to the facility and sit in the same room."),
    }
    said = meanings.get(offer.visit_type.value, "")
    prices = sorted({length.total.minor for length in offer.durations})
    if not prices:
        return said
    if prices[-1] == 0:
        return _("{meaning} Nothing to pay.").format(meaning=said)
    currency = offer.durations[0].session_fee.currency
    if len(prices) == 1:
        return _("{meaning} At most {amount}.").format(meaning=said, amount=money(prices[0], currency))
    return _("{meaning} {least} to {most}.").format(
        meaning=said, least=money(prices[0], currency), most=money(prices[-1], currency)
    )


def _nothing_offered(facility: Facility) -> list[str]:
    why = facility.not_bookable_because
    return [
        _("{facility} offers no visits that can be scheduled at present.").format(facility=facility.name),
        *([why] if why else []),
        _("Press Esc to go back. The facility can tell you when this changes."),
    ]
