"""Create account: what a facility decides on, a few fields at a time, then the code that proves the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import checks
from tui.commands import BACK, ENTER, HELP, TAB
from tui.glyphs import glyphs
from tui.screens.forms import Stage, StagedForm, show_code_sent
from tui.terminal import device, kind
from tui.text import _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.field import Field
from tui.words import ID_KINDS

if TYPE_CHECKING:
    from backend_client import CodeSent, Intent, NewAccount, SignIn

_SENDING_STAGE = 3


class CreateAccount(StagedForm[None]):
    """Name, address, ID, sign-in, code: five stages. The account exists once the code is confirmed."""

    KEYS: ClassVar = (ENTER, TAB, BACK, HELP)

    def __init__(self, email: str = "") -> None:
        """Begin with an address that was typed already."""
        super().__init__()
        self._email = email
        self._id_kind = ""

    def body(self) -> ComposeResult:
        yield Stage(
            _("Your name, as it stands on your ID"),
            _("A facility decides on your access by this, and compares it with the ID you bring."),
            (
                Field(_("First name"), name="first_name", checks=(checks.name,)),
                Field(_("Last name"), name="last_name", checks=(checks.name,)),
            ),
            Field(
                _("Birth date"),
                name="birth_date",
                hint=_("month, day, year: 3/14/1971"),
                max_length=10,
                checks=(checks.birth_date,),
            ),
        )
        yield Stage(
            _("Where you live"),
            _("The facility may ask for it; nobody else sees it."),
            Field(
                _("Street address"),
                name="address_line",
                max_length=200,
                checks=(checks.needed(_("Type your street and number.")),),
            ),
            (
                Field(_("City"), name="city", checks=(checks.needed(_("Type your city.")),)),
                Field(_("State"), name="state", hint=_("two letters: TN"), max_length=2, checks=(checks.state,)),
            ),
            (
                Field(_("ZIP code"), name="postal_code", max_length=10, checks=(checks.postal_code,)),
                Field(_("Phone"), name="phone", max_length=24, checks=(checks.phone,)),
            ),
        )
        yield Stage(
            _("The ID you will show"),
            _("Only its kind and its last four letters or digits are kept."),
            ChoiceList([Choice(key, _(name)) for key, name in ID_KINDS.items()], marks_always=True, id="id_kind"),
            Field(_("Last four of its number"), name="id_last4", max_length=4, checks=(checks.last_four,)),
        )
        yield Stage(
            _("How you sign in"),
            _("We send a code to this address, to see that it is yours."),
            Field(_("E-mail"), name="email", value=self._email, max_length=254, checks=(checks.email,)),
            Field(
                _("Password"),
                name="password",
                hint=_("12 characters or more, anything you like"),
                max_length=checks.PASSWORD_MOST,
                password=True,
                checks=(checks.password,),
            ),
        )
        yield Stage(
            _("Look at your messages"),
            "",
            Field(_("Code from the message"), name="code", max_length=20, checks=(checks.code,)),
        )

    # -- stage by stage

    def stage_shown(self) -> None:
        title = _("Create account")
        step = _("{n} of {all}").format(n=self.stage_number + 1, all=len(self.stages))
        self.place = f"{title} {glyphs().dot} {step}"
        if self.stage.query(ChoiceList):
            self.call_after_refresh(self.query_one("#id_kind", ChoiceList).focus)

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        self._id_kind = event.choice.key

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self._id_kind = event.choice.key
        self.query_one("#id_last4", Field).take_focus()

    def stage_done(self) -> None:
        if self.stage_number < _SENDING_STAGE:
            super().stage_done()
        elif self.stage_number == _SENDING_STAGE:
            account = self._account()
            self.write(ENTER.name, lambda intent: self._create(account, intent), self._sent, about=account)
        else:
            email, code = self._text("email"), checks.digits_of(self._text("code"))
            self.write(
                ENTER.name,
                lambda intent: self._confirm(email, code, intent),
                self.host.signed_in,
                about=(email, code),
            )

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).text

    def _account(self) -> NewAccount:
        from backend_client import NewAccount, Secret

        born = checks.as_date(self._text("birth_date"))
        if born is None:
            raise ValueError("a stage was passed with a wrong birth date")
        return NewAccount(
            email=self._text("email"),
            password=Secret(self.query_one("#password", Field).value),
            first_name=self._text("first_name"),
            last_name=self._text("last_name"),
            birth_date=born,
            address_line=self._text("address_line"),
            city=self._text("city"),
            state=self._text("state").upper(),
            postal_code=self._text("postal_code"),
            phone=self._text("phone"),
            id_kind=self._id_kind or next(iter(ID_KINDS)),
            id_last4=self._text("id_last4"),
            time_zone=self.host.reader_zone,
        )

    async def _create(self, account: NewAccount, intent: Intent) -> CodeSent:
        client = await self.host.ready()
        return await client.accounts.create(account, intent=intent)

    async def _confirm(self, email: str, code: str, intent: Intent) -> SignIn:
        client = await self.host.ready()
        return await client.accounts.confirm(email, code, kind=kind(self.host.settings), device=device(), intent=intent)

    def _sent(self, sent: CodeSent) -> None:
        said = _("We sent a message to {email}. Type the code of 8 digits from it; it works until {time}.")
        show_code_sent(self.host, self.stages[-1], self.query_one("#code", Field), sent, said)
        self.show_stage(len(self.stages) - 1)
