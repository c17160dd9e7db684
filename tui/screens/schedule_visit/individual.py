"""Whom to visit? Found by first and last name or by ID; never picked by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from tui.commands import MOVE, TAB, Command
from tui.draft import Step, with_individual
from tui.glyphs import glyphs
from tui.inert import inert
from tui.problems import Sentence
from tui.screens.schedule_visit.step import StepView
from tui.screens.schedule_visit.summary import person
from tui.text import N_, _, ngettext
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import Individual

SEARCH = Command("search_person", "", N_("Search"), N_("Look for the person you typed."), shown="Enter")
TAKE_PERSON = Command(
    "take_person", "", N_("Visit this person"), N_("Visit the marked person; a number takes its line."), shown="Enter"
)
OTHER = "other"
KEPT = "kept"
LIST_WIDTH = 37
"""Cells for name, number and year in a line of the list."""


class IndividualStep(StepView):
    """Three fields; then the people found, each with booking number and year of birth to tell them apart."""

    STEP = Step.INDIVIDUAL
    KEYS: ClassVar = (TAB, SEARCH)
    FOCUS = "#found ChoiceList, FieldInput"

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[Individual, ...] = ()
        self._listing = False

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Find the Incarcerated Individual"), "bold"), "", id="title")
        first, last = self._guess()
        hint = _("filled in from your request") if first or last else ""
        with Vertical(id="ask"):
            yield Field(_("First name"), name="first_name", value=first, hint=hint, max_length=60)
            yield Field(_("Last name"), name="last_name", value=last, max_length=60)
            yield Field(_("Or the ID"), name="number", hint=_("the booking number, all of it"), max_length=40)
        yield Vertical(id="found")

    def begin(self) -> None:
        self.query_one("#found").display = False
        if self.state.draft.individual_id is not None:
            kept = Choice(KEPT, person(self.state.draft), sign=glyphs().done)
            self._list([kept], _("You chose:"), _("Search for somebody else"))

    def _guess(self) -> tuple[str, str]:
        """Return first and last name as they were said when asking for access; nothing where that is no two words."""
        draft = self.state.draft
        for access in self.state.accesses:
            if access.facility.id == draft.facility_id and draft.individual_id is None:
                first, _space, last = access.individual_name.strip().partition(" ")
                return (first, last.strip()) if last else ("", "")
        return "", ""

    # -- asking

    def on_field_entered(self, event: Field.Entered) -> None:
        event.stop()
        first, last, number = (self.query_one(name, Field) for name in ("#first_name", "#last_name", "#number"))
        if event.field is first and not last.text and not number.text:
            last.take_focus()
        elif number.text and (event.field is number or not (first.text and last.text)):
            self._by_number(number.text)
        elif first.text and last.text:
            self._by_name(first.text, last.text)
        else:
            missing = first if not first.text else last
            missing.wrong = _("Type first and last name, or the ID below.")
            missing.take_focus()

    def _by_name(self, first: str, last: str) -> None:
        wizard, facility = self.wizard, self.state.draft.facility_id or ""
        wizard.show_problem(None)
        self.ask(
            lambda: wizard.host.client.individuals.by_name(facility, first, last),
            lambda found: self._show(found, f"{first} {last}"),
        )

    def _by_number(self, number: str) -> None:
        wizard, facility = self.wizard, self.state.draft.facility_id or ""
        wizard.show_problem(None)
        self.ask(
            lambda: wizard.host.client.individuals.by_number(facility, number), lambda found: self._show(found, number)
        )

    # -- what was found

    def _show(self, found: tuple[Individual, ...], asked: str) -> None:
        self._found = found
        if not found:
            self._nobody(asked)
            return
        title = ngettext(
            "{n} person was found. Is it the right one?", "{n} people were found. Which one is it?", len(found)
        ).format(n=len(found))
        self._list([_choice(one) for one in found], title, _("Search again"))

    def _nobody(self, asked: str) -> None:
        facility = self.state.facility.name if self.state.facility else ""
        self.wizard.show_problem(
            Sentence(
                _("We found nobody like “{asked}” at {facility}.").format(asked=asked, facility=facility),
                _("They may have been moved or released, or be booked under another name."),
                _("Check the spelling, try the ID, or ask the facility."),
                "individual_not_found",
            )
        )

    def _list(self, choices: list[Choice], title: str, other: str) -> None:
        self._listing = True
        self.wizard.call_next(self._mount_list, [*choices, Choice(OTHER, other)], title)

    async def _mount_list(self, choices: list[Choice], title: str) -> None:
        if not self.current:
            return
        box = self.query_one("#found", Vertical)
        await box.remove_children()
        await box.mount(Paragraphs(title, ""), ChoiceList(choices, jump=False), Paragraphs(id="who"))
        self._describe(choices[0].key)
        box.display, self.query_one("#ask").display = True, False
        self.take_focus()
        self.wizard.refresh_keys()

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        event.stop()
        self._describe(event.choice.key)

    def _describe(self, key: str) -> None:
        """Say below the list what is known of the marked person, in full."""
        one = next((one for one in self._found if one.id == key), None)
        lines: list[str | Content] = []
        if one is not None:
            whole = ", ".join(part for part in (one.name, f"#{one.booking_number}", _born(one)) if part)
            lines = ["", whole, *([one.note] if one.note else [])]
        if len(self._found) > 1:
            hint = _("Not sure? Ask for the booking number before you go on.")
            lines += ["", inert(hint, "$muted")]
        self.query_one("#who", Paragraphs).show(*lines)

    def _ask_again(self) -> None:
        self._listing = False
        self.query_one("#found").display, self.query_one("#ask").display = False, True
        self.query_one("#first_name", Field).take_focus()
        self.wizard.refresh_keys()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        key = event.choice.key
        if key == OTHER:
            self._ask_again()
            return
        for one in self._found:
            if one.id == key:
                self.wizard.answer(with_individual(self.state.draft, one))
        self.wizard.forward()

    def back(self) -> bool:
        if not self._listing or not self._found:
            return False
        self._found = ()
        self._ask_again()
        return True

    def commands(self) -> tuple[Command, ...]:
        return (MOVE, TAKE_PERSON) if self._listing else self.KEYS


def _choice(one: Individual) -> Choice:
    born = _born(one)
    # A long name is cut before its number: the number tells same-named people apart.
    number = f", #{one.booking_number}"
    room = LIST_WIDTH - len(born) - len(number)
    name = one.name if len(one.name) <= room else one.name[: max(room - 1, 1)] + "…"
    return Choice(one.id, name + number, note=born)


def _born(one: Individual) -> str:
    return _("born {year}").format(year=one.birth_year) if one.birth_year else ""
