"""Pages that float: a popup that tells, a question that asks.

::

    self.app.push_screen(Popup(_("Request sent"), _("…")))                       # one button, OK
    if await self.app.push_screen_wait(Question(_("Cancel this visit?"), …)):    # in a worker
    self.app.push_screen(Question(…), callback)                                 # callback(bool | None)
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui.commands import BACK, Command
from tui.screens.framed import ResultT
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import DialogBox, DialogButton

PRESS = Command("press", "", N_("Press"), N_("Press the marked button."), shown="Enter")
BETWEEN = Command(
    "between", "", N_("Move"), N_("Move between the buttons with the arrow keys or Tab."), shown=N_("Arrows")
)


class Floating(Page[ResultT]):
    """What popup and question share: the page below stays visible behind them."""

    CSS_PATH = "dialogs.tcss"
    has_frame = False

    def __init__(self, title: str, *paragraphs: str | Content) -> None:
        super().__init__()
        self._title = title
        self._paragraphs = paragraphs

    def buttons(self) -> tuple[DialogButton, ...]:
        """Return the buttons, the first one being where the cursor starts."""
        return (DialogButton("ok", _("OK")),)

    def compose(self) -> ComposeResult:
        yield DialogBox(self._title, self._paragraphs, self.buttons())

    def key_left(self) -> None:
        self.focus_previous(DialogButton)

    def key_right(self) -> None:
        self.focus_next(DialogButton)


class Popup(Floating[None]):
    """Tells something that happened and has one button, OK. Enter and Esc both close it."""

    KEYS: ClassVar = (PRESS, BACK)

    def on_dialog_button_pressed(self) -> None:
        self.dismiss(None)


class Question(Floating[bool]):
    """Asks for a yes or a no. The cursor starts on the answer that takes nothing away; Esc is no."""

    KEYS: ClassVar = (BETWEEN, PRESS, BACK)

    def __init__(self, title: str, *paragraphs: str | Content, yes: str, no: str, yes_first: bool = False) -> None:
        """Ask.

        Args:
            title: The question itself.
            paragraphs: What the answer means.
            yes: The word on the button that does it: ``Cancel the visit``.
            no: The word on the button that leaves all as it is: ``Keep it``.
            yes_first: Whether the cursor starts on yes: only where nothing is lost by it.
        """
        super().__init__(title, *paragraphs)
        self._yes = yes
        self._no = no
        self._yes_first = yes_first

    def buttons(self) -> tuple[DialogButton, ...]:
        yes, no = DialogButton("yes", self._yes), DialogButton("no", self._no)
        return (yes, no) if self._yes_first else (no, yes)

    def on_dialog_button_pressed(self, event: DialogButton.Pressed) -> None:
        self.dismiss(event.button.key == "yes")

    def action_back(self) -> None:
        self.dismiss(False)
