"""Cancelling a visit: what comes back is said before, and is what comes back (RULES section 8).

The visitor may cancel until the visit starts or they are checked in, both exclusive. Before the cut-off (exclusive)
everything comes back; later, what the facility's policy says. What the facility causes brings everything back, whenever
it is. The refund is entered in the transaction of the cancellation; it is sent to the processor afterwards, again and
again until it is through.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, Reason, not_found
from backend.facilities import service as facilities
from backend.facilities.policy import VisitPolicy
from backend.facilities.prices import tax_on
from backend.money import returns
from backend.money.ledger import Fees
from backend.money.returns import Share
from backend.money.words import amount_words, and_words
from backend.notices import service as notices
from backend.security import Action, Actor, Subject, authorize
from backend.visits import quanta, quotas, repository
from backend.visits.joining import notice_data, policy_of
from backend.visits.models import Visit
from backend.visits.service import fees_of, free_until
from backend.visits.standing import own, to_change, why_gone, why_not_standing
from backend.visits.words import cancelled_words

ComesBack = Literal["full", "rest", "nothing_left", "nothing_paid", "late"]
"""All that was paid; what is left of it, as some came back before; all did; nothing was paid; too late for all."""
CancelledBy = Literal["visitor", "facility", "support"]


@dataclass(frozen=True, slots=True)
class CancellationView:
    """What cancelling now would do."""

    reasons: tuple[Reason, ...]
    """Why it cannot be cancelled; empty if it can."""
    back: Fees
    places: tuple[Share, ...]
    """What comes back to where."""
    keeps_minor: int
    """What of the price does not come back, neither now nor before."""
    sentence_code: ComesBack

    @property
    def to(self) -> str | None:
        """Where it comes back to, in words; None if nothing does."""
        return and_words([share.label for share in self.places]) or None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A visit that was cancelled, and the payment that has to be sent back, if any."""

    visit_id: str
    payment_id: str | None
    """The card's; what other sources paid is there at once."""


def preview(tx: Tx, actor: Actor, visit_id: str) -> CancellationView:
    """Return what cancelling would do now. Raises ``not_found`` (404)."""
    return _preview(tx, own(tx, actor, visit_id))


def cancel(tx: Tx, actor: Actor, visit_id: str, expected_back_minor: int, reason: str | None) -> Cancelled:
    """Cancel one's own visit. Raises ``not_found`` (404), why it cannot be cancelled, or ``refund_changed`` (409)."""
    visit = to_change(tx, own(tx, actor, visit_id))
    view = _preview(tx, visit)
    if view.reasons:
        raise _refused(view.reasons)
    if view.back.total_minor != expected_back_minor:
        raise Problem(
            "refund_changed",
            409,
            "What comes back has changed.",
            f"It is now {amount_words(view.back.total_minor, view.back.currency)}. Look at it again, then decide.",
        )
    return _cancel(tx, actor, visit, by="visitor", reason=reason, back=view.back)


def cancel_for_facility(tx: Tx, actor: Actor, visit_id: str, reason: str) -> Cancelled:
    """Cancel a visit because of the facility: everything comes back to where it came from, fees included.

    ``actor`` works at the facility, or is the server. Raises ``not_found`` (404) or why it cannot be cancelled (409).
    """
    visit = _locked(tx, visit_id)
    authorize(actor, Action.CANCEL_FOR_FACILITY, Subject(facility_id=visit.facility_id))
    if gone := why_gone(visit):
        raise _refused((gone,))
    return _cancel(tx, actor, visit, by="facility", reason=reason, back=fees_of(visit))


