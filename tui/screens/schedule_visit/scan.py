"""The link of a visit as a code to scan: to join from the phone in one's pocket."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.commands import BACK, HELP, Command
from tui.inert import inert
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.qr_code import QrCode

CLOSE_CODE = Command("close_code", "enter", N_("Done"), N_("Put the code away."))


class ScanPage(Page[None]):
    """The code at the left, what to do with it at the right."""

    PLACE = N_("Join with your phone")
    CSS_PATH = "scan.tcss"
    KEYS: ClassVar = (CLOSE_CODE, BACK, HELP)

    def __init__(self, link: str, opens: str) -> None:
        """Show a link.

        Args:
            link: Where the visit is joined.
            opens: From when on, as a sentence.
        """
        super().__init__()
        self._link = link
        self._opens = opens

    def body(self) -> ComposeResult:
        with Horizontal():
            yield QrCode(self._link)
            yield Paragraphs(
                inert(_("Scan this with your phone"), "bold"),
                "",
                _("It opens the page on which you join. Keep that page, or scan again on the day."),
                "",
                inert(self._opens, "$muted"),
            )

    def action_close_code(self) -> None:
        self.dismiss(None)
