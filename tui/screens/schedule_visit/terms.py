"""The Terms and Conditions: read to their end, then accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import Command
from tui.draft import Step, with_terms
from tui.inert import inert
from tui.presentation import local, long_date
from tui.problems import Sentence
from tui.screens.schedule_visit import refusals
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _, ngettext
from tui.widgets.dialog import Paragraphs
from tui.widgets.scroll_text import ScrollText

if TYPE_CHECKING:
    from backend_client import Terms, VisitDeskError

ACCEPT = Command(
    "accept_terms",
    "enter",
    N_("Accept"),
    N_("Accept the Terms and Conditions; this works once you have read to their end."),
)
READ_ON = Command(
    "read_on",
    "",
    N_("Read on"),
    N_("Read on by lines with Up and Down, by pages with PgUp and PgDn."),
    shown=N_("PgDn"),
)


class TermsStep(StepView):
    """The text in force for this facility and type of visit."""

    STEP = Step.TERMS
    KEYS: ClassVar = (READ_ON, ACCEPT)
    FOCUS = "ScrollText"

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Terms and Conditions"), "bold"), "", id="heading")
        yield ScrollText()

    def begin(self) -> None:
        draft, wizard = self.state.draft, self.wizard
        facility_id, visit_type = draft.facility_id, draft.visit_type
        if facility_id is not None and visit_type is not None:
            self.ask(lambda: wizard.host.client.facilities.terms(facility_id, visit_type), self._show)

    def _show(self, terms: Terms) -> None:
        self.state.terms = terms
        self.loaded = True
        heading = terms.title or _("Terms and Conditions")
        accepted = inert(self._accepted(terms), "$muted")
        self.query_one("#heading", Paragraphs).show(inert(heading, "bold"), accepted)
        self.query_one(ScrollText).show(terms.text)
        self.take_focus()
        self.wizard.refresh_keys()

    def _accepted(self, terms: Terms) -> str:
        if terms.accepted_at is None:
            return ""
        day = local(terms.accepted_at, self.wizard.host.reader_zone).date()
        return _("You accepted this text on {date}.").format(date=long_date(day))

    def on_scroll_text_read_on(self, event: ScrollText.ReadOn) -> None:
        event.stop()
        self.wizard.refresh_keys()

    def commands(self) -> tuple[Command, ...]:
        terms = self.state.terms
        if self.loaded and terms is not None and terms.accepted_at is not None:
            return (READ_ON, ACCEPT.relabelled(N_("Continue"), N_("Go on: you have accepted this text before.")))
        return self.KEYS

    def why_not(self, command: Command) -> str:
        if command.name != ACCEPT.name:
            return ""
        if not self.loaded:
            return _("One moment: the text is on its way.")
        terms, text = self.state.terms, self.query_one(ScrollText)
        if text.at_end or (terms is not None and terms.accepted_at is not None):
            return ""
        left = text.lines_left
        return ngettext(
            "Please read to the end first: {n} more line. PgDn reads on.",
            "Please read to the end first: {n} more lines. PgDn reads on.",
            left,
        ).format(n=left)

    def action_accept_terms(self) -> None:
        terms, wizard = self.state.terms, self.wizard
        if terms is None:
            return
        if terms.accepted_at is not None:
            self._go_on(terms)
            return
        wizard.write(
            ACCEPT.name,
            lambda intent: wizard.host.client.facilities.accept_terms(terms.id, intent=intent),
            self._go_on,
            about=terms.id,
            refused=self._refused,
        )

    def _go_on(self, terms: Terms) -> None:
        if not self.current:
            return
        self.state.terms = terms
        self.wizard.answer(with_terms(self.state.draft, terms.id))
        self.wizard.forward()

    def _refused(self, error: VisitDeskError) -> None:
        if not self.current:
            return
        if "terms_changed" not in refusals.codes(error):
            self.wizard.refusal(error)
            return
        self.loaded = False
        self.begin()
        self.wizard.show_problem(
            Sentence(
                _("The facility has just put a new text in force."),
                next_step=_("Please read it to the end and accept it; everything else is kept."),
                code="terms_changed",
            )
        )