def _preview(tx: Tx, visit: Visit) -> CancellationView:
    fees, policy = fees_of(visit), policy_of(tx, visit)
    nothing = Fees(0, 0, fees.currency)
    reason = _why_not(visit, tx.now)
    if fees.total_minor == 0 or reason:
        return CancellationView((reason,) if reason else (), nothing, (), fees.total_minor, "nothing_paid")
    wanted = late_refund(visit, policy) if tx.now >= free_until(visit, policy) else fees
    paid = returns.left(tx, visit.id)
    places = returns.spread(paid, wanted)
    back, left_minor = sum((share.fees for share in places), nothing), sum(share.fees.total_minor for share in paid)
    keeps_minor = left_minor - back.total_minor
    return CancellationView((), back, places, keeps_minor, _in_words(fees.total_minor, left_minor, keeps_minor))


def _in_words(total_minor: int, left_minor: int, keeps_minor: int) -> ComesBack:
    """Return how it is told what comes back of ``left_minor``, which is what of a price has not come back before."""
    if left_minor == 0:
        return "nothing_left"
    if keeps_minor:
        return "late"
    return "full" if left_minor == total_minor else "rest"


def late_refund(visit: Visit, policy: VisitPolicy) -> Fees:
    """Return what a late cancellation by the visitor brings back: of the tax, what is on the fees that come back."""
    fees = fees_of(visit)
    if policy.late_refund == "everything":
        return fees
    if policy.late_refund == "nothing":
        return Fees(0, 0, fees.currency)
    tax = fees.tax_minor - tax_on(fees.transaction_fee_minor, visit.tax_basis_points)
    return Fees(fees.session_fee_minor, 0, fees.currency, tax)


def _cancel(tx: Tx, actor: Actor, visit: Visit, *, by: CancelledBy, reason: str | None, back: Fees) -> Cancelled:
    visit.status, visit.cancelled_at, visit.cancelled_by, visit.reason = "cancelled", tx.now, by, reason
    visit.changes += 1
    tx.session.add(visit)
    tx.session.flush()
    quanta.free(tx, visit.id)
    quotas.give_back(tx, visit.id)
    words = cancelled_words(by, tx.now, visit.zone, reason)
    shares = returns.give_back(tx, visit.id, back, words, "cancelled" if by == "visitor" else "facility")
    returned = sum(share.fees.total_minor for share in shares)
    payment_id = next((share.payment_id for share in shares if share.payment_id is not None), None)
    audit.record(
        tx,
        actor,
        audit.facility_chain(visit.facility_id),
        action="visit cancelled",
        subject=f"visit:{visit.id}",
        what={"by": by, "reference": visit.reference, "comes_back": returned},
        why=reason,
    )
    stream = changes.account_stream(visit.account_id)
    changes.announce(tx, stream, "visit", visit.id)
    if shares:
        changes.announce(tx, stream, "payment", payment_id or visit.id)
    changes.announce(tx, changes.facility_stream(visit.facility_id), "visit", visit.id)
    notices.post(
        tx,
        "visit_cancelled",
        visit.account_id,
        repository.email_of(tx, visit.account_id),
        {
            **notice_data(tx, visit),
            "returned_minor": returned,
            "returned_to": and_words([share.label for share in shares]) or None,
            "cancelled_by": by,
            "reason": reason,
        },
    )
    return Cancelled(visit.id, payment_id)


def _why_not(visit: Visit, now: datetime) -> Reason | None:
    """Return why a visit's own visitor cannot cancel it any more."""
    if (gone := why_gone(visit)) is None and now >= visit.starts_at:
        return Reason("visit_has_begun", "The visit has begun or is over.")
    return gone or why_not_standing(visit, now)


def _locked(tx: Tx, visit_id: str) -> Visit:
    """Return a visit as it is now, locked behind its facility, which the caller may have alone already.

    Its account is not locked: whoever has the facility alone would wait for it in the wrong order.
    """
    shown = repository.visit(tx, visit_id)
    if shown is not None:
        facilities.share(tx, shown.facility_id)
    visit = repository.visit_to_change(tx, visit_id)
    if visit is None:
        raise not_found("The visit")
    return visit


def _refused(reasons: tuple[Reason, ...]) -> Problem:
    return Problem(reasons[0].code, 409, reasons[0].sentence, "Nothing was changed.", reasons=reasons)
