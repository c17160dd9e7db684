"""Check your answers: every answer in one place with a way to change it, and Enter to confirm the appointment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widget import Widget

from tui.commands import Command
from tui.draft import Step
from tui.inert import inert
from tui.presentation import money
from tui.problems import Sentence
from tui.screens.schedule_visit import refusals
from tui.screens.schedule_visit.answers import Answer, answer_lines, answers, price_words
from tui.screens.schedule_visit.attendees import AttendeesView
from tui.screens.schedule_visit.checking import waiting_view
from tui.screens.schedule_visit.done import DoneView
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import Confirmation, Hold, Money, VisitDeskError

CONFIRM = Command(
    "confirm_visit",
    "enter",
    N_("Confirm the appointment"),
    N_("Confirm the appointment and pay what stands on this page."),
)
CHANGE = Command(
    "change", "", N_("Change"), N_("Change the answer with this number; you come back here."), shown=N_("1-7")
)
LOOK_SECONDS = 0.3
"""An Enter that comes sooner than a person can read was meant for the page before."""


class AnswerLines(Widget, can_focus=True):
    """The numbered answers. A digit posts :class:`Change` with the answer's line."""

    DEFAULT_CSS = """
    AnswerLines { height: auto; width: 100%; }
    """

    class Change(Message):
        """Somebody wants to change an answer."""

        def __init__(self, answer: Answer) -> None:
            super().__init__()
            self.answer = answer

    def __init__(self, lines: tuple[Answer, ...]) -> None:
        super().__init__()
        self._answers = lines

    def show(self, lines: tuple[Answer, ...]) -> None:
        """Show other answers."""
        self._answers = lines
        self.refresh(layout=True)

    def render(self) -> Content:
        width = self.size.width or 76
        return Content("\n").join(answer_lines(self._answers, width))

    def on_key(self, event: Key) -> None:
        digit = event.character or ""
        if digit.isascii() and digit.isdigit() and 1 <= int(digit) <= len(self._answers):
            event.stop()
            self.post_message(self.Change(self._answers[int(digit) - 1]))


class ConfirmStep(StepView):
    """All answers, the price, what comes back and until when. Enter confirms, once."""

    STEP = Step.CONFIRM
    KEYS: ClassVar = (CONFIRM, CHANGE)
    WIDE = True
    FOCUS = "AnswerLines"

    def __init__(self) -> None:
        super().__init__()
        self._shown_at = 0.0

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Check your answers"), "bold"), "")
        yield AnswerLines(answers(self.state, self.wizard.host.reader_zone))
        yield Paragraphs("", *price_words(self.state, self.wizard.host.clock.now()), id="price")

    def begin(self) -> None:
        self._shown_at = self.wizard.host.clock.monotonic()

    def on_answer_lines_change(self, event: AnswerLines.Change) -> None:
        event.stop()
        wizard, answer = self.wizard, event.answer
        if wizard.host.writes.running(CONFIRM.name):
            wizard.remark(_("One moment: this is being sent."))
        elif answer.why_not:
            wizard.remark(answer.why_not)
        elif answer.step is None:
            wizard.show_view(AttendeesView())
        else:
            wizard.change(answer.step)

    def back(self) -> bool:
        """While it is being sent nobody knows yet what there is to go back to."""
        sending = self.wizard.host.writes.running(CONFIRM.name)
        if sending:
            self.wizard.remark(_("One moment: this is being sent."))
        return sending

    # -- confirming

    def action_confirm_visit(self) -> None:
        wizard, state = self.wizard, self.state
        hold, total, terms_id = state.live_hold, state.total, state.draft.terms_id
        if wizard.host.clock.monotonic() - self._shown_at < LOOK_SECONDS:
            wizard.remark(_("Please look at your answers first; then Enter confirms."))
            return
        if hold is None or total is None or terms_id is None or not state.paid_with:
            wizard.go(state.first_open())
            return
        attendees = state.draft.attendees
        paying = state.paying if total.minor else None
        token = paying.method.token if paying and paying.method and paying.rest else None
        sources, code = (paying.sources, paying.promo_code) if paying else ((), None)
        rest = replace(total, minor=paying.rest) if paying else None
        wizard.write(
            CONFIRM.name,
            lambda intent: wizard.host.client.visits.confirm(
                hold.id,
                terms_id,
                attendees=attendees,
                payment_method=token,
                expected_total=total,
                sources=sources,
                promo_code=code,
                expected_from_method=rest,
                intent=intent,
            ),
            self._confirmed,
            about=(hold.id, terms_id, attendees, token, total, sources, code, rest),
            refused=self._refused,
        )

    def _confirmed(self, confirmation: Confirmation) -> None:
        wizard = self.wizard
        if confirmation.visit is not None:
            wizard.finished()
            wizard.show_view(DoneView(confirmation.visit))
        elif confirmation.payment is not None:
            wizard.host.session.checking = confirmation.payment
            wizard.show_view(waiting_view(confirmation.payment))

    def _refused(self, error: VisitDeskError) -> None:
        wizard, before = self.wizard, self.state.total
        if refusals.about_company(error):
            wizard.show_view(AttendeesView(), refusals.sentence(error))
            return
        if "price_changed" not in refusals.codes(error) or refusals.step_for(error) is not None or before is None:
            wizard.refusal(error)
            return
        self.ask(wizard.host.client.holds.current, lambda hold: self._price_changed(before, hold, error))

    def _price_changed(self, before: Money, hold: Hold | None, error: VisitDeskError) -> None:
        wizard = self.wizard
        if hold is None:
            refusals.let_go(self.state, Step.TIME)
            wizard.change(Step.TIME)
            return
        wizard.keep(hold)
        if hold.price.total == before:
            # the price stands: what is on the account has changed, and with it what is left for the card
            refusals.let_go(self.state, Step.PAYMENT)
            wizard.change(Step.PAYMENT)
            wizard.show_problem(replace(refusals.sentence(error), next_step=_("Choose again how to pay.")))
            return
        self.query_one("#price", Paragraphs).show("", *price_words(self.state, self.wizard.host.clock.now()))
        self.query_one(AnswerLines).show(answers(self.state, wizard.host.reader_zone))
        now = hold.price.total
        said = Sentence(
            _("The price has changed: it was {before}, and it is {now} now.").format(
                before=money(before.minor, before.currency), now=money(now.minor, now.currency)
            ),
            _("Nothing was charged."),
            _("Enter confirms at the new price; Esc goes back."),
            "price_changed",
        )
        if self.state.paid_with:
            wizard.show_problem(said)
        else:
            wizard.change(Step.PAYMENT)
            wizard.show_problem(replace(said, next_step=_("Choose again how to pay.")))
