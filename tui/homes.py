"""The first page of each role."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.screens.page import Page

HOMES = {
    "visitor": "tui.screens.home:Home",
    "officer": "tui.screens.desk:Desk",
    "support": "tui.screens.support:Support",
    "operator": "tui.screens.home:Home",
}
"""The home page of each role, loaded when somebody of that role signs in."""


def home_of(role: str) -> Page[None]:
    """Return a new home page for a role; for one that is not known, a visitor's."""
    module, _colon, name = HOMES.get(role, HOMES["visitor"]).partition(":")
    page: Page[None] = getattr(import_module(module), name)()
    return page
