"""The nearest open times, offered with a refusal: numbered, and named with their day where it is another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.presentation import clock_time, local, short_date, time_in
from tui.problems import Sentence
from tui.screens.schedule_visit import refusals
from tui.text import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from backend_client import VisitDeskError


def nearest_of(error: VisitDeskError) -> tuple[datetime, ...]:
    """Return the open times (UTC) that a refusal offers instead; none where it offers none."""
    from backend_client import Problem

    return error.nearest if isinstance(error, Problem) else ()


def offer(error: VisitDeskError, zone: str | None, day: date | None) -> Sentence:
    """Return what to tell about a refusal that offers times: every reason, when it would pass, and the times.

    Args:
        error: The refusal; it offers at least one time.
        zone: IANA name of the facility's zone.
        day: The facility-local date that is shown: times of that day alone are named without it.
    """
    said, times = refusals.sentence(error), nearest_of(error)
    meaning = " ".join(part for part in (said.meaning, _("The nearest are:")) if part)
    return Sentence(said.what, meaning, code=said.code, choices=_numbered(times, zone, day))


def _numbered(times: Sequence[datetime], zone: str | None, day: date | None) -> tuple[str, ...]:
    same_day = all(local(time, zone).date() == day for time in times)
    named = [
        clock_time(local(time, zone)) if same_day else f"{short_date(local(time, zone).date())}, {time_in(time, zone)}"
        for time in times
    ]
    return tuple(f"{number}  {name}" for number, name in enumerate(named, 1))
