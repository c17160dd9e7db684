"""The help page: what every key of the page below does. It is made from that page's commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui.commands import BACK, Command
from tui.inert import inert
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs

KEY_COLUMN = 14
CLOSE = Command("close", "f1,question_mark,enter", N_("Close"), N_("Close the help."), footer=False)


class HelpPage(Page[None]):
    """Lists keys with their sentences, first those of the page, then those that work everywhere."""

    KEYS: ClassVar = (BACK, CLOSE)

    def __init__(self, place: str, commands: Sequence[Command]) -> None:
        super().__init__()
        self.place = _("Help")
        self._about = place
        self._commands = tuple(commands)

    def body(self) -> ComposeResult:
        title = _("Keys of the page {page}").format(page=self._about) if self._about else _("Keys")
        rows = [_row(command) for command in self._commands]
        yield Paragraphs(inert(title, "bold"), "", *rows)
        yield Paragraphs(
            "",
            inert(_("Tab and Shift+Tab move from field to field. Nothing you typed is lost by going back."), "$muted"),
        )

    def action_close(self) -> None:
        self.dismiss(None)


def _row(command: Command) -> Content:
    return inert(command.key_text.ljust(KEY_COLUMN), "bold $accent") + inert(_(command.help))
