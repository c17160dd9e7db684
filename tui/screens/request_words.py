"""An access request as an officer reads it: a row of the table, and everything that the visitor declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui import presentation
from tui.glyphs import glyphs
from tui.inert import inert
from tui.text import _, ngettext
from tui.widgets.table import Column, Row
from tui.words import ID_KINDS

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import AccessRequest


def columns() -> tuple[Column, ...]:
    """Return the table's columns."""
    return (
        Column(_("Due"), 10),
        Column(_("Name"), 20, grow=2),
        Column(_("Wants to see"), 20, grow=2),
        Column(_("Relationship"), 12, grow=1),
        Column(_("ID"), 12),
    )


def full_name(request: AccessRequest) -> str:
    """Return who asks."""
    return f"{request.applicant.first_name} {request.applicant.last_name}"


def request_row(request: AccessRequest, now: datetime, zone: str | None) -> Row:
    """Return a request as a row; one that is decided says so instead of when it was due."""
    due = presentation.local(request.due_at, zone).date()
    today = presentation.local(now, zone).date()
    when: str | Content = presentation.short_date(due)
    if due <= today:
        when = inert(_("Late"), "$critical") if due < today else inert(_("Today"), "$caution")
    applicant = request.applicant
    decided = request.status.value != "pending"
    cells = (
        decided_word(request) if decided else when,
        f"{applicant.last_name}, {applicant.first_name}",
        request.individual_name,
        request.relationship,
        _id_word(request),
    )
    return Row(request.id, cells, style="$muted" if decided else "")


def decided_word(request: AccessRequest) -> str:
    """Return in one word what became of a request."""
    words = {"approved": _("Approved"), "denied": _("Denied"), "withdrawn": _("Withdrawn")}
    return words.get(request.status.value, _("Decided"))


def id_is_missing(request: AccessRequest) -> bool:
    """Tell whether an officer has to see the ID before this request can be approved."""
    return request.id_must_be_seen and request.id_seen_at is None


def _id_word(request: AccessRequest) -> str:
    if request.id_seen_at is not None:
        return _("seen at desk")
    return _("not seen") if request.id_must_be_seen else _("not needed")


def declared(request: AccessRequest, zone: str | None) -> list[Content]:
    """Tell a request in full: who asks, from where, since when, and what was found."""
    person = request.applicant
    kind = _(ID_KINDS[person.id_kind]) if person.id_kind in ID_KINDS else person.id_kind
    born = _("born {day}").format(day=presentation.full_date(person.birth_date))
    home = f"{person.address_line}, {person.city} {person.state} {person.postal_code}"
    identity = _("{kind}, ends in {last}").format(kind=kind, last=person.id_last4)
    asked = _("Asked {when}. Answer due {due}.").format(
        when=presentation.date_time(request.requested_at, zone), due=presentation.date_time(request.due_at, zone)
    )
    return [
        inert(f"{full_name(request)}, {born}. {identity}.", "bold"),
        inert(home),
        inert(f"{presentation.phone(person.phone)}, {person.email}"),
        inert(asked),
        *_findings(request, zone),
    ]


def _findings(request: AccessRequest, zone: str | None) -> list[Content]:
    signs = glyphs()
    found = (
        inert(_("{sign} {name} is on the roster").format(sign=signs.done, name=request.individual_name), "$positive")
        if request.individual_found
        else inert(_("{sign} nobody on the roster fits").format(sign=signs.notice), "$caution")
    )
    if request.id_seen_by:
        seen = _("{sign} ID seen by {name}").format(sign=signs.done, name=request.id_seen_by)
        found += Content("   ") + inert(seen, "$positive")
    findings = [found]
    if request.earlier:
        last = max(request.earlier, key=lambda earlier: earlier.at)
        day = presentation.short_date(presentation.local(last.at, zone).date())
        words = ngettext(
            "{sign} {n} earlier request, {status} {day}",
            "{sign} {n} earlier requests, the last {status} {day}",
            len(request.earlier),
        )
        said = words.format(sign=signs.notice, n=len(request.earlier), status=_earlier_word(last.status.value), day=day)
        findings.append(inert(said, "$caution"))
    return findings


def _earlier_word(status: str) -> str:
    words = {
        "withdrawn": _("withdrawn"),
        "denied": _("denied"),
        "revoked": _("revoked"),
        "approved": _("approved"),
        "suspended": _("suspended"),
    }
    return words.get(status, status)
