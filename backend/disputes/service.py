"""Disputes: a visitor says that a charge is wrong, and support decides it (RULES section 8).

A charge can be disputed for 90 days after it, or after its visit where that is later, by whoever paid it. An answer is
due within :data:`ANSWER_WORKING_DAYS` of the facility's state, and the date is shown from the start. Support gives
everything back that has not come back yet, or a part of it, gives account credit instead, or says no; every answer has
its reason, and what the video service reported is shown beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

from backend.accounts import service as accounts
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.disputes import repository
from backend.disputes.evidence import Evidence, evidence_of
from backend.disputes.models import Dispute
from backend.errors import Problem, not_found
from backend.facilities import service as facilities
from backend.facilities.working_days import add_working_days
from backend.money import disputing, spending
from backend.money.disputing import Disputed
from backend.money.words import amount_words
from backend.notices import service as notices
from backend.paging import cursor_of, parts_of
from backend.security import Action, Actor, Subject, authorize
from backend.types import new_id

OPEN_FOR: Final = timedelta(days=90)
"""RULES section 8."""
ANSWER_WORKING_DAYS: Final = 10
"""Two weeks, as card issuers ask of a merchant at the least."""
SHOWN: Final = 50
"""Disputes of one account that are listed."""
Reason = Literal["never_happened", "cut_short", "bad_quality", "charged_twice", "wrong_amount", "other"]
Status = Literal["open", "refunded", "credited", "refused"]
Outcome = Literal["refund", "credit", "refuse"]
_REASONS: Final[dict[str, Reason]] = {reason: reason for reason in get_args(Reason)}
_STATUSES: Final[dict[str, Status]] = {status: status for status in get_args(Status)}
_STATUS: Final[dict[Outcome, Status]] = {"refund": "refunded", "credit": "credited", "refuse": "refused"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What support decides, with the words that the visitor reads."""

    outcome: Outcome
    words: str
    amount_minor: int | None = None
    """What comes back or is given as credit, at most what is left of the charge; None: all of that."""


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute with its charge. Amounts are in minor units of ``currency``; ``due_on`` is a day of the facility."""

    id: str
    transaction_id: str
    visit_id: str | None
    facility: str
    individual_name: str
    appointment_at: datetime
    zone: str
    charged_minor: int
    left_minor: int
    """What of the charge has not come back yet, nor was given as credit."""
    currency: str
    fee_source_label: str
    reason: Reason
    words: str
    opened_at: datetime
    due_on: date
    status: Status
    decided_at: datetime | None
    decision: str | None
    evidence: Evidence | None = None
    """For support only."""
    visitor_name: str | None = None
    """For support only."""


def open_dispute(tx: Tx, actor: Actor, entry_id: str, reason: Reason, words: str) -> DisputeView:
    """Dispute one of one's own charges.

    Raises ``not_found`` (404), or why it cannot be disputed (409): ``nothing_to_dispute``, ``dispute_too_late``,
    ``dispute_open``, ``dispute_decided``.
    """
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account))
    spending.lock_account(tx, actor.account)
    disputed = _own_charge(tx, actor, entry_id)
    _refuse_what_cannot_be_disputed(tx, disputed)
    facility = facilities.get(tx, disputed.facility_id)
    dispute = Dispute(
        id=new_id(tx.now),
        account_id=actor.account,
        entry_id=entry_id,
        reason=reason,
        words=words,
        opened_at=tx.now,
        due_on=add_working_days(disputed.local_date(tx.now), ANSWER_WORKING_DAYS, facility.state),
        status="open",
    )
    tx.session.add(dispute)
    tx.session.flush()
    what = {"reason": reason, "due_on": dispute.due_on.isoformat()}
    _note(tx, actor, dispute, disputed, action="charge disputed", what=what)
    notices.post(
        tx,
        "dispute_opened",
        actor.account,
        disputed.email,
        {"about": _about(disputed), "due_on": dispute.due_on.isoformat()},
    )
    return _view(tx, dispute, disputed)


def decide(tx: Tx, actor: Actor, dispute_id: str, decision: Decision) -> DisputeView:
    """Decide an open dispute, as support.

    Raises ``not_found`` (404), ``dispute_decided`` (409) or ``more_than_was_charged`` (409).
    """
    shown = repository.dispute(tx, dispute_id)
    if shown is None:
        raise not_found("This dispute")
    authorize(actor, Action.DECIDE_DISPUTE, Subject(account_id=shown.account_id, role="visitor"))
    spending.lock_account(tx, shown.account_id)
    disputed = disputing.charge_to_change(tx, shown.account_id, shown.entry_id)
    dispute = repository.dispute_to_change(tx, dispute_id)
    if disputed is None or dispute is None:
        raise not_found("This dispute")
    if dispute.status != "open":
        raise Problem("dispute_decided", 409, "This dispute is decided already.", "Nothing was changed.")
    amount = _amount(disputed, decision)
    if decision.outcome == "refund":
        dispute.outcome_entry_id = disputing.give_back(tx, disputed, amount, dispute.id)
    elif decision.outcome == "credit":
        dispute.outcome_entry_id = disputing.give_credit(tx, disputed, amount, dispute.id)
    dispute.status, dispute.decision = _STATUS[decision.outcome], decision.words
    dispute.decided_at, dispute.decided_by = tx.now, actor.account_id
    tx.session.add(dispute)
    tx.session.flush()
    what = {"outcome": dispute.status, "amount": amount}
    _note(tx, actor, dispute, disputed, action="dispute decided", what=what, why=decision.words)
    notices.post(
        tx,
        "dispute_decided",
        dispute.account_id,
        disputed.email,
        {
            "about": _about(disputed),
            "outcome": dispute.status,
            "decision": decision.words,
            "amount_minor": amount,
            "currency": disputed.currency,
        },
    )
    return _for_support(tx, dispute)


def _amount(disputed: Disputed, decision: Decision) -> int:
    """Return how much comes back or is given. Raises ``more_than_was_charged`` (409)."""
    if decision.outcome == "refuse":
        return 0
    amount = disputed.left_minor if decision.amount_minor is None else decision.amount_minor
    if not 0 < amount <= disputed.left_minor:
        left = amount_words(disputed.left_minor, disputed.currency)
        raise Problem("more_than_was_charged", 409, f"Of this charge {left} can come back.", "Enter at most that.")
    return amount


def own(tx: Tx, actor: Actor) -> tuple[DisputeView, ...]:
    """Return the newest disputes of one's own account."""
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account))
    return tuple(_shown(tx, dispute) for dispute in repository.of_account(tx, actor.account, SHOWN))


