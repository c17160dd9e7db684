"""How an account's access to a facility stands, as its visitor is told where only approved access helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.access.views import AccessNow
from backend.timetables.wall_clock import day_words, local_date


@dataclass(frozen=True, slots=True)
class NotApproved:
    """A sentence, from which date of the facility on one can ask where waiting helps, and what to do."""

    sentence: str
    can_be_asked_from: date | None = None
    next_step: str | None = None
    """None where whoever refuses says what to do."""


NONE: Final = NotApproved("You have no access to this facility.")
PENDING: Final = NotApproved(
    "Your request for access to this facility is pending.",
    next_step="Wait for the answer: My Facilities shows when it is due.",
)


def why_not(access: AccessNow, zone: ZoneInfo) -> NotApproved | None:
    """Return how access that is not approved stands, with dates of ``zone``; None for approved access."""
    if access.status == "approved":
        return None
    if access.status == "pending":
        return PENDING
    return suspended(access, zone, "Your access to this facility") if access.status == "suspended" else NONE


def suspended(access: AccessNow, zone: ZoneInfo, whose: str) -> NotApproved:
    """Return until when access, which ``whose`` names, is suspended."""
    until = access.suspended_until
    if until is None:
        return NotApproved(f"{whose} is suspended.", next_step="Ask the facility when it ends.")
    return NotApproved(
        f"{whose} is suspended until {day_words(local_date(zone, until - timedelta.resolution))}, that day included.",
        local_date(zone, until),
        "Come back then, or choose another facility.",
    )
