"""What floats above a kiosk's page before somebody is signed out: the warning, and the question "More time?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui.commands import Command
from tui.inert import inert
from tui.screens.dialogs import Floating
from tui.text import N_, _, ngettext
from tui.widgets.dialog import DialogBox, Paragraphs

if TYPE_CHECKING:
    from backend_client import KeptFor, Notice

STAY = Command("stay", "", N_("Stay"), N_("Press any key to stay signed in."), shown=N_("Any key"))


class StillThere(Floating[None]):
    """Counts down. The keys are the app's: none of them reaches a page below.

    Args:
        notice: Why it is shown; nothing where nobody is signed in yet.
    """

    KEYS: ClassVar = (STAY,)
    AUTO_FOCUS = ""

    def __init__(self, notice: Notice | None) -> None:
        super().__init__("")
        self.notice = notice
        self.seconds = -1
        self._said: tuple[str | Content, ...] = ("",)

    def compose(self) -> ComposeResult:
        yield DialogBox(_title(self.notice), self._said, ())

    def count(self, seconds: int, *, more_left: int = 0, kept_for: KeptFor | None = None) -> None:
        """Show how many seconds are left, how often more time can be had, and what is waited for."""
        if seconds == self.seconds:
            return
        self.seconds = seconds
        self.set_class(kept_for is not None, "-alone")  # it may last: nobody is to read the page below meanwhile
        self._said = _lines(self.notice, _clock(seconds), more_left)
        if kept_for is not None:
            self._said = (_kept(kept_for), "", *self._said)
        if self.is_mounted:
            self.query_one(DialogBox).query_one(Paragraphs).show(*self._said)


def _title(notice: Notice | None) -> str:
    if notice is not None and notice.value == "question":
        return _("More time?")
    if notice is not None and notice.value == "ending":
        return _("Your time is nearly over")
    return _("Are you still there?")


def _lines(notice: Notice | None, left: str, more_left: int) -> tuple[str | Content, ...]:
    other = inert(_("Not you? Press F10: it signs out, and all of it goes."), "$muted")
    if notice is None:
        return (_("This page closes in {left}, with what was typed.").format(left=left), "", _press_any_key())
    if notice.value == "question":
        often = ngettext("You can have more time once more.", "You can have more time {count} times.", more_left)
        return (
            _("You have been here for a while. You are signed out in {left}.").format(left=left),
            inert(often.format(count=more_left), "$muted"),
            "",
            inert(_("Press Enter to stay."), "bold"),
            other,
        )
    if notice.value == "ending":
        return (
            _("You are signed out in {left}. What was confirmed is safe.").format(left=left),
            _("You can sign in again right after that."),
            "",
            inert(_("Press any key to go on until then."), "bold"),
        )
    return (
        _("You are signed out in {left}, and what you began goes with it.").format(left=left),
        "",
        _press_any_key(),
        other,
    )


def _press_any_key() -> Content:
    return inert(_("Press any key to stay."), "bold")


def _kept(kept_for: KeptFor) -> str:
    if kept_for.value == "payment":
        return _("Your payment is being checked; that is waited for.")
    return _("The time that is kept for you is waited for.")


def _clock(seconds: int) -> str:
    if seconds < 100:
        return ngettext("{count} second", "{count} seconds", seconds).format(count=seconds)
    return f"{seconds // 60}:{seconds % 60:02d}"
