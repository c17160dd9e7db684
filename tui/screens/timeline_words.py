"""What happened to an account, in words: one line of its timeline, and the sentence below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui import presentation
from tui.inert import inert
from tui.text import N_, _
from tui.widgets.table import Column, Row

if TYPE_CHECKING:
    from backend_client import TimelineItem

NOTICES = {
    "create_account_code": N_("E-mail: code for a new account"),
    "account_exists": N_("E-mail: has an account already"),
    "reset_password_code": N_("E-mail: code for a new password"),
    "access_requested": N_("E-mail: access requested"),
    "access_decided": N_("E-mail: access decided"),
    "visit_confirmed": N_("E-mail: visit confirmed"),
    "visit_changed": N_("E-mail: visit moved"),
    "visit_cancelled": N_("E-mail: visit cancelled"),
    "money_back": N_("E-mail: money comes back"),
    "money_added": N_("E-mail: money added"),
    "money_taken_back": N_("E-mail: money taken off"),
    "dispute_opened": N_("E-mail: charge disputed"),
    "dispute_decided": N_("E-mail: dispute decided"),
}
STATES = {
    "waiting": N_("waits to be sent"),
    "sent": N_("sent"),
    "local": N_("shown on this machine"),
    "failed": N_("could not be sent"),
    "checking": N_("being checked"),
    "succeeded": N_("paid"),
    "declined": N_("declined"),
    "returning": N_("on its way back"),
    "returned": N_("given back"),
}
DOERS = {
    "visitor": N_("customer"),
    "facility": N_("facility"),
    "support": N_("support"),
    "operator": N_("operator"),
    "server": N_("by itself"),
}
TROUBLE = frozenset({"failed", "declined"})


def columns() -> tuple[Column, ...]:
    """Return the columns of a timeline."""
    return (
        Column(_("When"), 14),
        Column(_("What happened"), 33, grow=2),
        Column(_("About"), 13, grow=1),
        Column(_("By"), 13, grow=1),
    )


def row(item: TimelineItem, zone: str | None) -> Row:
    """Return the line of something that happened, at the time of the reader's ``zone``."""
    when = presentation.local(item.at, zone)
    at = f"{presentation.numeric_date(when.date())} {presentation.clock_time(when)}"
    style = "$caution" if item.state in TROUBLE else ""
    return Row(item.id, (at, happened(item), item.reference or item.facility or "", item.by_name or doer(item)), style)


def happened(item: TimelineItem) -> str:
    """Return what happened, in a few words."""
    amount = presentation.money(item.amount.minor, item.amount.currency) if item.amount else ""
    if item.source.value == "payment":
        return _("Payment of {amount}: {state}").format(amount=amount, state=state(item))
    if item.source.value == "refund":
        return _("{amount} given back").format(amount=amount)
    if item.source.value == "notice":
        return _(NOTICES[item.what]) if item.what in NOTICES else _("E-mail: {what}").format(what=item.what)
    return item.what[:1].upper() + item.what[1:]


def state(item: TimelineItem) -> str:
    """Return how a notice or a payment ended, or nothing."""
    return _(STATES[item.state]) if item.state in STATES else item.state or ""


def doer(item: TimelineItem) -> str:
    """Return what whoever did it is to the account."""
    return _(DOERS[item.by.value]) if item.by.value in DOERS else item.by.value


def story(item: TimelineItem, zone: str | None) -> list[Content]:
    """Return everything that is known of something that happened, for below the table."""
    by = f"{item.by_name} ({doer(item)})" if item.by_name else doer(item)
    about = ", ".join(part for part in (item.reference, item.facility) if part)
    day = presentation.long_date(presentation.local(item.at, zone).date())
    when = f"{day}, {presentation.time_in(item.at, zone)}"
    lines = [inert(f"{when}, {by}", "$muted")]
    if about:
        lines.append(inert(about))
    if item.source.value == "notice":
        lines.append(inert(_("To {address}: {state}.").format(address=item.note or "", state=state(item))))
    elif item.source.value in ("payment", "refund"):
        lines.append(inert(_("With {label}.").format(label=item.note) if item.note else ""))
    elif item.note:
        lines.append(inert(_("Reason: {why}").format(why=item.note)))
    return lines
