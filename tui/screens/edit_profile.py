"""Changing one's profile: two stages, everything filled in as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import checks
from tui.commands import BACK, ENTER, HELP_IN_FIELD, TAB
from tui.screens.forms import Stage, StagedForm
from tui.text import N_, _
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import Account


class EditProfile(StagedForm["Account"]):
    """Dismisses with the account as the server has it afterwards."""

    PLACE = N_("Profile")
    KEYS: ClassVar = (ENTER, TAB, BACK, HELP_IN_FIELD)

    def __init__(self, account: Account) -> None:
        super().__init__()
        self._account = account

    def body(self) -> ComposeResult:
        account = self._account
        born = account.birth_date
        yield Stage(
            _("Your name, as it stands on your ID"),
            _("A facility compares it with the ID you bring."),
            (
                Field(_("First name"), name="first_name", value=account.first_name, checks=(checks.name,)),
                Field(_("Last name"), name="last_name", value=account.last_name, checks=(checks.name,)),
            ),
            (
                Field(
                    _("Birth date"),
                    name="birth_date",
                    value=f"{born.month}/{born.day}/{born.year}" if born else "",
                    hint=_("month, day, year"),
                    max_length=10,
                    checks=(checks.birth_date,),
                ),
                Field(
                    _("Last four of your ID's number"),
                    name="id_last4",
                    value=account.id_last4 or "",
                    max_length=4,
                    checks=(checks.last_four,),
                ),
            ),
        )
        yield Stage(
            _("Where you live"),
            _("The facility may ask for it; nobody else sees it."),
            Field(
                _("Street address"),
                name="address_line",
                value=account.address_line or "",
                max_length=200,
                checks=(checks.needed(_("Type your street and number.")),),
            ),
            (
                Field(
                    _("City"),
                    name="city",
                    value=account.city or "",
                    checks=(checks.needed(_("Type your city.")),),
                ),
                Field(_("State"), name="state", value=account.state or "", max_length=2, checks=(checks.state,)),
            ),
            (
                Field(
                    _("ZIP code"),
                    name="postal_code",
                    value=account.postal_code or "",
                    max_length=10,
                    checks=(checks.postal_code,),
                ),
                Field(_("Phone"), name="phone", value=account.phone or "", max_length=24, checks=(checks.phone,)),
            ),
        )

    def stage_done(self) -> None:
        if self.stage_number == 0:
            super().stage_done()
            return
        from backend_client import ProfileChanges

        text = {field.wire_name: field.text for field in self.query(Field)}
        changes = ProfileChanges(
            first_name=text["first_name"],
            last_name=text["last_name"],
            birth_date=checks.as_date(text["birth_date"]),
            address_line=text["address_line"],
            city=text["city"],
            state=text["state"].upper(),
            postal_code=text["postal_code"],
            phone=text["phone"],
            id_last4=text["id_last4"],
        )
        self.write(
            ENTER.name,
            lambda intent: self.host.client.accounts.update(changes, intent=intent),
            self._changed,
            about=changes,
        )

    def _changed(self, account: Account) -> None:
        self.dismiss(account)
