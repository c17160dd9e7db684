"""A visit told in full, line by line, and what a cancellation brings back."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from textual.content import Content

from tui import presentation
from tui.inert import clean, inert
from tui.text import _
from tui.words import full_type_name, visit_status

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import Cancellation, Money, Visit

LABEL, LONGEST_LINE = 16, 60
"""Cells before a value, and of a value's line: it wraps under itself."""


def labelled(label: str, text: str, style: str = "") -> list[Content]:
    """Return a value behind its label; what is too long for one line goes on below, under its beginning."""
    lines = wrap(clean(text), LONGEST_LINE, break_on_hyphens=False) or [""]
    heads = [label, *[""] * (len(lines) - 1)]
    return [inert(f"{head:<{LABEL}}", "$muted") + inert(line, style) for head, line in zip(heads, lines, strict=True)]


def visit_words(visit: Visit, now: datetime, reader_zone: str | None) -> list[Content]:
    """Tell a visit: with whom, when, where, and, by how it stands, how to join it or how it ended.

    Args:
        visit: The visit.
        now: The present instant.
        reader_zone: IANA name of the reader's zone.
    """
    confirmed = visit.status.value == "confirmed"
    _first, mine = presentation.both_times(visit.starts_at, visit.zone, reader_zone)
    status = "$positive" if confirmed else "$critical" if visit.status.value == "cancelled" else ""
    lines = [
        inert(f"{visit.individual_name}, #{visit.booking_number}", "bold"),
        inert(visit_status(visit), status),
        Content(""),
        *labelled(_("When"), presentation.span(visit.starts_at, visit.ends_at, visit.zone)),
        *(labelled("", mine) if mine else []),
        *labelled(_("Facility"), f"{visit.facility.name}, {visit.facility.state}"),
        *labelled(_("Type"), full_type_name(visit.visit_type)),
        *labelled(_("Who is coming"), ", ".join([_("you"), *(attendee.name for attendee in visit.attendees)])),
        Content(""),
    ]
    if confirmed and now < visit.ends_at:
        lines += _to_come(visit, now)
    elif visit.status.value == "cancelled":
        lines += _cancelled(visit)
    return [*lines, *_paid(visit)]


def _to_come(visit: Visit, now: datetime) -> list[Content]:
    label = _("How to come") if visit.visit_type.value == "in_person" else _("To join")
    lines = labelled(label, visit.join.how)
    for where in (visit.join.link, visit.join.place):
        lines += labelled("", where) if where else []
    opens = presentation.date_time(visit.join.opens_at, visit.zone)
    lines += [*labelled("", _("from {time} on").format(time=opens)), Content("")]
    if visit.free_cancel_until is None:
        return lines
    until = presentation.date_time(visit.free_cancel_until, visit.zone)
    if now <= visit.free_cancel_until:
        return lines + labelled(_("Cancel"), _("free of charge until {time}").format(time=until))
    late = _("was free of charge until {time}; C tells what comes back now").format(time=until)
    return lines + labelled(_("Cancel"), late)


def _cancelled(visit: Visit) -> list[Content]:
    by = {"visitor": _("by you"), "facility": _("by the facility"), "support": _("by support")}
    who = by.get(visit.cancelled_by.value, "") if visit.cancelled_by else ""
    when = presentation.date_time(visit.cancelled_at, visit.zone) if visit.cancelled_at else ""
    lines = labelled(_("Cancelled"), f"{when} {who}".strip())
    if visit.reason:
        lines += labelled(_("Reason"), visit.reason)
    if visit.total.minor:
        lines += labelled("", _("Transaction Details shows what came back."))
    return [*lines, Content("")]


def _paid(visit: Visit) -> list[Content]:
    if not visit.total.minor:
        return labelled(_("Fees"), _("Nothing to pay"))
    parts = [
        _("Session fee {amount}").format(amount=_money(visit.session_fee)),
        _("Transaction fee {amount}").format(amount=_money(visit.transaction_fee)),
    ]
    if visit.tax.minor:
        parts.append(_("Tax {amount}").format(amount=_money(visit.tax)))
    fees = _("{parts} = {total}").format(parts=" + ".join(parts), total=_money(visit.total))
    return [
        *labelled(_("Fees"), fees),
        *(labelled(_("Paid with"), visit.paid_with) if visit.paid_with else []),
        *_minutes(visit),
    ]


def _minutes(visit: Visit) -> list[Content]:
    """Say of a visit by the minute that unused minutes come back, and how many were used once that is known."""
    if not visit.unused_minutes_come_back or visit.cancelled_at is not None:
        return []
    if visit.used_minutes is None:
        return labelled(_("Minutes"), _("Those you do not use come back to you within a day of the visit."))
    said = _("{used} of {booked} were used.").format(used=visit.used_minutes, booked=visit.duration_minutes)
    if visit.used_minutes < visit.duration_minutes:
        said = _("{said} Transaction Details shows what came back.").format(said=said)
    return labelled(_("Minutes"), said)


def what_comes_back(offer: Cancellation) -> list[str]:
    """Say before a cancellation how much comes back, to where, and how much does not."""
    back = _back(offer)
    if offer.sentence_code == "nothing_paid":
        return [_("Nothing was paid, so nothing comes back. The time becomes free for others.")]
    if offer.sentence_code == "nothing_left":
        before = _("All that you paid was given back before: Transaction Details shows how.")
        return [before, _("The time becomes free for others.")]
    if offer.sentence_code == "late":
        late = _("It is too late for a full return: {keeps} is kept.").format(keeps=_money(offer.keeps))
        return [late, back if offer.comes_back.minor else _("Nothing comes back.")]
    if offer.sentence_code == "rest":
        return [back, _("That is all that is left of what you paid. The time becomes free for others.")]
    return [back, _("That is all that you paid. The time becomes free for others.")]


def _back(offer: Cancellation) -> str:
    """Say what comes back to where, how much to each where several things paid."""
    back = _money(offer.comes_back)
    if len(offer.places) < 2:
        return _("{back} comes back to {to}.").format(back=back, to=offer.to or _("where it came from"))
    parts = ", ".join(_("{back} to {to}").format(back=_money(place.amount), to=place.label) for place in offer.places)
    return _("{back} comes back: {parts}.").format(back=back, parts=parts)


def _money(amount: Money) -> str:
    return presentation.money(amount.minor, amount.currency)
