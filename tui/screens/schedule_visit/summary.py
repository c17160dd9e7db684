"""The visit so far, at the right of every step: what was chosen, what it costs, until when it can be cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.draft import Step
from tui.glyphs import glyphs
from tui.inert import inert
from tui.presentation import date_time, minutes, short_date, time_in
from tui.screens.schedule_visit.scheduling import Scheduling
from tui.text import _, ngettext
from tui.widgets.fee_lines import fee_lines, price_line
from tui.words import full_type_name

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import Draft

WIDTH = 23
"""Cells of a line of words, as of a price line."""
ANSWER_WIDTH = 26
"""Cells of an answer: a name is broken only where it has to be."""


class Summary(Widget):
    """Draws the lines it is given behind a bar. It takes no keys."""

    DEFAULT_CSS = """
    Summary { width: 30; height: 1fr; padding: 0 0 0 0; }
    """

    lines: reactive[tuple[Content, ...]] = reactive((), layout=False)

    def render(self) -> Content:
        bar = inert(f"{glyphs().bar} ", "$muted")
        height = max(self.size.height, 1)
        lines = [*self.lines[:height], *[Content("")] * (height - len(self.lines))]
        return Content("\n").join(bar + line for line in lines)


def summary(state: Scheduling, here: Step | None, now: datetime) -> tuple[Content, ...]:
    """Write the summary of a visit being scheduled.

    Args:
        state: What is known of it.
        here: The question that is asked now; its line says so.
        now: The present instant.
    """
    lines = [inert(_("Your visit"), "bold")]
    for step, words, answer in _answers(state):
        if step is Step.FACILITY and here is not Step.FACILITY:
            continue
        lines += _line(words, answer, here=step is here)
    if state.fees is not None:
        lines += [Content(""), *fee_lines(state.fees)]
        if state.fees.unused_come_back and here is not Step.TIME:
            lines += _wrapped(_("Unused minutes come back to you."), "$muted")
    if state.offers:
        lines += [Content(""), *(inert(line) for line in free_to_cancel(state, now))]
    if here is Step.TIME:
        lines += [Content(""), *_wrapped(_("We keep the time for you for 10 minutes once you choose it."), "$muted")]
    return tuple(lines)


def free_to_cancel(state: Scheduling, now: datetime) -> tuple[str, str]:
    """Say in two lines until when cancelling is free: a date and time once the time is chosen, before that the rule."""
    until, hours = state.free_until, state.cutoff_hours
    if until is not None and until <= now:
        return _("It is too late to"), _("cancel it for free.")
    if until is not None:
        return _("Free to cancel until"), _("{time}.").format(time=date_time(until, state.zone))
    if not hours:
        return _("Free to cancel until"), _("it begins.")
    # A rule, not a promise: a day that may be marked meanwhile can be nearer than that.
    rule = ngettext("Free to cancel {n} hour", "Free to cancel {n} hours", hours).format(n=hours)
    return rule, _("before or earlier.")


def person(draft: Draft) -> str:
    """Return the individual with the booking number: ``Mateo Rivera, #20418``."""
    if draft.individual_id is None:
        return ""
    number = f", #{draft.booking_number}" if draft.booking_number else ""
    return f"{draft.individual_name or ''}{number}"


def _answers(state: Scheduling) -> list[tuple[Step, str, str]]:
    draft = state.draft
    facility = state.facility.name if state.facility else ""
    kind = full_type_name(draft.visit_type) if draft.visit_type else ""
    length = minutes(draft.duration_minutes) if draft.duration_minutes else ""
    day = short_date(draft.date) if draft.date else ""
    time = time_in(draft.starts_at, state.zone) if draft.starts_at else ""
    return [
        (Step.FACILITY, _("Facility"), facility),
        (Step.TYPE, _("Type"), kind),
        (Step.INDIVIDUAL, _("Individual"), person(draft)),
        (Step.DURATION, _("Duration"), length),
        (Step.DATE, _("Date"), day),
        (Step.TIME, _("Time"), time),
    ]


def _line(words: str, answer: str, *, here: bool) -> list[Content]:
    if here and not answer:
        return [price_line(words, _("choose"), style="bold $accent")]
    return inert(answer, "bold $accent" if here else "").wrap(ANSWER_WIDTH) if answer else [inert(words, "$muted")]


def _wrapped(words: str, style: str = "") -> list[Content]:
    return inert(words, style).wrap(WIDTH)
