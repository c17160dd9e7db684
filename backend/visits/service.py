"""Visits as their account sees them: lists, one visit, and what became of a confirmation.

A visit that stands and whose end has passed counts as completed until another outcome is recorded: it is listed under
past, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backend.db import Tx
from backend.errors import Problem
from backend.facilities import service as facilities
from backend.facilities.policy import VisitPolicy
from backend.facilities.views import FacilityRef
from backend.money import service as money
from backend.money.ledger import Fees
from backend.paging import cursor_of, instant_of, parts_of
from backend.roster import service as roster
from backend.security import Actor
from backend.types import microseconds
from backend.visits import repository
from backend.visits.booking import Begun, Companion
from backend.visits.joining import JoinView, join_of, policy_of
from backend.visits.models import Visit
from backend.visits.payment_view import PaymentView, payment_view
from backend.visits.refusals import declined, lost, payment_is_checking
from backend.visits.repository import When
from backend.visits.standing import own


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as its account sees it. Instants are UTC, ``zone`` is the facility's."""

    id: str
    reference: str
    facility: FacilityRef
    visit_type: str
    individual_id: str
    individual_name: str
    booking_number: str
    starts_at: datetime
    ends_at: datetime
    duration_minutes: int
    zone: str
    status: str
    attendees: tuple[Companion, ...]
    fees: Fees
    paid_with: str | None
    join: JoinView
    free_cancel_until: datetime | None
    """Until then (exclusive) a cancellation brings everything back; None where nothing was paid."""
    cancelled_at: datetime | None
    cancelled_by: str | None
    reason: str | None
    changes: int
    """How often it was moved or cancelled."""
    checked_in_at: datetime | None
    station: str | None
    """The name of the station where it takes place, None where none is assigned."""
    unused_minutes_come_back: bool
    """Whether it was booked by the minute."""
    used_minutes: int | None
    """How many of those were used, once they are counted."""


@dataclass(frozen=True, slots=True)
class ConfirmationView:
    """What became of a confirmation. Without a visit it does not stand (yet): the payment says why."""

    payment: PaymentView | None
    visit: VisitView | None
    is_top_up: bool = False

    @property
    def stands(self) -> bool:
        """Whether what was asked for is done: the visit stands, or the balance has its money."""
        topped_up = self.is_top_up and self.payment is not None and self.payment.status == "succeeded"
        return self.visit is not None or topped_up


def listed(
    tx: Tx, actor: Actor, when: When, cursor: str | None, limit: int
) -> tuple[tuple[VisitView, ...], str | None]:
    """Return a page of the account's visits, and the cursor of the next page if there is one.

    Upcoming ones soonest first, past and cancelled ones latest first.
    """
    after = None
    if cursor is not None:
        start, visit_id = parts_of(cursor, 2)
        after = (instant_of(start), visit_id)
    found = repository.visits_of(tx, actor.account, when, after, limit + 1)
    page = found[:limit]
    following = cursor_of(str(microseconds(page[-1].starts_at)), page[-1].id) if len(found) > limit else None
    return views(tx, page), following


def one(tx: Tx, actor: Actor, visit_id: str) -> VisitView:
    """Return one of the account's visits. Raises ``not_found`` (404)."""
    return views(tx, [own(tx, actor, visit_id)])[0]


def views(tx: Tx, visits: Sequence[Visit]) -> tuple[VisitView, ...]:
    """Return visits as their account sees them."""
    ids = [visit.id for visit in visits]
    labels = money.labels(tx, ids)
    companions: dict[str, list[Companion]] = {}
    for attendee in repository.attendees_of(tx, ids):
        companions.setdefault(attendee.visit_id, []).append(Companion(attendee.name, attendee.minor))
    stations = repository.stations_called(tx, [visit.station_id for visit in visits if visit.station_id])
    policies: dict[tuple[str, str, date], VisitPolicy] = {}
    found = []
    for visit in visits:
        key = (visit.facility_id, visit.visit_type, visit.confirmed_at.astimezone(repository.zone_of(visit)).date())
        if key not in policies:
            policies[key] = policy_of(tx, visit)
        found.append(
            _view(
                tx,
                visit,
                policies[key],
                tuple(companions.get(visit.id, ())),
                label=labels.get(visit.id),
                station=stations.get(visit.station_id) if visit.station_id else None,
            )
        )
    return tuple(found)


