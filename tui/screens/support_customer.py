"""A customer, as support has them before it: who they are, what they see, what happened, and a code for who is out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui import presentation
from tui.commands import ENTER, HELP, SIGN_OUT, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.words import ID_KINDS

if TYPE_CHECKING:
    from backend_client import Account, Look

PICK_LINE = Command("pick_line", "", N_("Choose"), N_("Press a number to open that line."), shown="1-7")
OPEN = ENTER.relabelled(N_("Open"), N_("Open the marked line."))
END = Command("back", "escape", N_("End the look"), N_("End the look and go back to the Support Desk."))
TABS = ("my_facilities", "visits", "transactions", "profile")


class Customer(Page[None]):
    """What the agent checks the caller by, and below it everything that can be seen. Esc ends the look."""

    CSS_PATH = "support_customer.tcss"
    OF_THE_AGENT = True
    AUTO_FOCUS = "#ways"
    KEYS: ClassVar = (PICK_LINE, OPEN, END, HELP, SIGN_OUT)

    def __init__(self, look: Look, name: str) -> None:
        """Show the customer called ``name``, whose account is looked at."""
        super().__init__()
        self._look = look
        self._who = name
        self._account: Account | None = None

    def body(self) -> ComposeResult:
        yield Paragraphs(id="who")
        yield ChoiceList(self._ways(), jump=False, id="ways")

    def on_mount(self) -> None:
        self.place = f"{_('Support Desk')} {glyphs().dot} {self._who}"
        self.connected()

    def connected(self) -> None:
        self.read(self.host.client.accounts.read, self._show)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "account":
            self.connected()

    def _show(self, account: Account) -> None:
        self._account = self.host.session.account = account
        self._who = self.host.session.name
        self.place = f"{_('Support Desk')} {glyphs().dot} {self._who}"
        self.query_one("#who", Paragraphs).show(*_facts(account))
        self.query_one("#ways", ChoiceList).show(self._ways())
        self.show_banner()
        self.tick()

    def _ways(self) -> list[Choice]:
        wait = "" if self._account else _("One moment: the account is being read.")
        return [
            Choice("home", _("Home, as they see it"), why_not=wait),
            Choice("my_facilities", _("My Facilities"), why_not=wait),
            Choice("visits", _("Visits"), why_not=wait),
            Choice("transactions", _("Transaction Details"), why_not=wait),
            Choice("profile", _("Profile"), why_not=wait),
            Choice("timeline", _("Timeline: what happened"), why_not=wait),
            Choice("code", _("Give a one-time code…"), detail=_("who is locked out sets a new password"), why_not=wait),
        ]

    def on_choice_list_refused(self, event: ChoiceList.Refused) -> None:
        self.remark(event.choice.why_not)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        from tui.screens.manage_account import open_tab

        if event.choice.key == "home":
            from tui.screens.home import Home

            self.app.push_screen(Home())
        elif event.choice.key == "timeline":
            from tui.screens.support_timeline import Timeline

            self.app.push_screen(Timeline(self._look, self._who))
        elif event.choice.key == "code":
            from tui.screens.support_code import GiveCode

            self.app.push_screen(GiveCode(self._look.account_id, self._who))
        else:
            open_tab(self.host, event.choice.key)

    def action_back(self) -> None:
        self.host.end_look()
        self.dismiss(None)


def _facts(account: Account) -> list[str | Content]:
    """Return what an agent asks a caller for, to be sure who they are."""
    kind = _(ID_KINDS[account.id_kind]) if account.id_kind in ID_KINDS else account.id_kind or ""
    town = " ".join(part for part in (account.state, account.postal_code) if part)
    home = ", ".join(part for part in (account.address_line, account.city, town) if part)
    rows = (
        (_("Birth date"), presentation.full_date(account.birth_date) if account.birth_date else ""),
        (_("Address"), home),
        (_("Phone"), presentation.phone(account.phone) if account.phone else ""),
        (_("E-mail"), account.email),
        (_("ID"), _("{kind}, ends in {last}").format(kind=kind, last=account.id_last4 or "") if kind else ""),
    )
    width = max(len(label) for label, _value in rows) + 2
    lines = [inert(label.ljust(width), "$muted") + inert(value or _("not given")) for label, value in rows]
    title = inert(_("Make sure that it is them: ask, and do not tell"), "bold")
    return [title, *lines, ""]
