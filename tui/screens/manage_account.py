"""Manage Account: five tabs, each a page of its own that shares the line of tabs and the keys that move along it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult

from tui.commands import NEXT_TAB, PREVIOUS_TAB
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.tabs import Tab, Tabs

if TYPE_CHECKING:
    from textual._path import CSSPathType
    from textual.screen import Screen

    from tui.host import Host

PAGES = {
    "my_facilities": ("tui.screens.my_facilities:MyFacilities", N_("My Facilities")),
    "add_facility": ("tui.screens.add_facility:AddFacility", N_("Add a New Facility")),
    "transactions": ("tui.screens.transaction_details:TransactionDetails", N_("Transaction Details")),
    "visits": ("tui.screens.visits:Visits", N_("Visits")),
    "profile": ("tui.screens.profile:Profile", N_("Profile")),
}
"""The tabs in their order: where the page is, and what stands on the tab."""
TAB_KEYS = (PREVIOUS_TAB, NEXT_TAB)
PageT = TypeVar("PageT")


class AccountPage(Page[None]):
    """A tab of Manage Account. Left and Right go to the next one; Esc goes back to where Manage Account was opened."""

    PLACE = N_("Manage Account")
    CSS_PATH: ClassVar[CSSPathType | None] = "manage_account.tcss"
    TAB_NAME: ClassVar[str] = ""

    def body(self) -> ComposeResult:
        yield Tabs([Tab(key, _(title)) for key, (_where, title) in PAGES.items()], self.TAB_NAME)
        yield from self.panel()

    def panel(self) -> ComposeResult:
        """Yield what stands below the tabs."""
        yield from ()

    def action_previous_tab(self) -> None:
        self.query_one(Tabs).previous()

    def action_next_tab(self) -> None:
        self.query_one(Tabs).following()

    def on_tabs_switched(self, event: Tabs.Switched) -> None:
        self.app.switch_screen(tab_page(event.key))


def tab_page(key: str) -> Screen[None]:
    """Return a new page for a tab. The module is loaded when the tab is first opened."""
    module, _colon, name = PAGES[key][0].partition(":")
    page: Screen[None] = getattr(import_module(module), name)()
    return page


def open_tab(host: Host, key: str) -> None:
    """Show a tab of Manage Account above the present page."""
    host.push_screen(tab_page(key))