def waiting(tx: Tx, actor: Actor, cursor: str | None, limit: int) -> tuple[tuple[DisputeView, ...], str | None]:
    """Return open disputes with their evidence, the one that is due first before the others, and the next cursor."""
    authorize(actor, Action.DECIDE_DISPUTE, Subject(role="visitor"))
    found = repository.waiting(tx, _after(cursor), limit + 1)
    page = found[:limit]
    following = cursor_of(page[-1].due_on.isoformat(), page[-1].id) if len(found) > limit else None
    return tuple(_for_support(tx, dispute) for dispute in page), following


def _after(cursor: str | None) -> tuple[date, str] | None:
    if cursor is None:
        return None
    day, dispute_id = parts_of(cursor, 2)
    try:
        return date.fromisoformat(day), dispute_id
    except ValueError as error:
        raise not_found("This place in the list") from error


def _own_charge(tx: Tx, actor: Actor, entry_id: str) -> Disputed:
    disputed = disputing.charge(tx, actor.account, entry_id)
    if disputed is None:
        raise not_found("This charge")
    return disputed


def _refuse_what_cannot_be_disputed(tx: Tx, disputed: Disputed) -> None:
    before = repository.of_entry(tx, disputed.entry_id)
    if before and before[0].status == "open":
        raise Problem(
            "dispute_open",
            409,
            "You have told us about this charge already.",
            "Transaction Details says how it stands.",
        )
    if before:
        raise Problem(
            "dispute_decided", 409, "This charge was looked into and decided.", "Support can tell you more about it."
        )
    if disputed.left_minor == 0:
        raise Problem("nothing_to_dispute", 409, "Nothing is charged on this line, or all of it came back.", "")
    if tx.now >= max(disputed.entered_at, disputed.appointment_at) + OPEN_FOR:
        raise Problem(
            "dispute_too_late", 409, "A charge can be disputed for 90 days.", "Support can still tell you about it."
        )


def _about(disputed: Disputed) -> str:
    amount = amount_words(disputed.charged_minor, disputed.currency)
    day = disputed.local_date(disputed.appointment_at)
    return f"{amount} for the visit with {disputed.individual_name} on {day:%B} {day.day}"


def _for_support(tx: Tx, dispute: Dispute) -> DisputeView:
    return _shown(tx, dispute, for_support=True)


def _shown(tx: Tx, dispute: Dispute, *, for_support: bool = False) -> DisputeView:
    disputed = disputing.charge(tx, dispute.account_id, dispute.entry_id)
    if disputed is None:
        raise AssertionError("a dispute is about a charge of its account")
    return _view(tx, dispute, disputed, for_support=for_support)


def _view(tx: Tx, dispute: Dispute, disputed: Disputed, *, for_support: bool = False) -> DisputeView:
    name = None
    if for_support and (account := accounts.account(tx, dispute.account_id)) is not None:
        name = f"{account.first_name} {account.last_name}"
    return DisputeView(
        id=dispute.id,
        transaction_id=dispute.entry_id,
        visit_id=disputed.visit_id,
        facility=facilities.get(tx, disputed.facility_id).name,
        individual_name=disputed.individual_name,
        appointment_at=disputed.appointment_at,
        zone=disputed.zone,
        charged_minor=disputed.charged_minor,
        left_minor=disputed.left_minor,
        currency=disputed.currency,
        fee_source_label=disputed.fee_source_label,
        reason=_REASONS[dispute.reason],
        words=dispute.words,
        opened_at=dispute.opened_at,
        due_on=dispute.due_on,
        status=_STATUSES[dispute.status],
        decided_at=dispute.decided_at,
        decision=dispute.decision,
        evidence=evidence_of(tx, disputed.visit_id) if for_support else None,
        visitor_name=name,
    )


def _note(
    tx: Tx,
    actor: Actor,
    dispute: Dispute,
    disputed: Disputed,
    *,
    action: str,
    what: Mapping[str, object],
    why: str | None = None,
) -> None:
    """Write it down in the facility's chain, and let the account's terminals know."""
    audit.record(
        tx,
        actor,
        audit.facility_chain(disputed.facility_id),
        action=action,
        subject=f"visit:{disputed.booking_id}",
        what={"account": dispute.account_id, "dispute": dispute.id, "charge": dispute.entry_id, **what},
        why=why,
    )
    changes.announce(tx, changes.account_stream(dispute.account_id), "dispute", dispute.id)
