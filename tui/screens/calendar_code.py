"""A visit as a code that a phone takes into its calendar: it needs all 24 lines of a small terminal."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.commands import BACK, Command
from tui.inert import inert
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.qr_code import QrCode

CLOSE = Command("close_code", "enter", N_("Done"), N_("Put the code away."))


class CalendarCode(Page[None]):
    """The code at the left, what to do with it at the right; no frame, for the code takes its lines."""

    CSS_PATH = "calendar_code.tcss"
    has_frame = False
    KEYS: ClassVar = (CLOSE, BACK)

    def __init__(self, entry: str, reference: str) -> None:
        """Show an entry.

        Args:
            entry: What the phone reads; at most 106 bytes.
            reference: The visit's reference.
        """
        super().__init__()
        self._entry = entry
        self._reference = reference

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield QrCode(self._entry)
            yield Paragraphs(
                inert(_("For your phone's calendar"), "bold"),
                "",
                _("Visit {reference}").format(reference=self._reference),
                "",
                _("Point the phone's camera at the code. The time is right wherever the phone is."),
                "",
                inert(_("Enter or Esc puts it away."), "$muted"),
            )

    def action_close_code(self) -> None:
        self.dismiss(None)
