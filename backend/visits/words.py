"""What became of a visit, as a sentence."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from backend.timetables.wall_clock import day_words

WHO: Final = {"facility": "Cancelled by the facility", "support": "Cancelled by support"}


def cancelled_words(by: str | None, at: datetime, zone: str, reason: str | None) -> str:
    """Return who cancelled a visit and on which of the facility's days, with the reason unless it is the visitor's."""
    why = f" ({reason})" if reason and by in WHO else ""
    return f"{WHO.get(by or '', 'You cancelled')} on {day_words(at.astimezone(ZoneInfo(zone)).date())}{why}."