def status_at(visit: Visit, now: datetime) -> str:
    """Return a visit's status by the clock: one that stands and has ended (end exclusive) counts as completed."""
    return "completed" if visit.status == "confirmed" and now >= visit.ends_at else visit.status


def free_until(visit: Visit, policy: VisitPolicy) -> datetime:
    """Return the instant (UTC) before which the visitor's cancellation brings everything back."""
    return policy.free_cancel_until(visit.starts_at, fees_of(visit).total_minor)


def fees_of(visit: Visit) -> Fees:
    """Return what a visit cost."""
    return Fees(visit.session_fee_minor, visit.transaction_fee_minor, visit.currency, visit.tax_minor)


def confirmation(tx: Tx, actor: Actor, begun: Begun) -> ConfirmationView:
    """Return what has become of a confirmation by now."""
    payment = money.get(tx, actor.account, begun.payment_id) if begun.payment_id else money.paid(tx, begun.booking_id)
    visit = repository.visit(tx, begun.booking_id)
    stands = visit is not None and (payment is None or payment.status not in ("checking", "declined"))
    return ConfirmationView(
        payment=None if payment is None else payment_view(tx, payment, has_visit=visit is not None),
        visit=views(tx, [visit])[0] if visit is not None and stands else None,
        is_top_up=payment is not None and payment.purpose == "top_up",
    )


def of_payment(tx: Tx, actor: Actor, payment_id: str) -> ConfirmationView:
    """Return what has become of a payment by now. Raises ``not_found`` (404)."""
    payment = money.get(tx, actor.account, payment_id)
    return confirmation(tx, actor, Begun(payment.booking_id, payment.id))


def endable(tx: Tx, actor: Actor, payment_id: str) -> str:
    """Return the booking of one's own payment whose page or reader waits for a person, or that has an outcome.

    Raises ``not_found`` (404), or ``payment_checking`` (409) for one that a processor alone decides.
    """
    payment = money.get(tx, actor.account, payment_id)
    if payment.status == "checking" and payment.ends_at is None:
        raise payment_is_checking()
    return payment.booking_id


def refusal_of(view: ConfirmationView) -> Problem | None:
    """Return the refusal that a confirmation came to: declined, or too late; None while neither is so."""
    if view.visit is not None or view.payment is None or view.payment.sentence is None:
        return None
    if view.payment.status == "declined":
        return declined(view.payment.sentence, for_visit=not view.is_top_up)
    return lost(view.payment.sentence) if view.payment.status == "returned" else None


def _view(
    tx: Tx,
    visit: Visit,
    policy: VisitPolicy,
    companions: tuple[Companion, ...],
    *,
    label: str | None,
    station: str | None,
) -> VisitView:
    individual = roster.individual(tx, visit.individual_id)
    fees = fees_of(visit)
    return VisitView(
        id=visit.id,
        reference=visit.reference,
        facility=facilities.ref(tx, visit.facility_id),
        visit_type=visit.visit_type,
        individual_id=visit.individual_id,
        individual_name=roster.name_of(individual) if individual else "",
        booking_number=individual.booking_number if individual else "",
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        duration_minutes=visit.duration_minutes,
        zone=visit.zone,
        status=status_at(visit, tx.now),
        attendees=companions,
        fees=fees,
        paid_with=label,
        join=join_of(visit, policy),
        free_cancel_until=free_until(visit, policy) if fees.total_minor > 0 else None,
        cancelled_at=visit.cancelled_at,
        cancelled_by=visit.cancelled_by,
        reason=visit.reason,
        changes=visit.changes,
        checked_in_at=visit.checked_in_at,
        station=station,
        unused_minutes_come_back=visit.per_minute_minor is not None,
        used_minutes=visit.used_minutes,
    )
