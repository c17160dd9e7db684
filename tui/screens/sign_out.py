"""The question that Esc asks on the home page of every role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands import Command
from tui.text import N_, _

if TYPE_CHECKING:
    from tui.host import Host

LEAVE = Command("back", "escape", N_("Sign out"), N_("Sign out, after a question."), footer=False)
"""Esc on a home page."""


def ask_to_sign_out(host: Host) -> None:
    """Ask whether to sign out, and do so on a yes."""
    from tui.screens.dialogs import Question

    def answered(yes: bool | None) -> None:
        if yes:
            host.sign_out()

    # nothing of one person survives at a kiosk
    begun = _("What you have begun goes with it.") if host.settings.kiosk else _("What you have begun is kept.")
    host.push_screen(Question(_("Sign out?"), begun, yes=_("Sign out"), no=_("Stay")), answered)
