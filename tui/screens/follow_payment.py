"""A payment that is not for a visit, until its outcome is known: checked, or made on a phone or at a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, HELP, Command
from tui.inert import inert
from tui.presentation import money
from tui.screens.page import Page
from tui.screens.paying_elsewhere import count_down, elsewhere, same_place, waits_elsewhere
from tui.text import N_, _
from tui.widgets.countdown import Countdown
from tui.widgets.dialog import Paragraphs
from tui.widgets.pay_elsewhere import FollowedWords, PayElsewhere

if TYPE_CHECKING:
    from backend_client import Confirmation, Payment

ASK = Command("ask_payment", "enter", N_("Ask now"), N_("Ask now how the payment stands; we ask by ourselves too."))
END = BACK.relabelled(
    N_("Pay another way"), N_("End this way to pay, so that nothing is charged by it, and choose another one.")
)
ASK_SECONDS = 3.0


class FollowPayment(Page["Payment"]):
    """Shows where to pay, and answers with the payment once its outcome is known."""

    PLACE = N_("Payment")
    AUTO_FOCUS = "FollowedWords"
    DEFAULT_CSS = """
    FollowPayment > Body { padding: 0 1 0 2; }
    """
    KEYS: ClassVar = (END, ASK, HELP)

    def __init__(self, payment: Payment) -> None:
        """Follow a payment that has no outcome yet."""
        super().__init__()
        self._payment = payment

    def commands(self) -> tuple[Command, ...]:
        """Return what Esc does: it ends what waits for somebody, and leaves alone what is on its way already."""
        return self.KEYS if waits_elsewhere(self._payment) else (ASK, BACK, HELP)

    def body(self) -> ComposeResult:
        if waits_elsewhere(self._payment):
            yield elsewhere(self._payment, self.host)
            return
        amount = money(self._payment.amount.minor, self._payment.amount.currency)
        yield Paragraphs(inert(_("Checking the payment…"), "bold"), "")
        yield FollowedWords(
            _("We asked for {amount} from {method}, and the answer is on its way.").format(
                amount=amount, method=self._payment.label
            ),
            _("You are charged once at most."),
            "",
            _("You can wait here, or leave with Esc: the money shows in your profile as soon as it is there."),
        )

    def on_mount(self) -> None:
        if waits_elsewhere(self._payment):
            count_down(self.query_one(PayElsewhere), self._payment, self.host)
        self.set_interval(ASK_SECONDS, self.action_ask_payment)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "payment":
            self.action_ask_payment()

    def on_countdown_ran_out(self, event: Countdown.RanOut) -> None:
        event.stop()
        self.action_ask_payment()

    def action_ask_payment(self) -> None:
        self.read(lambda: self.host.client.payments.read(self._payment.id), self._told)

    def _told(self, confirmation: Confirmation) -> None:
        payment = confirmation.payment
        if payment is None or not self.stands:
            return
        if payment.status.value != "checking":
            self.dismiss(payment)
        elif not same_place(self._payment, payment):
            self._payment = payment
            self.call_next(self._anew)

    async def _anew(self) -> None:
        await self.recompose()
        if waits_elsewhere(self._payment):
            count_down(self.query_one(PayElsewhere), self._payment, self.host)
        self.query_one(FollowedWords).focus()
        self.refresh_keys()

    def action_back(self) -> None:
        if not waits_elsewhere(self._payment):
            self.dismiss(None)
            return
        payment_id = self._payment.id
        self.write(
            END.name,
            lambda intent: self.host.client.payments.end(payment_id, intent=intent),
            self._told,
            about=payment_id,
        )
