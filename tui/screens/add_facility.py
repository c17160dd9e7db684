"""Add a New Facility: Select State, Select Facility, whom to visit, ADD FACILITY; then one popup that confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.commands import BACK, HELP, TAB, Command
from tui.inert import inert
from tui.problems import Sentence
from tui.screens.access_words import due, place
from tui.screens.forms import show_field_errors
from tui.screens.manage_account import TAB_KEYS, AccountPage
from tui.text import N_, _, ngettext
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import DialogButton, Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import Access, Facility, State, VisitDeskError
    from backend_client import Page as PageOf

ADD_FACILITY = Command(
    "add_facility", "", N_("Choose"), N_("Choose the marked line; on the button, send the request."), shown="Enter"
)
PAGE_SIZE = 200


class AddFacility(AccountPage):
    """The seed's form on one page. What a facility asks for stands below it before the request is sent."""

    TAB_NAME = "add_facility"
    CSS_PATH: ClassVar = ["manage_account.tcss", "add_facility.tcss"]
    AUTO_FOCUS = "#states"
    KEYS: ClassVar = (ADD_FACILITY, TAB, *TAB_KEYS, BACK, HELP)

    def __init__(self) -> None:
        super().__init__()
        self._facilities: list[Facility] = []
        self._chosen: Facility | None = None

    def panel(self) -> ComposeResult:
        with Horizontal(id="lists"):
            with Vertical(id="left"):
                yield Paragraphs(_("Select State"), id="state-title")
                yield ChoiceList(id="states", numbered=False, marks_always=True)
            with Vertical(id="right"):
                yield Paragraphs(_("Select Facility"), id="facility-title")
                yield ChoiceList(id="facilities", numbered=False)
        with Horizontal(id="fields"):
            yield Field(_("Whom do you want to visit?"), name="individual_name", hint=_("name"), max_length=120)
            yield Field(_("You are their …"), name="relationship", hint=_("mother, friend"), max_length=60)
        yield Paragraphs(id="policy")
        yield DialogButton("add", _("ADD FACILITY"))

    def on_mount(self) -> None:
        self._tell()
        self.connected()

    def connected(self) -> None:
        if not self.query_one("#states", ChoiceList).choices:
            self.read(self.host.client.facilities.states, self._show_states, group="states")

    # -- the two lists

    def _show_states(self, states: tuple[State, ...]) -> None:
        choices = [
            Choice(
                state.code,
                state.name,
                note=ngettext("{n} facility", "{n} facilities", state.facilities).format(n=state.facilities),
            )
            for state in states
        ]
        self.query_one("#states", ChoiceList).show(choices)
        if not choices:
            self._say(_("No facility has been set up yet. Whoever runs this server imports them."))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        if event.choices.id == "states":
            self._read_facilities(event.choice.key)
            self.query_one("#facilities", ChoiceList).focus()
        else:
            self._choose(event.choice.key)
            self.query_one("#individual_name", Field).take_focus()

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        if event.choices.id == "facilities":
            self._choose(event.choice.key)

    def on_choice_list_refused(self, event: ChoiceList.Refused) -> None:
        self.remark(event.choice.why_not)

    def _read_facilities(self, state: str) -> None:
        async def all_of_them() -> list[Facility]:
            found: list[Facility] = []
            cursor: str | None = None
            while True:
                page: PageOf[Facility] = await self.host.client.facilities.in_state(
                    state, cursor=cursor, limit=PAGE_SIZE
                )
                found += page.items
                cursor = page.next_cursor
                if cursor is None:
                    return found

        self.read(all_of_them, self._show_facilities, group="facilities")

    def _show_facilities(self, facilities: list[Facility]) -> None:
        self._facilities = facilities
        self.query_one("#facilities", ChoiceList).show(
            [Choice(facility.id, facility.name, note=facility.city or "") for facility in facilities], keep=False
        )
        self._choose(facilities[0].id if facilities else "")

    def _choose(self, facility_id: str) -> None:
        self._chosen = next((facility for facility in self._facilities if facility.id == facility_id), None)
        self._tell()

    # -- what the facility asks for

    def _tell(self) -> None:
        self._say(_policy(self._chosen) if self._chosen else _("Choose the state and facility that you wish to add."))

    def _say(self, sentence: str) -> None:
        self.query_one("#policy", Paragraphs).show(inert(sentence, "$muted"))

    # -- sending it

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.field.wire_name == "individual_name":
            self.query_one("#relationship", Field).take_focus()
        else:
            self.query_one("#add", DialogButton).focus()

    def on_dialog_button_pressed(self) -> None:
        name, relationship = self.query_one("#individual_name", Field), self.query_one("#relationship", Field)
        if self._chosen is None:
            self.show_problem(Sentence(_("No facility is chosen yet."), "", _("Select a state, then a facility.")))
            self.query_one("#states", ChoiceList).focus()
            return
        for field, sentence in (
            (name, _("Say whom you want to visit.")),
            (relationship, _("Say what you are to them, such as mother or friend.")),
        ):
            if not field.text:
                field.wrong = sentence
                field.take_focus()
                return
        facility, person, relation = self._chosen, name.text, relationship.text
        self.write(
            ADD_FACILITY.name,
            lambda intent: self.host.client.access.request(facility.id, person, relation, intent=intent),
            self._asked,
            about=(facility.id, person, relation),
            refused=self._not_asked,
        )

    def _asked(self, access: Access) -> None:
        from tui.screens.dialogs import Popup
        from tui.screens.my_facilities import MyFacilities

        def confirmed(_nothing: None) -> None:
            self.app.switch_screen(MyFacilities(mark=access.id))

        if access.status.value == "approved":
            words = (_("{place} approves at once.").format(place=place(access)), _("You can schedule a visit now."))
            title = _("Facility added")
        else:
            title = _("Request sent")
            answer = due(access, self.host.clock.now(), self.host.reader_zone)
            words = (
                _("Request sent to {place}.").format(place=place(access)),
                _("It shows as Pending; {due}.").format(due=answer) if answer else _("It shows as Pending."),
            )
        self.app.push_screen(Popup(title, *words, *access.missing), confirmed)

    def _not_asked(self, error: VisitDeskError) -> None:
        if not show_field_errors(self, error):
            self.refused(error)


def _policy(facility: Facility) -> str:
    if not facility.bookable:
        return facility.not_bookable_because or _("This facility takes no visits through Visit Desk yet.")
    if facility.approval.value == "automatic":
        return _("This facility approves at once. You can schedule right after.")
    days = ngettext(
        "An officer answers within {n} working day.",
        "An officer answers within {n} working days.",
        facility.answer_days,
    ).format(n=facility.answer_days)
    return f"{days} {_('Show your ID at the front desk first.')}" if facility.id_must_be_seen else days
