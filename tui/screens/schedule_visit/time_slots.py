"""One opening as the grid of times shows it: its time, and the word behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.presentation import local
from tui.text import _
from tui.widgets.opening_list import TimeSlot

if TYPE_CHECKING:
    from backend_client import Opening

OPEN = ("open", "yours")
"""States in which a time can be chosen."""


def slot_of(opening: Opening, zone: str) -> TimeSlot:
    """Return an opening as the grid shows it, on the wall clock of ``zone``."""
    words = {"taken": _("taken"), "yours": _("yours"), "closed": _("shut")}
    state = opening.state.value
    word = _("now") if is_present(opening) else words["yours"] if is_own(opening) else words.get(state, "")
    return TimeSlot(opening.starts_at, local(opening.starts_at, zone), word, open=state in OPEN)


def is_own(opening: Opening) -> bool:
    """Tell whether it is a visit of this account itself that makes a time impossible."""
    return any(reason.code == "account_busy" for reason in opening.reasons)


def is_present(opening: Opening) -> bool:
    """Tell whether it is the time that a visit has, which is to be moved."""
    return any(reason.code == "same_time" for reason in opening.reasons)
