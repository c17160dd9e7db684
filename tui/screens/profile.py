"""Profile: what a facility decides on and sees, how times are shown, and the password; each line can be changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import presentation
from tui.commands import BACK, ENTER, HELP, MOVE, Command
from tui.inert import inert
from tui.screens.manage_account import TAB_KEYS, AccountPage
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.words import ID_KINDS

if TYPE_CHECKING:
    from backend_client import Account

PICK_LINE = Command("pick_line", "", N_("Choose"), N_("Press a number to change that line."), shown="1-7", changes=True)
CHANGE = replace(ENTER.relabelled(N_("Change"), N_("Change the marked line.")), changes=True)


class Profile(AccountPage):
    """The profile as the server has it, a line for each thing that can be changed on a page of its own."""

    TAB_NAME = "profile"
    AUTO_FOCUS = "#profile"
    KEYS: ClassVar = (PICK_LINE, CHANGE, MOVE, *TAB_KEYS, BACK, HELP)

    def __init__(self) -> None:
        super().__init__()
        self._account: Account | None = None

    def panel(self) -> ComposeResult:
        yield ChoiceList(id="profile", jump=False)
        yield Paragraphs(id="seen")

    def on_mount(self) -> None:
        self.query_one("#seen").add_class("below")
        self.connected()

    def connected(self) -> None:
        self.read(self.host.client.accounts.read, self._show)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "account":
            self.connected()

    def _show(self, account: Account) -> None:
        self._account = account
        self.host.session.account = account
        self.watch_place()
        self.tick()
        here = presentation.place_of_zone(self.host.reader_zone or "") or _("this terminal's")
        self.query_one("#profile", ChoiceList).show(_lines(account, here))
        self.query_one("#seen", Paragraphs).show(
            inert(_("You sign in as {email}.").format(email=account.email)),
            inert(_("Facilities that you ask for access see your name, birth date, address, phone and ID."), "$muted"),
        )
        self.refresh_keys()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        if self.refuse_in_a_look():
            return
        if event.choice.key == "password":
            self._change_password()
        elif self._account is not None:
            self._edit(self._account, event.choice.key)

    def _edit(self, account: Account, part: str) -> None:
        from tui.screens.edit_profile import EditProfile

        def done(changed: Account | None) -> None:
            if changed is not None:
                self._show(changed)
                self.remark(_("Your profile is changed."))

        self.app.push_screen(EditProfile(account, part), done)

    def _change_password(self) -> None:
        from tui.screens.change_password import ChangePassword

        def done(changed: bool | None) -> None:
            if changed:
                self.remark(_("Your password is changed. You are signed out everywhere else."))

        self.app.push_screen(ChangePassword(), done)


def _lines(account: Account, reader_place: str) -> list[Choice]:
    kind = _(ID_KINDS[account.id_kind]) if account.id_kind in ID_KINDS else account.id_kind or ""
    identity = _("{kind}, ends in {last}").format(kind=kind, last=account.id_last4 or "") if kind else ""
    town = " ".join(part for part in (account.state, account.postal_code) if part)
    home = ", ".join(part for part in (account.address_line, account.city, town) if part)
    missing = _("not given yet")
    rows = (
        ("name", _("Name, as on the ID"), f"{account.first_name} {account.last_name}"),
        ("birth", _("Birth date"), presentation.full_date(account.birth_date) if account.birth_date else missing),
        ("home", _("Address"), home or missing),
        ("phone", _("Phone"), presentation.phone(account.phone) if account.phone else missing),
        ("id", _("ID"), identity or missing),
        ("zone", _("Times are shown for"), reader_place),
        ("password", _("Password"), _("known to you alone")),
    )
    return [Choice(key, label, detail=value) for key, label, value in rows]
