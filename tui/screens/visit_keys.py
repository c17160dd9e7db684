"""What can be done about a visit, on its own page and in the list of visits alike."""

from __future__ import annotations

from tui.commands import Command
from tui.text import N_

MOVE_VISIT = Command("move_visit", "m", N_("Move…"), N_("Move it to another day or time; nothing more is to pay."))
BOOK_AGAIN = Command("book_again", "a", N_("Book again"), N_("Schedule the same visit again, at another time."))
