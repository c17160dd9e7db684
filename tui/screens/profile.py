"""Profile: what a facility decides on and sees, how times are shown, and the password."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui import presentation
from tui.commands import BACK, HELP, Command
from tui.inert import inert
from tui.screens.create_account import ID_KINDS
from tui.screens.manage_account import TAB_KEYS, AccountPage
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import Account

EDIT = Command("edit", "e", N_("Edit"), N_("Change your name, address, phone or ID."))
PASSWORD = Command("password", "p", N_("Change password"), N_("Choose a new password."))


class Profile(AccountPage):
    """The profile as the server has it, to read; changing it is a page of its own."""

    TAB_NAME = "profile"
    AUTO_FOCUS = ""
    KEYS: ClassVar = (EDIT, PASSWORD, *TAB_KEYS, BACK, HELP)

    def __init__(self) -> None:
        super().__init__()
        self._account: Account | None = None

    def panel(self) -> ComposeResult:
        yield Paragraphs(id="profile")

    def on_mount(self) -> None:
        self.connected()

    def connected(self) -> None:
        self.read(self.host.client.accounts.read, self._show)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "account":
            self.connected()

    def _show(self, account: Account) -> None:
        self._account = account
        self.host.session.account = account
        self.query_one("#profile", Paragraphs).show(*_words(account))
        self.refresh_keys()

    def why_not(self, command: Command) -> str:
        if command.name == EDIT.name and self._account is None:
            return _("One moment: your profile is being read.")
        return super().why_not(command)

    def action_edit(self) -> None:
        from tui.screens.edit_profile import EditProfile

        def done(account: Account | None) -> None:
            if account is not None:
                self._show(account)
                self.remark(_("Your profile is changed."))

        if self._account is not None:
            self.app.push_screen(EditProfile(self._account), done)

    def action_password(self) -> None:
        from tui.screens.change_password import ChangePassword

        def done(changed: bool | None) -> None:
            if changed:
                self.remark(_("Your password is changed. You are signed out everywhere else."))

        self.app.push_screen(ChangePassword(), done)


def _words(account: Account) -> list[Content]:
    city = " ".join(part for part in (f"{account.city or ''},", account.state or "", account.postal_code or "") if part)
    kind = _(ID_KINDS[account.id_kind]) if account.id_kind in ID_KINDS else account.id_kind or ""
    ends = _("{kind}, number ends in {last}").format(kind=kind, last=account.id_last4 or "")
    zone = presentation.place_of_zone(account.time_zone) if account.time_zone else _("this terminal's")
    rows = (
        (_("Name, as on the ID"), f"{account.first_name} {account.last_name}"),
        (_("Birth date"), presentation.full_date(account.birth_date) if account.birth_date else ""),
        (_("Address"), account.address_line or ""),
        ("", city if account.city else ""),
        (_("Phone"), presentation.phone(account.phone) if account.phone else ""),
        (_("ID"), ends if account.id_kind else ""),
        (_("E-mail"), account.email),
        (_("Your time zone"), zone),
    )
    lines = [inert(f"{label:<20}", "$muted") + inert(value) for label, value in rows if value]
    return [*lines, Content(""), inert(_("Facilities that you ask for access see this, except your zone."), "$muted")]
