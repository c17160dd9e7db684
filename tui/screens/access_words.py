"""How a facility access is said in one line and in a few: its sign, its word, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui import presentation
from tui.glyphs import glyphs
from tui.inert import inert
from tui.text import _, ngettext
from tui.widgets.choice_list import Choice
from tui.words import type_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from backend_client import Access

OPEN = frozenset({"approved", "pending", "suspended"})
"""Of these a facility and an account have one at most: what stands now, not what was."""
_ORDER = ("approved", "pending", "suspended", "denied", "revoked", "withdrawn")
_BETWEEN = "   "
_LONGEST_IN_HOURS = 48


def place(access: Access) -> str:
    """Return the facility with its state: ``Shelby County Jail, TN``."""
    return f"{access.facility.name}, {access.facility.state}"


def in_order(accesses: Sequence[Access]) -> tuple[Access, ...]:
    """Return accesses as a person looks for them: where one can schedule, what is pending, then the rest."""

    def rank(access: Access) -> int:
        status = access.status.value
        return _ORDER.index(status) if status in _ORDER else len(_ORDER)

    return tuple(sorted(accesses, key=rank))


def standing(accesses: Sequence[Access]) -> tuple[Access, ...]:
    """Return, in order, how one stands with each facility now: what was decided earlier there is left out."""
    newest: dict[str, Access] = {}
    for access in accesses:
        known = newest.get(access.facility.id)
        if known is None or (access.status.value in OPEN and known.status.value not in OPEN):
            newest[access.facility.id] = access
    return in_order(tuple(newest.values()))


def access_choices(accesses: Sequence[Access], now: datetime, reader_zone: str | None) -> list[Choice]:
    """Return accesses as lines of a list, how each stands in a column of its own; what is approved shows *Schedule*.

    Args:
        accesses: The accesses, in the order of the lines.
        now: The present instant.
        reader_zone: IANA name of the reader's zone.
    """
    said = [_word(access) for access in accesses]
    pending = [due(access, now, reader_zone) if access.status.value == "pending" else "" for access in accesses]
    notes = [
        f"{word}{_BETWEEN}{answer}" if answer else word
        for (word, _sign, _style), answer in zip(said, pending, strict=True)
    ]
    # the room of an answer that is awaited, also where none is: so the words stand where they stood when it comes
    awaited = f"{_('Pending')}{_BETWEEN}{_('answer due {day}').format(day=presentation.short_date(now.date()))}"
    widest = max(Content(note).cell_length for note in (*notes, awaited))
    return [
        Choice(
            access.id,
            place(access),
            note=note + " " * (widest - Content(note).cell_length),
            sign=sign,
            style=style,
        )
        for access, note, (_word_, sign, style) in zip(accesses, notes, said, strict=True)
    ]


def _word(access: Access) -> tuple[str, str, str]:
    """Return the word, the sign and the style of how an access stands; what is over is quiet."""
    signs = glyphs()
    approved = _("Schedule") if access.can_schedule else _("Approved, no visits offered now")
    return {
        "approved": (approved, signs.done, "$positive"),
        "pending": (_("Pending"), signs.waiting, "$caution"),
        "suspended": (_("Suspended"), signs.notice, "$critical"),
        "denied": (_("Denied"), signs.wrong, "$muted"),
        "revoked": (_("Revoked"), signs.wrong, "$muted"),
        "withdrawn": (_("Withdrawn"), signs.dot, "$muted"),
    }.get(access.status.value, (access.status.value, signs.dot, "$muted"))


def _due_day(access: Access, now: datetime, reader_zone: str | None) -> tuple[str, bool]:
    """Return the day at the facility by which an answer is due, and whether it is over; no day where none is known."""
    if access.due_at is None:
        return "", False
    zone = access.zone or reader_zone
    day = presentation.local(access.due_at, zone).date()
    return presentation.short_date(day), day < presentation.local(now, zone).date()


def due(access: Access, now: datetime, reader_zone: str | None) -> str:
    """Say when an answer is due, as a day at the facility: ``answer due Wed Nov 25``."""
    day, over = _due_day(access, now, reader_zone)
    if not day:
        return ""
    return _("answer was due {day}").format(day=day) if over else _("answer due {day}").format(day=day)


def due_sentence(access: Access, now: datetime, reader_zone: str | None) -> str:
    """Say the same as a sentence of its own: ``Answer due Wed Nov 25.``"""
    day, over = _due_day(access, now, reader_zone)
    if not day:
        return _("The facility has not said when it answers.")
    if over:
        return _("The answer was due {day}: ask the facility, please.").format(day=day)
    return _("Answer due {day}.").format(day=day)


def usual_wait(hours: int | None) -> str:
    """Say how long answers take at a facility, or nothing where it is not known yet."""
    if not hours:
        return ""
    days = round(hours / 24)
    time = (
        ngettext("{n} hour", "{n} hours", hours).format(n=hours)
        if hours < _LONGEST_IN_HOURS
        else ngettext("{n} day", "{n} days", days).format(n=days)
    )
    return _("Answers here usually take {time}.").format(time=time)


def story(access: Access, now: datetime, reader_zone: str | None) -> list[Content]:
    """Tell an access in a few lines: since when, what is missing, how long answers take, what was decided and why."""
    zone = access.zone or reader_zone
    lines = [
        inert(place(access), "bold"),
        inert(
            _("You asked on {when} to visit {name} ({relationship}).").format(
                when=presentation.date_time(access.requested_at, zone),
                name=access.individual_name,
                relationship=access.relationship,
            )
        ),
    ]
    if access.status.value == "pending":
        wait = f"{due_sentence(access, now, reader_zone)} {usual_wait(access.typical_answer_hours)}".strip()
        lines.append(inert(wait))
        lines += [inert(f"{glyphs().notice} {missing}", "$caution") for missing in access.missing]
        lines.append(inert(_("This page changes by itself once they have decided."), "$muted"))
    elif access.decided_at is not None:
        lines.append(inert(_decided(access, zone)))
    if access.status.value == "approved":
        types = ", ".join(dict.fromkeys(type_name(each) for each in access.visit_types))
        offered = _("You can schedule: {types}.").format(types=types)
        lines.append(inert(offered if access.can_schedule and types else _("It offers no visits here at present.")))
    return lines


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
