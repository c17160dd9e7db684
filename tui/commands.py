"""Every command once: its name, its keys, its word in the footer and its sentence in the help.

A page lists its commands in ``KEYS``; key bindings, footer and help page are all made from that list. The commands
that many pages share are here; those of a single page stand in that page's file, and a test sees that no name is used
for two different things.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.text import N_, _

_KEY_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "question_mark": "?",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "slash": "/",
    "space": "Space",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "tab": "Tab",
    "home": "Home",
    "end": "End",
}


@dataclass(frozen=True, slots=True)
class Command:
    """Something a key does on a page.

    Attributes:
        name: Stable name; the page does it in ``action_<name>``.
        keys: Textual's key names, separated by commas. Empty for a line that only explains keys a widget handles.
        label: The word in the footer (a message id, not yet translated).
        help: The sentence in the help page (a message id).
        shown: How the keys are written in the footer, where their own names would not do: ``1-5``, ``Arrows``.
        footer: Whether the footer has it at all.
        right: Whether it stands at the right end of the footer.
        priority: Whether it works even while a field would take the key.
        changes: Whether it changes something of the account, or leads to where that is done: dead in a look.
    """

    name: str
    keys: str
    label: str
    help: str
    shown: str = ""
    footer: bool = True
    right: bool = False
    priority: bool = False
    changes: bool = False

    @property
    def key_text(self) -> str:
        """How the keys are written: ``Enter``, ``PgUp PgDn``, ``?``."""
        if self.shown:
            return _(self.shown)
        return key_name(self.keys.partition(",")[0])

    def relabelled(self, label: str, sentence: str | None = None) -> Command:
        """Return the same command with another footer word (and help sentence): Enter *Open*, Enter *Continue*."""
        return replace(self, label=label, help=self.help if sentence is None else sentence)


def key_name(key: str) -> str:
    """Write one of Textual's key names as it stands on the keyboard: ``f10`` is ``F10``, ``ctrl+q`` is ``Ctrl+Q``."""
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    return "+".join(part.capitalize() if len(part) > 1 else part.upper() for part in key.split("+"))


BACK = Command("back", "escape", N_("Back"), N_("Go back one page. Nothing you entered is lost."))
HELP = Command("help", "f1,question_mark", N_("Help"), N_("Show what every key of this page does."), shown="?")
HELP_IN_FIELD = Command("help", "f1", N_("Help"), N_("Show what every key of this page does."))
SIGN_OUT = Command("sign_out", "f10", N_("Sign out"), N_("Sign out of this terminal."), right=True)
EVERYWHERE = (replace(SIGN_OUT, footer=False),)
"""Work on every page while somebody is signed in, whether or not the page has them in its footer."""
QUIT = Command("quit", "ctrl+q", N_("Quit"), N_("Leave Visit Desk."), right=True, priority=True)
ENTER = Command("enter", "enter", N_("Continue"), N_("Do what is marked and go on."))
MOVE = Command("move", "", N_("Move"), N_("Move with the arrow keys."), shown=N_("Up Down"))
ARROWS = Command("move", "", N_("Move"), N_("Move with the arrow keys."), shown=N_("Arrows"))
TAB = Command("next_field", "", N_("Next field"), N_("Go to the next field; Shift+Tab goes back."), shown=N_("Tab"))
CHOOSE = Command("choose", "", N_("Choose"), N_("Press a number to choose that line."), shown=N_("1-9"))
PREVIOUS_TAB = Command("previous_tab", "left", N_("Tabs"), N_("Go to the tab on the left."), footer=False)
NEXT_TAB = Command("next_tab", "right", N_("Tabs"), N_("Go from tab to tab."), shown=N_("Left Right"))
SEARCH = Command("search", "slash", N_("Search"), N_("Search."))
