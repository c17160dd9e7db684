"""Why cash that was taken was a mistake: the visitor reads it, where the money was on a balance."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from tui import checks
from tui.commands import BACK, HELP_IN_FIELD, Command
from tui.inert import inert
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

UNDO = Command("undo_cash", "", N_("Put it right"), N_("Undo the receipt, with this reason."), shown="Enter")
LONGEST_REASON = 200


class PutCashRight(Page[str]):
    """Dismisses with the reason; Esc leaves the receipt as it is."""

    PLACE = N_("Put a receipt right")
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (UNDO, BACK, HELP_IN_FIELD)

    def __init__(self, receipt: str, amount: str) -> None:
        """Ask why the receipt of this number and amount was a mistake."""
        super().__init__()
        self._receipt = receipt
        self._amount = amount

    def body(self) -> ComposeResult:
        said = _("Undo receipt {receipt}, {amount}?").format(receipt=self._receipt, amount=self._amount)
        yield Paragraphs(
            inert(said, "bold"),
            inert(_("Its money leaves the balance, or its code ends. Give the cash back by hand."), "$muted"),
            inert(_("The receipt stays in the books. If cash was taken after all, write a new one."), "$muted"),
            "",
        )
        yield Field(
            _("What went wrong"),
            name="reason",
            hint=_("the visitor reads it"),
            max_length=LONGEST_REASON,
            checks=(checks.needed(_("Write what went wrong.")),),
        )

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.field.check():
            self.dismiss(event.field.text)
