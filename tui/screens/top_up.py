"""Money for the prepaid balance: how much, and what to pay it with. A visit can be paid from it later."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Vertical

from tui import checks
from tui.commands import BACK, ENTER, HELP, MOVE, Command
from tui.inert import inert
from tui.presentation import money
from tui.problems import Sentence, sentence_for
from tui.screens.forms import show_field_errors
from tui.screens.page import Page
from tui.screens.schedule_visit.paying import method_name, method_of
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import Confirmation, Payment, PaymentMethod, ToppedUp, VisitDeskError, Wallet

TOP_UP = Command(
    "top_up",
    "",
    N_("Choose"),
    N_("Take the marked line, or press its number. The way to pay is charged at once."),
    shown=N_("1-9"),
)
PRESETS: Final = (1000, 2500, 5000)
"""Amounts to choose from, in minor units."""
OTHER: Final = "other"
CODE: Final = "code"
LONGEST_AMOUNT: Final = 10


class TopUp(Page["Payment"]):
    """Asks for an amount, then for a way to pay, which is charged at once. Answers with the payment once it is made."""

    PLACE = N_("Top up")
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    TopUp Vertical { height: auto; }
    TopUp ChoiceList { max-height: 11; }
    """
    KEYS: ClassVar = (TOP_UP, MOVE, BACK, HELP)

    def __init__(self, wallet: Wallet) -> None:
        """Top up what is on the account now."""
        super().__init__()
        self._wallet = wallet
        self._minor = 0
        self._part = "how-much"
        self._methods: tuple[PaymentMethod, ...] = ()

    def commands(self) -> tuple[Command, ...]:
        """Return what Enter does: it takes a line, or goes on from the amount."""
        return (ENTER, BACK, HELP) if self._part == "own" else self.KEYS

    def body(self) -> ComposeResult:
        balance = money(self._wallet.balance.minor, self._wallet.balance.currency)
        yield Paragraphs(
            inert(_("Top up your prepaid balance"), "bold"),
            inert(
                _("There is {amount} on it now. It pays for visits, and stays until it is used.").format(amount=balance)
            ),
            "",
        )
        with Vertical(id="how-much"):
            yield ChoiceList(
                [
                    *map(self._preset, PRESETS),
                    Choice(OTHER, _("Another amount…")),
                    Choice(CODE, _("A code from a facility's desk…")),
                ],
                id="amounts",
            )
        with Vertical(id="own"):
            yield Field(
                _("How much?"),
                name="amount",
                hint=_("such as 20 or 12.50"),
                max_length=LONGEST_AMOUNT,
                checks=(checks.amount,),
            )
        with Vertical(id="pay"):
            yield Paragraphs(id="asked")
            yield ChoiceList(id="methods")
            yield Paragraphs(id="about")

    def _preset(self, minor: int) -> Choice:
        return Choice(str(minor), money(minor, self._wallet.balance.currency))

    def on_mount(self) -> None:
        self._show("how-much")

    def _show(self, part: str) -> None:
        for each in ("how-much", "own", "pay"):
            self.query_one(f"#{each}").display = each == part
        self._part = part
        self.show_problem(None)
        focus = {"how-much": "#amounts", "own": "#amount FieldInput", "pay": "#methods"}[part]
        self.query_one(focus).focus()
        self.refresh_keys()

    # -- how much

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        key = event.choice.key
        if event.choices.id == "methods":
            self._send(key)
        elif key == OTHER:
            self._show("own")
        elif key == CODE:
            self._enter_code()
        else:
            self._ask_how(int(key))

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.field.check():
            self._ask_how(checks.minor_units(event.field.text))

    def _ask_how(self, minor: int) -> None:
        self._minor = minor
        self._show("pay")
        self.read(self.host.client.payments.methods, self._list)

    def _enter_code(self) -> None:
        from tui.screens.cash_code import CashCode

        def entered(done: ToppedUp | None) -> None:
            if done is not None:
                self.dismiss(None)

        self.app.push_screen(CashCode(), entered)

    # -- what with

    def _list(self, methods: tuple[PaymentMethod, ...]) -> None:
        self._methods = methods
        amount = money(self._minor, self._wallet.balance.currency)
        self.query_one("#asked", Paragraphs).show(
            _("Choose how to pay {amount}. You are charged at once.").format(amount=amount), ""
        )
        self.query_one("#methods", ChoiceList).show([Choice(each.token, method_name(each)) for each in methods])
        said = _("These are test methods: no money moves.") if any(each.test for each in methods) else ""
        self.query_one("#about", Paragraphs).show("", inert(said if methods else _nothing(), "$muted"))

    def _send(self, token: str) -> None:
        from backend_client import Money

        method = method_of(self._methods, token)
        if method is None:
            return
        amount = Money(self._minor, self._wallet.balance.currency)
        self.write(
            TOP_UP.name,
            lambda intent: self.host.client.payments.top_up(amount, method.token, intent=intent),
            self._sent,
            about=(amount, method.token),
            refused=self._refused,
        )

    def _sent(self, confirmation: Confirmation) -> None:
        from tui.screens.follow_payment import FollowPayment

        payment = confirmation.payment
        if payment is None or payment.status.value != "checking":
            self._ended(payment)
        else:
            self.app.push_screen(FollowPayment(payment), self._ended)

    def _ended(self, payment: Payment | None) -> None:
        if payment is None:
            return
        if payment.status.value == "succeeded":
            self.dismiss(payment)
        elif payment.problem_code != "page_ended":
            self.show_problem(_not_topped_up(payment))

    def _refused(self, error: VisitDeskError) -> None:
        if show_field_errors(self, error):
            self._show("own")
        else:
            self.show_problem(sentence_for(error))

    def action_back(self) -> None:
        if self._part == "how-much":
            self.dismiss(None)
        else:
            self._show("how-much")


def _not_topped_up(payment: Payment) -> Sentence:
    return Sentence(
        payment.sentence or _("The payment was declined."),
        _("Nothing was charged, and your balance is as it was."),
        _("Choose another way to pay."),
        payment.problem_code or "payment_declined",
    )


def _nothing() -> str:
    return _("There is no way to pay here yet. Please ask the facility, or press Esc to go back.")
