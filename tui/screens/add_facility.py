"""Add a New Facility: Select State, Select Facility, whom to visit, ADD FACILITY; then one popup that confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from tui.commands import BACK, HELP, TAB, Command
from tui.inert import inert
from tui.problems import Sentence
from tui.screens.access_words import OPEN, due_sentence, place
from tui.screens.facility_words import facility_choices, policy, why_not_added
from tui.screens.forms import show_field_errors
from tui.screens.manage_account import TAB_KEYS, AccountPage
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import DialogButton, Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import Access, Facility, State, VisitDeskError
    from backend_client import Page as PageOf

ADD_FACILITY = Command(
    "add_facility", "", N_("Choose"), N_("Choose the marked line; on the button, send the request."), shown="Enter"
)
LETTERS = Command("letters", "", N_("Jump"), N_("In a list, jump to the next line with this letter."), shown="A-Z")
PAGE_SIZE = 200
TYPED = "add_facility."
"""Where what is typed here is kept while another page is shown."""


class AddFacility(AccountPage):
    """The seed's form on one page. What a facility asks for stands below it before the request is sent."""

    TAB_NAME = "add_facility"
    CSS_PATH: ClassVar = ["manage_account.tcss", "add_facility.tcss"]
    AUTO_FOCUS = "#states"
    KEYS: ClassVar = (ADD_FACILITY, LETTERS, TAB, *TAB_KEYS, BACK, HELP)

    def __init__(self) -> None:
        super().__init__()
        self._states: tuple[State, ...] = ()
        self._state = ""
        self._facilities: tuple[Facility, ...] = ()
        self._chosen: Facility | None = None
        self._accesses: dict[str, Access] = {}

    def panel(self) -> ComposeResult:
        typed = self.host.session.typed
        name, relationship = typed.get(f"{TYPED}individual_name", ""), typed.get(f"{TYPED}relationship", "")
        with Horizontal(id="lists"):
            with Vertical(id="left"):
                yield Paragraphs(_("Select State"), id="state-title")
                yield ChoiceList(id="states", numbered=False, marks_always=True)
            with Vertical(id="right"):
                yield Paragraphs(_("Select Facility"), id="facility-title")
                yield ChoiceList(id="facilities", numbered=False, marks_always=True)
        with Horizontal(id="fields"):
            yield Field(
                _("Whom do you want to visit?"), name="individual_name", value=name, hint=_("name"), max_length=120
            )
            yield Field(
                _("You are their …"),
                name="relationship",
                value=relationship,
                hint=_("mother, friend"),
                max_length=60,
            )
        yield Paragraphs(id="policy")
        yield DialogButton("add", _("ADD FACILITY"))

    def on_mount(self) -> None:
        self._state = self.host.session.typed.get(f"{TYPED}state", "")
        self._tell()
        self.connected()

    def connected(self) -> None:
        self.read(self.host.client.access.mine, self._show_accesses, group="access")
        if not self._states:
            self.read(self.host.client.facilities.states, self._show_states, group="states")

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "access":
            self.read(self.host.client.access.mine, self._show_accesses, group="access")

    def on_resize(self, _event: events.Resize) -> None:
        self.call_after_refresh(self._draw_facilities)

    # -- the two lists

    def _show_accesses(self, accesses: tuple[Access, ...]) -> None:
        self._accesses = {access.facility.id: access for access in accesses if access.status.value in OPEN}
        self._draw_facilities()
        self._tell()

    def _show_states(self, states: tuple[State, ...]) -> None:
        self._states = states
        choices = self.query_one("#states", ChoiceList)
        choices.show([Choice(state.code, state.name, note=str(state.facilities)) for state in states])
        if not states:
            self._say(inert(_("No facility has been set up yet. Whoever runs this server imports them."), "$muted"))
        elif self._state:
            choices.mark(self._state)
            self._read_facilities(self._state)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        if event.choices.id == "states":
            self._read_facilities(event.choice.key)
            self.query_one("#facilities", ChoiceList).focus()
            return
        self._choose(event.choice.key)
        if reason := self._why_not_added():
            self.show_problem(Sentence(reason, "", _("Choose another facility.")))
        else:
            self.show_problem(None)
            self.query_one("#individual_name", Field).take_focus()

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        if event.choices.id == "facilities":
            self._choose(event.choice.key)

    def _read_facilities(self, state: str) -> None:
        async def all_of_them() -> tuple[Facility, ...]:
            page: PageOf[Facility] = await self.host.client.facilities.in_state(state, limit=PAGE_SIZE)
            found = page.items
            while page.next_cursor is not None:
                page = await self.host.client.facilities.in_state(state, cursor=page.next_cursor, limit=PAGE_SIZE)
                found += page.items
            return found

        if state != self._state:
            self._keep("facility", "")
        self._state = state
        self._keep("state", state)
        name = next((each.name for each in self._states if each.code == state), state)
        self.query_one("#facility-title", Paragraphs).show(_("Select Facility in {state}").format(state=name))
        self._facilities = ()
        self._draw_facilities()
        self._choose("")
        self.read(all_of_them, self._show_facilities, group="facilities")

    def _show_facilities(self, facilities: tuple[Facility, ...]) -> None:
        self._facilities = facilities
        self._draw_facilities()
        choices = self.query_one("#facilities", ChoiceList)
        choices.mark(self.host.session.typed.get(f"{TYPED}facility", ""))
        self._choose(choices.marked.key if choices.marked else "")

    def _draw_facilities(self) -> None:
        choices = self.query_one("#facilities", ChoiceList)
        choices.show(facility_choices(self._facilities, self._accesses, choices.size.width))

    def _choose(self, facility_id: str) -> None:
        self._chosen = next((facility for facility in self._facilities if facility.id == facility_id), None)
        if self._chosen is not None:
            self._keep("facility", facility_id)
        self._tell()

    # -- what the facility asks for

    def _why_not_added(self) -> str:
        facility = self._chosen
        return why_not_added(facility, self._accesses.get(facility.id)) if facility else ""

    def _tell(self) -> None:
        if self._chosen is None:
            self._say(inert(_("Choose the state and facility that you wish to add."), "$muted"))
        elif reason := self._why_not_added():
            self._say(inert(reason, "$caution"))
        else:
            self._say(inert(policy(self._chosen), "$muted"))

    def _say(self, sentence: Content) -> None:
        self.query_one("#policy", Paragraphs).show(sentence)

    def _keep(self, name: str, value: str) -> None:
        self.host.session.typed[f"{TYPED}{name}"] = value

    # -- sending it

    def on_field_edited(self, event: Field.Edited) -> None:
        self._keep(event.field.wire_name, event.field.value)

    def on_field_entered(self, event: Field.Entered) -> None:
        if not self._filled_in(event.field.wire_name):
            return
        if event.field.wire_name == "individual_name":
            self.query_one("#relationship", Field).take_focus()
        else:
            self.query_one("#add", DialogButton).focus()

    def on_dialog_button_pressed(self) -> None:
        if self._chosen is None:
            self.show_problem(Sentence(_("No facility is chosen yet."), "", _("Select a state, then a facility.")))
            self.query_one("#states", ChoiceList).focus()
        elif reason := self._why_not_added():
            self.show_problem(Sentence(reason, "", _("Choose another facility.")))
            self.query_one("#facilities", ChoiceList).focus()
        elif self._filled_in("individual_name", "relationship"):
            self._send(self._chosen)

    def _filled_in(self, *names: str) -> bool:
        """Say at the first of these fields that is empty what belongs there; return whether none is."""
        sentences = {
            "individual_name": _("Say whom you want to visit."),
            "relationship": _("Say what you are to them, such as mother or friend."),
        }
        for name in names:
            field = self.query_one(f"#{name}", Field)
            if not field.text:
                field.wrong = sentences[name]
                field.take_focus()
                return False
        return True

    def _send(self, facility: Facility) -> None:
        person = self.query_one("#individual_name", Field).text
        relation = self.query_one("#relationship", Field).text
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

        for name in ("individual_name", "relationship", "facility"):
            self._keep(name, "")

        def confirmed(_nothing: None) -> None:
            self.app.switch_screen(MyFacilities(mark=access.id))

        if access.status.value == "approved":
            title = _("Facility added")
            words = [_("{place} approves at once.").format(place=place(access)), _("You can schedule a visit now.")]
        else:
            title = _("Request sent")
            answer = due_sentence(access, self.host.clock.now(), self.host.reader_zone)
            words = [
                _("Request sent to {place}.").format(place=place(access)),
                f"{_('It shows as Pending.')} {answer}",
            ]
        self.app.push_screen(Popup(title, *words, *access.missing), confirmed)

    def _not_asked(self, error: VisitDeskError) -> None:
        if not show_field_errors(self, error):
            self.refused(error)
