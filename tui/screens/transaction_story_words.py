"""The story of one line of Transaction Details, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui import presentation
from tui.inert import inert
from tui.screens.dispute_words import REASONS
from tui.screens.transaction_words import account_of, details_word, money, signed
from tui.screens.visit_words import labelled
from tui.text import N_, _
from tui.words import full_type_name

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import (
        StoryBy,
        StoryDispute,
        StoryPart,
        StoryPayment,
        StoryStep,
        StoryThrough,
        StoryVisit,
        Transaction,
        TransactionStory,
    )

BY = {
    "you": N_("by you"),
    "facility": N_("by the facility"),
    "support": N_("by support"),
    "operator": N_("by the operator"),
    "server": N_("by itself"),
}
THROUGH = {
    "terminal": N_("at a terminal"),
    "kiosk": N_("at a kiosk"),
    "ssh": N_("over SSH"),
    "shell": N_("on the server"),
}
CAUSES = {
    "cancelled": N_("the visit was cancelled"),
    "facility": N_("the facility cancelled"),
    "unused_minutes": N_("minutes were not used"),
    "dispute": N_("you said that something was wrong"),
    "lost": N_("the time was gone"),
    "twice": N_("it was paid already"),
    "mistake": N_("it was a mistake"),
}
STEPS = {
    "payment begun": N_("Payment begun"),
    "payment declined": N_("Payment declined"),
    "payment given back": N_("Payment given back"),
    "visit confirmed": N_("Visit confirmed"),
    "visit moved": N_("Visit moved"),
    "visit cancelled": N_("Visit cancelled"),
    "visitor checked in": N_("You were checked in"),
    "outcome recorded": N_("What became of it was recorded"),
    "money came back": N_("Your card has the money"),
    "refund refused": N_("Your bank refused the refund"),
    "rules overridden": N_("Allowed as an exception"),
    "charge disputed": N_("You said that something is wrong"),
    "dispute decided": N_("Support decided"),
}
"""Actions of the trace; others are shown as the trace has them."""
ATTEMPTS = {
    "checking": N_("being checked"),
    "succeeded": N_("paid"),
    "declined": N_("declined"),
    "returning": N_("paid, and on its way back"),
    "returned": N_("paid, and given back"),
}
DECISIONS = {
    "refunded": N_("Support gave it back"),
    "credited": N_("Support gave account credit"),
    "refused": N_("Support said no"),
}


def story_lines(story: TransactionStory) -> list[Content]:
    """Tell a line's whole story: what it is, its booking's lines, payments, visit, who did what, and a dispute."""
    line = story.transaction
    zone = line.zone
    receipt = next((part.receipt for part in story.parts if part.transaction.id == line.id), line.id)
    lines = [
        inert(_title(line), "bold"),
        inert(details_word(line, wide=True)),
        Content(""),
        *_amounts(line),
        *labelled(_("Receipt number"), receipt),
        Content(""),
    ]
    for number, part in enumerate(story.parts):
        lines += _part(_("Lines") if number == 0 else "", part, zone)
    for number, payment in enumerate(story.payments):
        lines += _payment(_("Payments") if number == 0 else "", payment, zone)
    if story.payments:
        lines.append(Content(""))
    lines += _visit(story.visit, line) if story.visit else []
    for number, step in enumerate(story.steps):
        lines += labelled(_("Who did what") if number == 0 else "", _when(step.at, zone))
        lines += labelled("", _step(step))
    lines += [Content("")] if story.steps else []
    return [*lines, *_wrong(story.dispute, zone)]


def _title(line: Transaction) -> str:
    if line.appointment_at is None:
        return f"{account_of(line)}, {signed(line.money)}"
    return f"{line.individual_name}, {presentation.date_time(line.appointment_at, line.zone)}"


def _amounts(line: Transaction) -> list[Content]:
    said = [(_("Session fee"), line.session_fee), (_("Transaction fee"), line.transaction_fee)]
    if line.money.minor:
        said = [(_("Put on account"), line.money)]
    if line.tax.minor:
        said.append((_("Tax"), line.tax))
    said.append((_("In all"), line.total))
    return [
        *(inert(f"{label:<16}", "$muted") + inert(f"{money(amount):>12}") for label, amount in said),
        *labelled(_("Fee source"), line.fee_source_label),
    ]


def _part(label: str, part: StoryPart, zone: str) -> list[Content]:
    line = part.transaction
    match line.kind.value:
        case "refund":
            what = _("{amount} back to {source}")
        case "top_up" | "credit":
            what = _("{amount} from {source}, put on your account")
        case "no_charge":
            what = _("nothing to pay")
        case _:
            what = _("{amount} from {source}")
    amount = presentation.money(abs(line.total.minor), line.total.currency)
    lines = labelled(label, _when(line.date_paid, zone))
    lines += labelled("", f"{what.format(amount=amount, source=line.fee_source_label)}, {_by(part.by)}")
    if line.kind.value == "charge":
        fees = _("session fee {session}, transaction fee {transaction}, tax {tax}").format(
            session=money(line.session_fee), transaction=money(line.transaction_fee), tax=money(line.tax)
        )
        lines += labelled("", fees)
    elif line.kind.value == "refund":
        lines += _refund(part, zone)
    return [*lines, *labelled("", _("receipt {number}").format(number=part.receipt)), Content("")]


def _refund(part: StoryPart, zone: str) -> list[Content]:
    cause = _(CAUSES[part.cause.value]) if part.cause and part.cause.value in CAUSES else ""
    lines = labelled("", _("because {cause}").format(cause=cause)) if cause else []
    if part.arrived.value == "returning":
        return [*lines, *labelled("", _("on its way; banks take up to ten days"), "$caution")]
    if part.arrived.value == "returned" and part.arrived_at is not None:
        return [*lines, *labelled("", _("the bank had it on {when}").format(when=_when(part.arrived_at, zone)))]
    return lines


def _payment(label: str, payment: StoryPayment, zone: str) -> list[Content]:
    status = _(ATTEMPTS[payment.status.value]) if payment.status.value in ATTEMPTS else payment.status.value
    card = _("{brand} ending {last4}").format(brand=payment.brand, last4=payment.last4) if payment.last4 else ""
    lines = labelled(label, _when(payment.asked_at, zone))
    style = "$critical" if payment.status.value == "declined" else ""
    lines += labelled("", f"{money(payment.amount)}, {card or payment.label}: {status}", style)
    return lines + (labelled("", payment.sentence) if payment.sentence else [])


def _visit(visit: StoryVisit, line: Transaction) -> list[Content]:
    return [
        *labelled(_("Visit"), f"{visit.reference}, {full_type_name(visit.visit_type)}"),
        *labelled("", presentation.span(visit.starts_at, visit.ends_at, visit.zone)),
        *(labelled("", line.facility_name) if line.facility_name else []),
        Content(""),
    ]


def _step(step: StoryStep) -> str:
    what = _(STEPS[step.what]) if step.what in STEPS else step.what[:1].upper() + step.what[1:]
    said = f"{what}, {_by(step.by)}{_through(step.through)}"
    return f"{said} ({step.why})" if step.why else said


def _wrong(dispute: StoryDispute | None, zone: str) -> list[Content]:
    """Say how a dispute stands, and where there is none, what to do if something is wrong."""
    if dispute is None:
        title = inert(_("Something is wrong with this charge?"), "bold")
        return [title, inert(_("Press W within 90 days: support looks into it, and you get an answer."))]
    reason = _(REASONS[dispute.reason.value]) if dispute.reason.value in REASONS else dispute.reason.value
    lines = labelled(_("You said"), reason) + (labelled("", dispute.words) if dispute.words else [])
    lines += labelled("", _when(dispute.opened_at, zone))
    if dispute.decided_at is None:
        due = _("An answer is due by {day}.").format(day=presentation.long_date(dispute.due_on))
        return [*lines, *labelled(_("Answer"), due, "$caution")]
    decided = _(DECISIONS[dispute.status.value]) if dispute.status.value in DECISIONS else dispute.status.value
    lines += labelled(_("Answer"), f"{decided}, {_when(dispute.decided_at, zone)}")
    return lines + (labelled("", dispute.decision) if dispute.decision else [])


def _when(at: datetime, zone: str) -> str:
    day = presentation.long_date(presentation.local(at, zone).date())
    return f"{day}, {presentation.time_in(at, zone)}"


def _by(who: StoryBy) -> str:
    return _(BY[who.value]) if who.value in BY else who.value


def _through(channel: StoryThrough) -> str:
    return f" {_(THROUGH[channel.value])}" if channel.value in THROUGH else ""
