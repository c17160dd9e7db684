"""Calendar entries that go with the notices of a visit (RFC 5545)."""

from __future__ import annotations

from backend.notices.kinds import VisitData


def calendar_file(data: VisitData, *, cancelled: bool) -> bytes:
    """Return the ``.ics`` file of a visit; ``cancelled`` takes the entry out of the calendar again.

    Every file of one visit has the same UID and a higher sequence number than the one before, so that a calendar
    replaces its entry. Times are in UTC, which every calendar shows in its reader's own zone.
    """
    from icalendar import Calendar, Event

    event = Event()
    event.add("uid", f"{data.visit_id}@visitdesk")
    event.add("sequence", data.changes)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("dtstamp", data.made_at or data.starts_at)
    event.add("dtstart", data.starts_at)
    event.add("dtend", data.ends_at)
    event.add("summary", f"Visit with {data.individual_name}")
    event.add("location", data.facility)
    event.add("description", f"Reference {data.reference}. {data.how}".strip())
    calendar = Calendar()
    calendar.add("prodid", "-//Visit Desk//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
