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
    from backend_client import Account, Payment, Wallet

PICK_LINE = Command("pick_line", "", N_("Choose"), N_("Press a number to change that line."), shown="1-7", changes=True)
MORE_MONEY = Command("more_money", "t", N_("Top up"), N_("Put money on your prepaid balance."), changes=True)
CHANGE = replace(ENTER.relabelled(N_("Change"), N_("Change the marked line.")), changes=True)


class Profile(AccountPage):
    """The profile as the server has it, a line for each thing that can be changed on a page of its own."""

    TAB_NAME = "profile"
    AUTO_FOCUS = "#profile"
    KEYS: ClassVar = (PICK_LINE, CHANGE, MORE_MONEY, replace(MOVE, footer=False), *TAB_KEYS, BACK, HELP)

    def __init__(self) -> None:
        super().__init__()
        self._account: Account | None = None
        self._wallet: Wallet | None = None

    def panel(self) -> ComposeResult:
        yield ChoiceList(id="profile", jump=False)
        yield Paragraphs(id="wallet")
        yield Paragraphs(id="seen")

    def on_mount(self) -> None:
        for lines in ("#wallet", "#seen"):
            self.query_one(lines).add_class("below")
        self.connected()

    def connected(self) -> None:
        self.read(self.host.client.accounts.read, self._show)
        if not self.looks_only:  # what is on the account is nobody else's business
            self.read(self.host.client.payments.wallet, self._show_wallet, group="wallet")

    def changed(self, kind: str, subject_id: str) -> None:
        if kind in ("account", "payment", "visit"):
            self.connected()

    def why_not(self, command: Command) -> str:
        if command.name == MORE_MONEY.name and self._wallet is None:
            return _("One moment: what is on it is being looked up.")
        return super().why_not(command)

    def _show_wallet(self, wallet: Wallet) -> None:
        self._wallet = wallet
        balance, credit = (presentation.money(one.minor, one.currency) for one in (wallet.balance, wallet.credit))
        said = inert(_("Prepaid balance {amount}").format(amount=balance), "bold")
        if wallet.credit.minor:
            said += inert(_(", account credit {amount}").format(amount=credit), "bold")
        self.query_one("#wallet", Paragraphs).show(said)
        self.refresh_keys()

    def action_more_money(self) -> None:
        from tui.screens.top_up import TopUp

        def done(payment: Payment | None) -> None:
            if payment is not None:
                paid = presentation.money(payment.amount.minor, payment.amount.currency)
                self.remark(_("{amount} came onto your balance.").format(amount=paid))
            self.connected()

        if self._wallet is not None:
            self.app.push_screen(TopUp(self._wallet), done)

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
