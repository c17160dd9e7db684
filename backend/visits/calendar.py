"""A visit as an entry for a calendar (RFC 5545): UTC times, a stable UID, where to go or what to open, an alarm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from icalendar import Alarm, Calendar, Event

from backend.visits.service import VisitView

TITLES: Final = {
    "remote": "Video visit (at home)",
    "onsite_video": "Video visit (at the facility)",
    "in_person": "Visit in person",
}
ALARM_BEFORE: Final = timedelta(minutes=30)


def calendar_of(visit: VisitView, made_at: datetime, uid_domain: str = "visitdesk") -> bytes:
    """Return ``visit`` as a calendar file in UTF-8; ``made_at`` (UTC) is when that is, which the entry says (DTSTAMP).

    The entry keeps its UID for good, so that a later file of the same visit replaces it; a cancelled visit says so.
    """
    event = Event()
    event.add("uid", f"{visit.id}@{uid_domain}")
    event.add("dtstamp", made_at)
    event.add("sequence", visit.changes)
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("summary", f"{TITLES.get(visit.visit_type, 'Visit')}: {visit.individual_name}")
    event.add("status", "CANCELLED" if visit.status == "cancelled" else "CONFIRMED")
    event.add("description", _description(visit))
    where = visit.join.place or visit.join.link or visit.facility.name
    event.add("location", where)
    if visit.join.link:
        event.add("url", visit.join.link)
    if visit.status != "cancelled":
        event.add_component(_alarm(visit))
    calendar = Calendar()
    calendar.add("prodid", "-//Visit Desk//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _alarm(visit: VisitView) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{TITLES.get(visit.visit_type, 'Visit')}: {visit.individual_name}")
    alarm.add("trigger", -ALARM_BEFORE)
    return alarm


def _description(visit: VisitView) -> str:
    link = [visit.join.link] if visit.join.link else []
    return "\n".join([f"{visit.facility.name}, reference {visit.reference}", visit.join.how, *link])
