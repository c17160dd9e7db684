"""A visit as an officer reads it: a row of the day, and what is known of it; and the outcomes to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui import presentation
from tui.glyphs import glyphs
from tui.inert import inert
from tui.text import N_, _
from tui.widgets.table import Column, Row
from tui.words import full_type_name, type_name, visit_status

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import DeskVisit

OUTCOMES: dict[str, tuple[str, str]] = {
    "completed": (N_("It took place"), ""),
    "visitor_missed": (N_("The visitor did not come"), ""),
    "individual_refused": (N_("The individual refused"), ""),
    "individual_unavailable": (N_("The individual was not available"), N_("all that was paid comes back")),
    "ended_early": (N_("The visitor ended it early"), ""),
    "ended_by_staff": (N_("Staff ended it"), ""),
    "technical_failure": (N_("It failed for a technical reason"), N_("all that was paid comes back")),
}
"""What can have become of a visit: the sentence for it, and what follows."""


def columns() -> tuple[Column, ...]:
    """Return the table's columns."""
    return (
        Column(_("Time"), 18),
        Column(_("Visitor"), 18, grow=2),
        Column(_("Individual"), 18, grow=2),
        Column(_("Type"), 7),
        Column(_("State"), 14, grow=1),
    )


def visit_row(visit: DeskVisit, now: datetime) -> Row:
    """Return a visit as a row; one that is cancelled or over is quiet."""
    start, end = (presentation.local(each, visit.zone) for each in (visit.starts_at, visit.ends_at))
    quiet = visit.status.value != "confirmed"
    cells = (
        presentation.hours(start, end),
        visit.visitor_name,
        visit.individual_name,
        type_name(visit.visit_type).partition(" ")[0],
        _state(visit, now),
    )
    return Row(visit.id, cells, style="$muted" if quiet else "")


def _state(visit: DeskVisit, now: datetime) -> str | Content:
    if visit.status.value != "confirmed":
        return visit_status(visit)
    if visit.flags:
        return inert(f"{glyphs().notice} {_('Needs review')}", "$caution")
    if now >= visit.ends_at:
        return inert(_("No outcome yet"), "$caution")
    if visit.checked_in_at is not None:
        return inert(f"{glyphs().done} {_('Here')}", "$positive")
    if now >= visit.starts_at:
        return inert(_("Not here yet"), "$caution")
    return _("Expected")


def about(visit: DeskVisit) -> list[Content]:
    """Tell a visit in full: who comes, to whom, where, since when the visitor is here, and what needs a person."""
    company = ", ".join(attendee.name for attendee in visit.attendees)
    who = _("{name} with {company}").format(name=visit.visitor_name, company=company) if company else visit.visitor_name
    unit = _("unit {unit}").format(unit=visit.housing_unit) if visit.housing_unit else ""
    whom = ", ".join(part for part in (f"{visit.individual_name}, #{visit.booking_number}", unit) if part)
    when = presentation.span(visit.starts_at, visit.ends_at, visit.zone)
    where = ", ".join(part for part in (full_type_name(visit.visit_type), visit.station) if part)
    return [
        inert(f"{who}. {visit.reference}", "bold"),
        inert(whom),
        inert(f"{when}, {where}"),
        inert(check_in_words(visit)),
        *(inert(f"{glyphs().notice} {flag.sentence}", "$caution") for flag in visit.flags),
    ]


def check_in_words(visit: DeskVisit) -> str:
    """Return when the visitor was checked in, or from when on that is possible."""
    if visit.checked_in_at is not None:
        at = presentation.time_in(visit.checked_in_at, visit.zone)
        return _("Checked in at {time}.").format(time=at)
    opens = presentation.time_in(visit.check_in_opens_at, visit.zone)
    return _("Check-in opens at {time}.").format(time=opens)
