"""What can be done about a visit, on its own page and in the list of visits alike."""

from __future__ import annotations

from tui.commands import Command
from tui.text import N_

MOVE_VISIT = Command(
    "move_visit", "m", N_("Move…"), N_("Move it to another day or time; nothing more is to pay."), changes=True
)
CALENDAR_CODE = Command(
    "calendar_code", "k", N_("Calendar code"), N_("Show the visit as a code that a phone's calendar reads.")
)
PRINT = Command("print", "p", N_("Print"), N_("Print the visit on the receipt printer of this terminal."))
BOOK_AGAIN = Command(
    "book_again", "a", N_("Book again"), N_("Schedule the same visit again, at another time."), changes=True
)
