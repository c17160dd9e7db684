"""A payment without an outcome: it is being checked, or somebody pays on a phone or at a reader. The time is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, Command
from tui.draft import Step
from tui.inert import inert
from tui.presentation import local, money
from tui.problems import Sentence
from tui.screens.paying_elsewhere import count_down, elsewhere, same_place, waits_elsewhere
from tui.screens.schedule_visit import refusals
from tui.screens.schedule_visit.done import DoneView
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _
from tui.widgets.countdown import Countdown
from tui.widgets.dialog import Paragraphs
from tui.widgets.pay_elsewhere import PayElsewhere

if TYPE_CHECKING:
    from backend_client import Confirmation, Payment, VisitDeskError

ASK = Command("ask_payment", "enter", N_("Ask now"), N_("Ask now how the payment stands; we ask by ourselves too."))
ANOTHER_WAY = BACK.relabelled(
    N_("Pay another way"), N_("End this way to pay, so that nothing is charged by it, and choose another one.")
)
ASK_SECONDS = 3.0


class CheckingView(StepView):
    """Waits for the payment: the server tells, and every few seconds it is asked."""

    KEYS: ClassVar[tuple[Command, ...]] = (ASK,)
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
        if payment is not None and payment.status.value == "checking" and confirmation.visit is None:
            self._still_open(payment)
            return
        wizard.host.session.checking = None
        if confirmation.visit is not None:
            wizard.finished()
            wizard.show_view(DoneView(confirmation.visit))
        elif payment is not None and payment.status.value == "declined":
            self._not_paid(payment)
        elif payment is not None and payment.status.value == "returned":
            refusals.let_go(self.state, Step.TIME)
            wizard.change(Step.TIME)
            wizard.show_problem(_returned(payment))

    def _still_open(self, payment: Payment) -> None:
        wizard = self.wizard
        if not same_place(self._payment, payment):
            wizard.host.session.checking = payment
            wizard.show_view(waiting_view(payment))
        elif self._by_hand:
            self._by_hand = False
            now = local(wizard.host.clock.now(), wizard.host.reader_zone)
            asked = _("Asked just now, {time}: there is no answer yet.").format(
                time=f"{now.hour % 12 or 12}:{now:%M:%S}"
            )
            self.query_one("#asked", Paragraphs).show("", asked)

    def _not_paid(self, payment: Payment) -> None:
        wizard = self.wizard
        if wizard.host.clock.monotonic() < self.state.deadline:
            refusals.let_go(self.state, Step.PAYMENT)
            wizard.change(Step.PAYMENT)
            wizard.show_problem(_declined(payment))
        else:
            refusals.let_go(self.state, Step.TIME)
            wizard.change(Step.TIME)
            wizard.show_problem(_too_late())

    def back(self) -> bool:
        self.wizard.host.go_home()
        return True


class Waiting(Paragraphs, can_focus=True):
    """What is being waited for. It has the keys, so that Enter asks."""


class ElsewhereView(CheckingView):
    """Somebody pays elsewhere: on a phone, or at the reader. What happens there shows here by itself.

    Going back ends it first: until then it could still be paid.
    """

    KEYS: ClassVar[tuple[Command, ...]] = (ANOTHER_WAY, ASK)
    BARE = True
    FOCUS = "FollowedWords"

    def __init__(self, payment: Payment) -> None:
        super().__init__(payment)
        self._gave_up = False

    def compose(self) -> ComposeResult:
        yield elsewhere(self._payment, self.wizard.host)
        yield Paragraphs(id="asked")

    def begin(self) -> None:
        super().begin()
        count_down(self.query_one(PayElsewhere), self._payment, self.wizard.host)

    def on_countdown_low(self, event: Countdown.Low) -> None:
        event.stop()

    def on_countdown_ran_out(self, event: Countdown.RanOut) -> None:
        event.stop()
        self._ask()

    def action_back(self) -> None:
        wizard, payment = self.wizard, self._payment
        self._gave_up = wizard.write(
            ANOTHER_WAY.name,
            lambda intent: wizard.host.client.payments.end(payment.id, intent=intent),
            self._told,
            about=payment.id,
            refused=self._not_ended,
        )

    def _not_ended(self, error: VisitDeskError) -> None:
        self._gave_up = False
        self.wizard.refusal(error)

    def _not_paid(self, payment: Payment) -> None:
        if not self._gave_up or payment.problem_code not in (None, "page_ended"):
            super()._not_paid(payment)
            return
        refusals.let_go(self.state, Step.PAYMENT)
        self.wizard.change(Step.PAYMENT)

    def back(self) -> bool:
        self.action_back()
        return True


def waiting_view(payment: Payment) -> CheckingView:
    """Return the page for a payment without an outcome: what has to be done for it, and where."""
    return ElsewhereView(payment) if waits_elsewhere(payment) else CheckingView(payment)


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


def _too_late() -> Sentence:
    return Sentence(
        _("The time to pay is over."),
        _("Nothing was charged."),
        _("Choose a time again; the rest is kept."),
        "page_ended",
    )
