"""A code for cash that was taken at a facility's desk: it is entered once, and the prepaid balance has the money."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import presentation
from tui.commands import BACK, HELP_IN_FIELD, Command
from tui.inert import inert
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import ToppedUp

ENTER_CODE = Command(
    "enter_cash_code", "", N_("Use the code"), N_("Put the money behind the code on your balance."), shown="Enter"
)
CODE_LENGTH, LONGEST_CODE = 12, 40


class CashCode(Page["ToppedUp"]):
    """Asks for the code on the paper; dismisses with what came onto the balance."""

    PLACE = N_("Enter a cash code")
    AUTO_FOCUS = "FieldInput"
    PROBLEM_IN_BODY = True
    KEYS: ClassVar = (ENTER_CODE, BACK, HELP_IN_FIELD)

    def body(self) -> ComposeResult:
        yield Paragraphs(
            inert(_("Enter the code from the facility's desk"), "bold"),
            inert(_("You were given it for cash. It works once, and is good for 30 days."), "$muted"),
            "",
        )
        yield Field(
            _("Code"),
            name="code",
            hint=_("12 letters and digits, such as 7KQ2-M4XN-0B3D"),
            max_length=LONGEST_CODE,
            checks=(_looks_right,),
        )

    def on_field_entered(self, event: Field.Entered) -> None:
        if not event.field.check():
            return
        code = event.field.text
        self.write(
            ENTER_CODE.name,
            lambda intent: self.host.client.cash.enter_code(code, intent=intent),
            self._entered,
            about=code,
        )

    def _entered(self, done: ToppedUp) -> None:
        from tui.screens.dialogs import Popup

        def read(_answer: None) -> None:
            self.dismiss(done)

        amount = presentation.money(done.amount.minor, done.amount.currency)
        self.app.push_screen(
            Popup(
                _("{amount} came onto your balance.").format(amount=amount),
                _("The cash was taken at {facility}. Your next visits can be paid from it.").format(
                    facility=done.facility
                ),
            ),
            read,
        )


def _looks_right(value: str) -> str:
    letters = sum(sign.isalnum() for sign in value)
    return "" if letters == CODE_LENGTH else _("The code has 12 letters and digits.")
