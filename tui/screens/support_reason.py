"""Why a customer's account is looked at: it is recorded, and whoever the account belongs to may be told."""

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

LOOK_AT = Command("look_at", "", N_("Look"), N_("Look at the account, with this reason."), shown="Enter")
LONGEST_REASON = 200


class WhyLook(Page[str]):
    """Dismisses with the reason; Esc looks at nothing."""

    PLACE = N_("Support Desk")
    OF_THE_AGENT = True
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (LOOK_AT, BACK, HELP_IN_FIELD)

    def __init__(self, who: str, account_id: str) -> None:
        """Ask why the account of ``who`` is looked at; what is typed is kept until it is sent."""
        super().__init__()
        self._who = who
        self._kept = f"look.{account_id}"

    def body(self) -> ComposeResult:
        yield Paragraphs(
            inert(_("Why do you look at the account of {name}?").format(name=self._who), "bold"),
            inert(_("You see what they see, for 30 minutes, and can change nothing of it."), "$muted"),
            inert(_("Who looked, when and why stays in the record of the account."), "$muted"),
            "",
        )
        yield Field(
            _("The ticket, or what they asked for"),
            name="why",
            value=self.host.session.typed.get(self._kept, ""),
            max_length=LONGEST_REASON,
            checks=(checks.needed(_("A look needs a reason.")),),
        )

    def on_field_edited(self, event: Field.Edited) -> None:
        self.host.session.typed[self._kept] = event.field.value

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.field.check():
            self.dismiss(event.field.text)
