"""Forgot your password: e-mail, then the code that was sent and a new password."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import checks
from tui.commands import BACK, ENTER, HELP, TAB
from tui.inert import inert
from tui.screens.forms import Stage, StagedForm, check_all, show_code_sent
from tui.terminal import device, kind
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import CodeSent, Intent, SignIn


class ForgotPassword(StagedForm[None]):
    """Two stages. The answer to the first is the same whether or not the address has an account."""

    KEYS: ClassVar = (ENTER, TAB, BACK, HELP)
    PLACE = N_("Forgot your password?")

    DEFAULT_CSS = """
    ForgotPassword Field { width: 64; }
    ForgotPassword #other { width: 40; }
    """

    def __init__(self, email: str = "") -> None:
        """Begin with an address that was typed already."""
        super().__init__()
        self._email = email

    def body(self) -> ComposeResult:
        yield Stage(
            _("Where shall we send a code?"),
            _("With the code you choose a new password. All other sign-ins of yours end then."),
            Field(_("E-mail"), name="email", value=self._email, max_length=254, checks=(checks.email,)),
            ChoiceList([Choice("have", _("I have a code already"))], numbered=False, leaves=True, id="other"),
        )
        yield Stage(
            _("Your code and a new password"),
            "",
            Field(_("Code of 8 digits"), name="code", max_length=20, checks=(checks.code,)),
            Field(
                _("New password"),
                name="new_password",
                hint=_("12 characters or more, anything you like"),
                max_length=checks.PASSWORD_MOST,
                password=True,
                checks=(checks.password,),
            ),
        )

    @property
    def _address(self) -> str:
        return self.query_one("#email", Field).text

    def stage_done(self) -> None:
        address = self._address
        if self.stage_number == 0:
            self.write(ENTER.name, lambda intent: self._ask(address, intent), self._sent, about=address)
            return
        code = checks.digits_of(self.query_one("#code", Field).value)
        password = self.query_one("#new_password", Field).value
        self.write(
            ENTER.name,
            lambda intent: self._reset(address, code, password, intent),
            self.host.signed_in,
            about=(address, code, hash(password)),
        )

    def on_choice_list_chosen(self, _event: ChoiceList.Chosen) -> None:
        """A code was told by somebody: it needs the address, and no other code."""
        if not check_all(self.stage.fields):
            return
        stage = self.stages[1]
        lead = _("Type the code that you were given for {email}.").format(email=self._address)
        stage.words.show(inert(stage.title_text, "bold"), inert(lead))
        stage.show_message()
        code = self.query_one("#code", Field)
        if stage.filled_in and code.text == stage.filled_in:
            code.value = ""
            code.set_hint("")
        self.show_stage(1)

    async def _ask(self, address: str, intent: Intent) -> CodeSent:
        client = await self.host.ready()
        return await client.accounts.forgot_password(address, intent=intent)

    async def _reset(self, address: str, code: str, password: str, intent: Intent) -> SignIn:
        from backend_client import Secret

        client = await self.host.ready()
        return await client.accounts.reset_password(
            address, code, Secret(password), kind=kind(self.host.settings), device=device(), intent=intent
        )

    def _sent(self, sent: CodeSent) -> None:
        said = _("If {email} has an account, a code of 8 digits is on its way. It works until {time}.")
        show_code_sent(self.host, self.stages[1], self.query_one("#code", Field), sent, said)
        self.show_stage(1)
