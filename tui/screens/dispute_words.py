"""Disputes in words: what can be wrong with a charge, how one stands, and what is known of its visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui import presentation
from tui.inert import inert
from tui.text import N_, _

if TYPE_CHECKING:
    from backend_client import Dispute, Evidence, Money

REASONS = {
    "never_happened": N_("The visit never took place"),
    "cut_short": N_("The visit was cut short"),
    "bad_quality": N_("Picture or sound were too bad to talk"),
    "charged_twice": N_("I was charged twice"),
    "wrong_amount": N_("The amount is not what I was told"),
    "other": N_("Something else"),
}
STATUSES = {
    "open": N_("being looked into"),
    "refunded": N_("decided: it comes back"),
    "credited": N_("decided: account credit"),
    "refused": N_("decided: the charge stays"),
}
SIDES = {"visitor": N_("Visitor"), "individual": N_("Incarcerated Individual")}


def amount(money: Money) -> str:
    """Return an amount as a person reads it."""
    return presentation.money(money.minor, money.currency)


def about(dispute: Dispute) -> list[Content | str]:
    """Return the charge and what is said of it, for support."""
    reason = _(REASONS[dispute.reason.value]) if dispute.reason.value in REASONS else dispute.reason.value
    visit = _("{name}, {when}").format(
        name=dispute.individual_name, when=presentation.date_time(dispute.appointment_at, dispute.zone)
    )
    lines: list[Content | str] = [
        inert(f"{dispute.visitor_name or ''}: {reason}", "bold"),
        inert(visit),
        inert(dispute.facility, "$muted"),
        inert(
            _("Charged {charged} to {label}; {left} has not come back yet.").format(
                charged=amount(dispute.charged), label=dispute.fee_source_label, left=amount(dispute.left)
            )
        ),
    ]
    if dispute.words:
        lines.append(inert(_("They write: {words}").format(words=dispute.words)))
    return [*lines, "", *known_of(dispute.evidence, dispute.zone), ""]


def known_of(evidence: Evidence | None, zone: str) -> list[Content]:
    """Return what was recorded of the visit: its outcome, and from when to when each side was connected."""
    if evidence is None:
        return [inert(_("No visit came of this charge."), "$caution")]
    lines = [
        inert(
            _("Visit {reference}: {status}").format(
                reference=evidence.reference, status=evidence.visit_status.replace("_", " ")
            ),
            "$muted",
        )
    ]
    if not evidence.connected:
        lines.append(inert(_("The video service has reported no connection."), "$caution"))
    for one in evidence.connected:
        side = _(SIDES[one.side.value]) if one.side.value in SIDES else one.side.value
        times = presentation.span(one.since, one.until, zone)
        lines.append(inert(_("{side} connected {times}").format(side=side, times=times)))
    return lines
