"""What a visitor takes home from a terminal: an entry for the calendar of their phone, and a slip of paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

from tui.inert import clean
from tui.presentation import both_times, date_time, money, span
from tui.text import _
from tui.words import full_type_name

if TYPE_CHECKING:
    from backend_client import Visit

_STAMP: Final = "%Y%m%dT%H%M%SZ"


def calendar_entry(visit: Visit) -> str:
    """Return a visit as a bare calendar entry (RFC 5545, times in UTC), short enough for a code on 24 lines.

    It names the reference and nobody: whoever looks over one's shoulder may scan it too.
    """
    begins, ends = (instant.astimezone(UTC).strftime(_STAMP) for instant in (visit.starts_at, visit.ends_at))
    summary = f"Visit {visit.reference}"
    return f"BEGIN:VEVENT\nSUMMARY:{summary}\nDTSTART:{begins}\nDTEND:{ends}\nEND:VEVENT"


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed of a visit. Nothing in it makes a printer act.

    Attributes:
        heading: The first line, in bold.
        paragraphs: The rest, each to be wrapped to the paper's width.
        link: Printed as a code to scan; empty for none.
    """

    heading: str
    paragraphs: tuple[str, ...]
    link: str


def slip_of(visit: Visit, reader_zone: str | None) -> Slip:
    """Return the slip of a visit: reference, when in both zones, where, how to join, what was paid, cancelling.

    Args:
        visit: The visit.
        reader_zone: IANA name of the reader's zone.
    """
    _theirs, yours = both_times(visit.starts_at, visit.zone, reader_zone)
    where = visit.join.link or visit.join.place or ""
    told = [
        span(visit.starts_at, visit.ends_at, visit.zone),
        yours or "",
        f"{visit.facility.name}, {visit.facility.state}",
        full_type_name(visit.visit_type),
        "",
        visit.join.how,
        where,
        _("From {time}").format(time=date_time(visit.join.opens_at, visit.zone)),
        "",
        _("Paid: {amount}").format(amount=money(visit.total.minor, visit.total.currency))
        if visit.total.minor
        else _("Nothing to pay"),
    ]
    if visit.free_cancel_until is not None:
        until = date_time(visit.free_cancel_until, visit.zone)
        told.append(_("Free to cancel until {time}, in Visits.").format(time=until))
    kept = [clean(line) for number, line in enumerate(told) if line or number in (4, 8)]
    return Slip(clean(_("Visit {reference}").format(reference=visit.reference)), tuple(kept), visit.join.link or "")
