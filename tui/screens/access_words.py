"""How a facility access is said in one line and in a few: its sign, its word, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui import presentation
from tui.glyphs import glyphs
from tui.inert import inert
from tui.problems import wait_time
from tui.text import _
from tui.widgets.choice_list import Choice

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import Access


def place(access: Access) -> str:
    """Return the facility with its state: ``Shelby County Jail, TN``."""
    return f"{access.facility.name}, {access.facility.state}"


def access_choice(access: Access, now: datetime, reader_zone: str | None) -> Choice:
    """Return an access as one line of a list: what is approved shows *Schedule*.

    Args:
        access: The access.
        now: The present instant.
        reader_zone: IANA name of the reader's zone.
    """
    status = access.status.value
    if status == "approved":
        note = _("Schedule") if access.can_schedule else _("Approved, no visits offered")
        return Choice(access.id, place(access), note=note, sign=glyphs().done, style="$positive")
    if status == "pending" and access.due_at is not None:
        note = f"{_('Pending')}   {due(access, now, reader_zone)}"
        return Choice(access.id, place(access), note=note, sign=glyphs().waiting, style="$caution")
    word, sign, style = {
        "pending": (_("Pending"), glyphs().waiting, "$caution"),
        "denied": (_("Denied"), glyphs().wrong, "$critical"),
        "revoked": (_("Revoked"), glyphs().wrong, "$critical"),
        "suspended": (_("Suspended"), glyphs().notice, "$critical"),
        "withdrawn": (_("Withdrawn"), glyphs().dot, "$muted"),
    }.get(status, (status, glyphs().dot, "$muted"))
    return Choice(access.id, place(access), note=word, sign=sign, style=style)


def due(access: Access, now: datetime, reader_zone: str | None) -> str:
    """Say when an answer is due, as a day at the facility: ``answer due Wed Nov 25``."""
    if access.due_at is None:
        return ""
    zone = access.zone or reader_zone
    day = presentation.local(access.due_at, zone).date()
    if day < presentation.local(now, zone).date():
        return _("answer was due {day}").format(day=presentation.short_date(day))
    return _("answer due {day}").format(day=presentation.short_date(day))


def story(access: Access, now: datetime, reader_zone: str | None) -> list[str | Content]:
    """Tell an access in a few lines: since when, what is missing, how long answers take, what was decided and why."""
    zone = access.zone or reader_zone
    asked = presentation.date_time(access.requested_at, zone)
    lines: list[str | Content] = [
        inert(place(access), "bold"),
        _("You asked on {when} to visit {name} ({relationship}).").format(
            when=asked, name=access.individual_name, relationship=access.relationship
        ),
    ]
    if access.status.value == "pending":
        lines.append(_pending(access, now, reader_zone))
        lines += [inert(f"{glyphs().notice} {missing}", "$caution") for missing in access.missing]
    elif access.decided_at is not None:
        lines.append(_decided(access, zone))
    return lines


def _pending(access: Access, now: datetime, reader_zone: str | None) -> str:
    sentence = _("The facility has not decided yet: {due}.").format(due=due(access, now, reader_zone))
    if access.typical_answer_hours:
        took = wait_time(access.typical_answer_hours * 3600) if access.typical_answer_hours < 2 else None
        took = took or _("{n} hours").format(n=access.typical_answer_hours)
        sentence = f"{sentence} {_('Answers here usually take {time}.').format(time=took)}"
    return sentence


def _decided(access: Access, zone: str | None) -> str:
    when = presentation.date_time(access.decided_at, zone) if access.decided_at else ""
    words = {
        "approved": _("Approved on {when}."),
        "denied": _("Denied on {when}."),
        "revoked": _("Revoked on {when}."),
        "suspended": _("Suspended on {when}."),
        "withdrawn": _("You withdrew it on {when}."),
    }
    sentence = words.get(access.status.value, "{when}").format(when=when)
    return f"{sentence} {_('Reason given: {reason}').format(reason=access.reason)}" if access.reason else sentence
