"""How to pay? The methods that the server knows; terminal and server never see a card number."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import MOVE, Command
from tui.draft import Step
from tui.inert import inert
from tui.presentation import money
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import PaymentMethod

PAY_WITH = Command(
    "pay_with", "", N_("Continue"), N_("Pay with the marked method; a number takes its line."), shown="Enter"
)


class PaymentStep(StepView):
    """The ways to pay. Nothing is charged here."""

    STEP = Step.PAYMENT
    KEYS: ClassVar = (MOVE, PAY_WITH)
    FOCUS = "ChoiceList"

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False
        self._methods: tuple[PaymentMethod, ...] = ()

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Payment information"), "bold"), "", self._amount(), "")
        yield ChoiceList(id="methods")
        yield Paragraphs(id="about")
        yield Paragraphs(id="tests")

    def _amount(self) -> str:
        total = self.state.total
        if total is None:
            return ""
        amount = money(total.minor, total.currency)
        return _("Choose how to pay {amount}. You are charged when you confirm.").format(amount=amount)

    def _tests(self) -> str:
        if any(method.test for method in self._methods):
            return _("These are test methods: no money moves.")
        return ""

    def begin(self) -> None:
        wizard = self.wizard
        self.ask(wizard.host.client.payments.methods, self._show)

    def _show(self, methods: tuple[PaymentMethod, ...]) -> None:
        self._methods = methods
        self.loaded = True
        choices = self.query_one("#methods", ChoiceList)
        choices.show([_choice(method) for method in methods])
        if self.state.method is not None:
            choices.mark(self.state.method.token)
        said = [inert(self._tests() if methods else _no_method(), "$muted")]
        if self.wizard.host.settings.kiosk:
            said.append(inert(_not_at_a_kiosk(), "$muted"))
        self.query_one("#tests", Paragraphs).show("", *said)
        self._explain(choices.marked)
        self.take_focus()
        self.wizard.refresh_keys()

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        event.stop()
        self._explain(event.choice)

    def _explain(self, choice: Choice | None) -> None:
        said = next((method.sentence for method in self._methods if choice and method.token == choice.key), None)
        self.query_one("#about", Paragraphs).show("", said or "")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        for method in self._methods:
            if method.token == event.choice.key:
                self.state.method = method
                self.wizard.forward()


def method_name(method: PaymentMethod) -> str:
    """Return a way to pay as it is called on screen; a test is said to be one."""
    return _("{method} (test)").format(method=method.label) if method.test else method.label


def _choice(method: PaymentMethod) -> Choice:
    return Choice(method.token, method.label, note=_("test") if method.test else "")


def _not_at_a_kiosk() -> str:
    return _("Not offered at this kiosk: a card reader, cash at the desk, paying on your own phone.")


def _no_method() -> str:
    return _("There is no way to pay here yet. Please ask the facility, or press Esc to go back; your time is kept.")
