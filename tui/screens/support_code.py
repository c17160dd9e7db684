"""A one-time code for a customer who is locked out, told on the telephone: one code for one reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import checks, presentation
from tui.commands import BACK, HELP_IN_FIELD, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import OneTimeCode

GIVE = Command("give_code", "", N_("Make the code"), N_("Make a one-time code, with this reason."), shown="Enter")
LONGEST_REASON = 300


class GiveCode(Page[None]):
    """Asks how the agent made sure who it is, then shows the code, once."""

    OF_THE_AGENT = True
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (GIVE, BACK, HELP_IN_FIELD)

    def __init__(self, account_id: str, name: str) -> None:
        """Give a code to the customer called ``name``."""
        super().__init__()
        self._account_id = account_id
        self._who = name
        self._told = False

    def commands(self) -> tuple[Command, ...]:
        """Enter makes one code; it makes no second one, which would end the first."""
        return tuple(command for command in self.KEYS if not (self._told and command.name == GIVE.name))

    def body(self) -> ComposeResult:
        yield Paragraphs(
            inert(_("Help {name} back into the account").format(name=self._who), "bold"),
            inert(
                _("A code lets whoever has it set a new password. It is recorded with your name and reason."), "$muted"
            ),
            "",
        )
        yield Field(
            _("How you made sure who they are"),
            name="reason",
            max_length=LONGEST_REASON,
            checks=(checks.needed(_("Write how you made sure who they are.")),),
        )
        yield Paragraphs(id="answer")

    def on_mount(self) -> None:
        self.place = f"{_('Support Desk')} {glyphs().dot} {self._who}"

    def on_field_entered(self, event: Field.Entered) -> None:
        if not event.field.check():
            return
        reason = event.field.text
        self.write(
            GIVE.name,
            lambda intent: self.host.client.support.one_time_code(self._account_id, reason, intent=intent),
            self._show_code,
            about=(self._account_id, reason),
        )

    def _show_code(self, code: OneTimeCode) -> None:
        self._told = True
        self.query_one("#reason", Field).display = False
        self.set_focus(None)
        digits = code.code.reveal()
        until = presentation.time_in(code.code_expires_at, self.host.reader_zone)
        self.query_one("#answer", Paragraphs).show(
            inert(_("Tell them this code: {code}").format(code=f"{digits[:4]} {digits[4:]}"), "bold $accent"),
            inert(_("It works until {time}, once, under “Forgot your password?”.").format(time=until)),
            inert(_("There they type their e-mail and choose “I have a code already”.")),
        )
        self.refresh_keys()
