"""The Support Desk, thin: find a customer by e-mail and give them a one-time code, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import checks, presentation
from tui.commands import HELP_IN_FIELD, SIGN_OUT, TAB, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens.page import Page
from tui.screens.sign_out import LEAVE, ask_to_sign_out
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import FoundAccount, OneTimeCode

FIND = Command("find", "", N_("Find, then give a code"), N_("Find the account; then issue the code."), shown="Enter")
LONGEST_REASON = 300


class Support(Page[None]):
    """Two fields: the customer's address, and why they get a code. Every look is recorded."""

    PLACE = N_("Support Desk")
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (FIND, TAB, LEAVE, HELP_IN_FIELD, SIGN_OUT)

    def __init__(self) -> None:
        super().__init__()
        self._found: FoundAccount | None = None
        self._told = False

    def body(self) -> ComposeResult:
        yield Paragraphs(
            inert(_("Help somebody back into their account"), "bold"),
            inert(_("Every search and every code is recorded with your name and your reason."), "$muted"),
            "",
        )
        yield Field(
            _("The customer's e-mail, in full"), name="email", max_length=254, checks=(checks.email_of_another,)
        )
        yield Field(
            _("Why they need a code"),
            name="reason",
            max_length=LONGEST_REASON,
            checks=(checks.needed(_("Write how you made sure who they are.")),),
        )
        yield Paragraphs(id="answer")

    def on_mount(self) -> None:
        self.query_one("#reason", Field).display = False

    def on_field_entered(self, event: Field.Entered) -> None:
        if not event.field.check():
            return
        if self._told:
            self.remark(_("The code stands below. Type another address to help somebody else."))
        elif event.field.wire_name == "email":
            address = event.field.text
            self.write(
                FIND.name,
                lambda intent: self.host.client.support.find_accounts(address, intent=intent),
                lambda accounts: self._show_found(accounts, address),
                about=address,
            )
        elif self._found is not None:
            account, reason = self._found, event.field.text
            self.write(
                FIND.name,
                lambda intent: self.host.client.support.one_time_code(account.id, reason, intent=intent),
                self._show_code,
                about=(account.id, reason),
            )

    def on_field_edited(self, event: Field.Edited) -> None:
        if event.field.wire_name == "email":
            self._found, self._told = None, False
            self.query_one("#reason", Field).display = False
            self.query_one("#answer", Paragraphs).show()

    def _show_found(self, accounts: tuple[FoundAccount, ...], address: str) -> None:
        if self.query_one("#email", Field).text != address:
            return
        self._found = accounts[0] if accounts else None
        reason, answer = self.query_one("#reason", Field), self.query_one("#answer", Paragraphs)
        reason.display = self._found is not None
        if self._found is None:
            answer.show(inert(_("No account has exactly this address."), "$caution"))
            return
        found = _("{sign} {name}, {email}").format(
            sign=glyphs().done, name=self._found.name, email=self._found.email_masked
        )
        answer.show(inert(found, "$positive"))
        reason.take_focus()

    def _show_code(self, code: OneTimeCode) -> None:
        # one code for one reason: Enter again must not make a second one, which would end the first
        reason = self.query_one("#reason", Field)
        reason.value, reason.display, self._found, self._told = "", False, None, True
        self.query_one("#email", Field).take_focus()
        until = presentation.time_in(code.code_expires_at, self.host.reader_zone)
        digits = code.code.reveal()
        self.query_one("#answer", Paragraphs).show(
            inert(_("Tell them this code: {code}").format(code=f"{digits[:4]} {digits[4:]}"), "bold $accent"),
            inert(_("It works until {time}, once, under “Forgot your password?”.").format(time=until)),
            inert(_("There they type their e-mail and choose “I have a code already”.")),
        )

    def action_back(self) -> None:
        ask_to_sign_out(self.host)
