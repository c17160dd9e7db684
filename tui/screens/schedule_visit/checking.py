"""The payment is being checked: nobody knows yet how it ended. The time is kept meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import Command
from tui.draft import Step
from tui.inert import inert
from tui.presentation import local, money
from tui.problems import Sentence
from tui.screens.schedule_visit import refusals
from tui.screens.schedule_visit.done import DoneView
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import Confirmation, Payment

ASK = Command("ask_payment", "enter", N_("Ask now"), N_("Ask now how the payment stands; we ask by ourselves too."))
ASK_SECONDS = 3.0


class CheckingView(StepView):
    """Waits for the payment: the server tells, and every few seconds it is asked."""

    KEYS: ClassVar = (ASK,)
    WIDE = True
    COUNTS = False
    FOCUS = "Waiting"

    def __init__(self, payment: Payment) -> None:
        super().__init__()
        self._payment = payment
        self._by_hand = False

    def compose(self) -> ComposeResult:
        amount = money(self._payment.amount.minor, self._payment.amount.currency)
        yield Paragraphs(inert(_("Checking the payment…"), "bold"), "")
        yield Waiting(
            _("We asked for {amount} from {method}, and the answer is on its way.").format(
                amount=amount, method=self._payment.label
            ),
            _("Your time is kept. You are charged once at most, and only for a visit that stands."),
            "",
            _("You can wait here, or leave with Esc: the visit shows in Visits as soon as the payment is through."),
        )
        yield Paragraphs(id="asked")

    def begin(self) -> None:
        self.set_interval(ASK_SECONDS, self._ask)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind in ("payment", "visit"):
            self._ask()

    def action_ask_payment(self) -> None:
        self._by_hand = True
        self._ask()

    def _ask(self) -> None:
        wizard = self.wizard
        self.ask(lambda: wizard.host.client.payments.read(self._payment.id), self._told, group="payment")

    def _told(self, confirmation: Confirmation) -> None:
        wizard, payment = self.wizard, confirmation.payment
        if not self.is_attached:
            return
        if confirmation.visit is not None or payment is None or payment.status.value != "checking":
            wizard.host.session.checking = None
        elif self._by_hand:
            self._by_hand = False
            now = local(wizard.host.clock.now(), wizard.host.reader_zone)
            asked = _("Asked just now, {time}: there is no answer yet.").format(
                time=f"{now.hour % 12 or 12}:{now:%M:%S}"
            )
            self.query_one("#asked", Paragraphs).show("", asked)
        if confirmation.visit is not None:
            wizard.finished()
            wizard.show_view(DoneView(confirmation.visit))
        elif payment is not None and payment.status.value == "declined":
            refusals.let_go(self.state, Step.PAYMENT)
            wizard.change(Step.PAYMENT)
            wizard.show_problem(_declined(payment))
        elif payment is not None and payment.status.value == "returned":
            refusals.let_go(self.state, Step.TIME)
            wizard.change(Step.TIME)
            wizard.show_problem(_returned(payment))

    def back(self) -> bool:
        self.wizard.host.go_home()
        return True


class Waiting(Paragraphs, can_focus=True):
    """What is being waited for. It has the keys, so that Enter asks."""


def _declined(payment: Payment) -> Sentence:
    said = payment.sentence or _("The payment was declined.")
    return Sentence(
        said,
        _("Nothing was charged, and your time is still kept."),
        _("Choose another way to pay."),
        payment.problem_code or "payment_declined",
    )


def _returned(payment: Payment) -> Sentence:
    said = payment.sentence or _("The payment came too late: the time was gone by then.")
    return Sentence(said, _("All of it comes back to you."), _("Choose another time."), "returned")
