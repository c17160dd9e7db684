"""The reason for a refusal, which the visitor reads."""

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

DENY_ACCESS = Command("deny_access", "", N_("Deny access"), N_("Refuse, with this reason."), shown="Enter")
LONGEST_REASON = 300


class DenyAccess(Page[str]):
    """Dismisses with the reason; Esc leaves the request as it is."""

    PLACE = N_("Deny access")
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (DENY_ACCESS, BACK, HELP_IN_FIELD)

    def __init__(self, who: str, request_id: str) -> None:
        """Ask why ``who`` is refused; what is typed about a request is kept until it is sent."""
        super().__init__()
        self._who = who
        self._kept = f"deny_access.{request_id}"

    def body(self) -> ComposeResult:
        yield Paragraphs(
            inert(_("Why is {name} refused?").format(name=self._who), "bold"),
            inert(_("They read your words as you write them here, and are told at once."), "$muted"),
            "",
        )
        yield Field(
            _("Reason"),
            name="reason",
            value=self.host.session.typed.get(self._kept, ""),
            max_length=LONGEST_REASON,
            checks=(checks.needed(_("A refusal needs a reason.")),),
        )

    def on_field_edited(self, event: Field.Edited) -> None:
        self.host.session.typed[self._kept] = event.field.value

    def on_field_entered(self, event: Field.Entered) -> None:
        if event.field.check():
            self.dismiss(event.field.text)
