"""How to pay? What is on the account first, a method for the rest; terminal and server never see a card number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from tui import checks
from tui.commands import MOVE, Command
from tui.draft import Step
from tui.glyphs import glyphs
from tui.inert import inert
from tui.presentation import money
from tui.screens.schedule_visit.paying import PAGE, READER, Paying, method_name, method_of, source_name, you_pay
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import PaymentMethod, WaysToPay

PAY_WITH = Command(
    "pay_with", "", N_("Continue"), N_("Pay with the marked method; a number takes its line."), shown="Enter"
)
SWITCH = Command(
    "switch",
    "",
    N_("On or off"),
    N_("Pay from the marked source, or leave what it has for another time."),
    shown="Enter",
)
ENTER_CODE = Command("enter_code", "", N_("Type a code"), N_("Type the code that you were given."), shown="Enter")
USE_CODE = Command("use_code", "", N_("Use the code"), N_("Ask whether the code holds for this visit."), shown="Enter")
GO_ON, PROMO, CASH = "go_on", "enter_promo", "enter_cash"
"""Keys of the lines that are neither a source nor a method."""
LONGEST_CODE = 40


class PaymentStep(StepView):
    """The sources, switched on and off, and the methods for what they leave. Nothing is charged here."""

    STEP = Step.PAYMENT
    FOCUS = "FieldInput, ChoiceList"
    KEYS: ClassVar = (PAY_WITH, SWITCH, ENTER_CODE, USE_CODE, MOVE)

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False
        self._typing = False

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Payment information"), "bold"), id="asked")
        with Vertical(id="ways"):
            yield ChoiceList(id="methods")
            yield Paragraphs(id="about")
        with Vertical(id="promo"):
            yield Field(
                _("Promotional code"),
                name="promo_code",
                value=self.state.promo_typed,
                max_length=LONGEST_CODE,
                checks=(checks.needed(_("Type the code, or press Esc to pay without one.")),),
            )

    def commands(self) -> tuple[Command, ...]:
        """Return what Enter does with the marked line, and how to move."""
        if self._typing:
            return (USE_CODE,)
        marked = self._marked
        enter = SWITCH if marked in self._offered else ENTER_CODE if marked in (PROMO, CASH) else PAY_WITH
        return (enter, MOVE)

    @property
    def _marked(self) -> str:
        choice = self.query_one("#methods", ChoiceList).marked if self.is_mounted else None
        return choice.key if choice else ""

    @property
    def _offered(self) -> dict[str, int]:
        paying = self.state.paying
        return paying.offered if paying and not paying.ways.facility_pays else {}

    # -- what there is to pay with

    def begin(self) -> None:
        self._show_parts()
        self._read(self.state.promo_entered)

    def _read(self, code: str | None) -> None:
        self.ask(lambda: self.wizard.host.client.payments.ways(code), self._show)

    def changed(self, kind: str, subject_id: str) -> None:
        # money may have come onto the account: by an officer, by support, or from a visit that was cancelled
        if kind in ("account", "payment", "visit"):
            self._read(self.state.promo_entered)

    def _show(self, ways: WaysToPay) -> None:
        first = not self.loaded
        self.loaded = True
        before = self.state.paying
        paying = self.state.paying = before.told(ways) if before else Paying(ways)
        self._draw(paying)
        choices = self.query_one("#methods", ChoiceList)
        if first:
            choices.mark(_where_to_begin(paying))
        if self._typing:
            self._code_was_asked(ways)
        self._explain()
        if first or not self._typing:
            self.take_focus()

    def _draw(self, paying: Paying) -> None:
        amount = money(paying.rest, paying.currency)
        if paying.ways.facility_pays:
            said = _("You pay: {amount}. The facility pays.").format(amount=amount)
        elif not paying.parts:
            said = _("Choose how to pay {amount}. You are charged when you confirm.").format(amount=amount)
        else:
            said = you_pay(paying)
        self.query_one("#asked", Paragraphs).show(
            inert(_("Payment information"), "bold"), "", inert(said, "bold" if paying.parts else ""), ""
        )
        self.query_one("#methods", ChoiceList).show(self._choices(paying))

    def _choices(self, paying: Paying) -> list[Choice]:
        aligned = " " if self._offered else ""
        if paying.ways.facility_pays:
            return [Choice(GO_ON, _("Continue"))]
        pays = {part.source: part.amount for part in paying.parts}
        lines = [
            Choice(
                source,
                source_name(source, paying.ways),
                note=_pays(source, pays.get(source, 0), paying),
                sign=" " if source in paying.off else glyphs().done,
                style="$positive" if source in pays else "$muted",
            )
            for source in self._offered
        ]
        if paying.rest == 0:
            lines.append(Choice(GO_ON, _("Continue, nothing is left to pay"), sign=aligned))
        else:
            lines += [_choice(method, aligned) for method in paying.ways.methods]
        more = (Choice(PROMO, _("Promotional code…"), sign=aligned), Choice(CASH, _("Cash code…"), sign=aligned))
        return [*lines, *more]

    # -- keys

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        event.stop()
        self._explain()

    def _explain(self) -> None:
        paying = self.state.paying
        if paying is None:
            return
        marked, methods = self._marked, paying.ways.methods
        said: list[str | Content] = []
        method = method_of(methods, marked)
        if marked in self._offered:
            said.append(_("Enter switches it off.") if marked not in paying.off else _("Enter switches it on."))
        elif marked == CASH:
            said.append(_("For cash that you paid at the facility's desk: it comes onto your balance."))
        elif method is not None:
            said.append(_about(method))
        if paying.rest and not methods:
            said.append(inert(_no_method(), "$muted"))
        elif any(each.test for each in methods):
            said.append(inert(_("These are test methods: no money moves."), "$muted"))
        self.query_one("#about", Paragraphs).show("", *said)
        self.wizard.refresh_keys()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        paying, key = self.state.paying, event.choice.key
        if paying is None:
            return
        if key == PROMO:
            self._type_code(typing=True)
        elif key == CASH:
            self._enter_cash()
        elif key == GO_ON:
            self._settle(paying, None)
        elif key in self._offered:
            self.state.paying = paying.switched(key)
            self._draw(self.state.paying)
            self._explain()
        else:
            self._settle(paying, method_of(paying.ways.methods, key))

    def _settle(self, paying: Paying, method: PaymentMethod | None) -> None:
        self.state.paying = replace(paying, method=method, settled=True)
        self.wizard.forward()

    # -- a code

    def _enter_cash(self) -> None:
        from tui.screens.cash_code import CashCode

        self.app.push_screen(CashCode(), lambda _done: self._read(self.state.promo_entered))

    def _type_code(self, *, typing: bool) -> None:
        self._typing = typing
        self._show_parts()
        self.take_focus()
        self.wizard.refresh_keys()

    def _show_parts(self) -> None:
        self.query_one("#ways").display = not self._typing
        self.query_one("#promo").display = self._typing

    def on_field_edited(self, event: Field.Edited) -> None:
        event.stop()
        self.state.promo_typed = event.field.value

    def on_field_entered(self, event: Field.Entered) -> None:
        event.stop()
        if event.field.check():
            self._read(event.field.text)

    def _code_was_asked(self, ways: WaysToPay) -> None:
        field = self.query_one("#promo_code", Field)
        if ways.promo is None:
            field.wrong = ways.promo_problem or _("This code does not hold for this visit.")
            return
        self.state.promo_entered = field.text
        self._type_code(typing=False)

    def back(self) -> bool:
        """From the code back to the ways to pay; what was typed stays."""
        typing = self._typing
        if typing:
            self._type_code(typing=False)
        return typing


def _where_to_begin(paying: Paying) -> str:
    """Return the line that Enter most likely means: the method chosen before, else the first that goes on."""
    if paying.rest == 0:
        return GO_ON
    if paying.method is not None:
        return paying.method.token
    return paying.ways.methods[0].token if paying.ways.methods else PROMO


def _pays(source: str, amount: int, paying: Paying) -> str:
    if amount:
        return _("pays {amount}").format(amount=money(amount, paying.currency))
    return _("off") if source in paying.off else _("not needed")


def _choice(method: PaymentMethod, aligned: str) -> Choice:
    elsewhere = {PAGE: _("a code to scan"), READER: ""}
    note = elsewhere.get(method.token, _("test") if method.test else "")
    return Choice(method.token, method_name(method) if method.token in elsewhere else method.label, note, sign=aligned)


def _about(method: PaymentMethod) -> str:
    if method.token == PAGE:
        return _("This screen shows a code for your phone's camera. You pay there; no card is typed in here.")
    if method.token == READER:
        return _("When you confirm, the reader asks for your card. Nothing of it is typed in here.")
    return method.sentence or ""


def _no_method() -> str:
    return _("There is no way to pay here yet. Please ask the facility, or press Esc to go back; your time is kept.")
