"""Blackouts: days and hours without visits. Whoever adds one sees first how many visits it touches.

Visits that stand already are flagged for a person to look at, or cancelled because of the facility, so that everything
comes back. Times that are only held are not taken away, but cannot be confirmed any more; of one that is being paid for
the payment comes back. Removing a blackout takes exactly its own flags away; what it cancelled stays cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, invalid, not_found
from backend.facilities import service as facilities
from backend.facilities.models import Facility
from backend.facilities.policy import local_today
from backend.facilities.setting_values import VisitType
from backend.security import Action, Actor, Subject, authorize
from backend.timetables import service as timetables
from backend.timetables.models import Blackout
from backend.timetables.periods import Period
from backend.timetables.wall_clock import DAY_MINUTES
from backend.types import new_id
from backend.visits import flags
from backend.visits.cancelling import cancel_for_facility
from backend.visits.closing import Closure, holds_within, visits_within
from backend.visits.models import Visit

Treatment = Literal["flag", "cancel"]
"""What becomes of visits that stand: a person looks at them, or they are cancelled because of the facility."""
FARTHEST: Final = timedelta(days=1000)
"""How far from today a blackout can end: no visit can be scheduled beyond it."""
SHOWN: Final = 20
"""Visits that a preview names; it counts all of them."""
TOLD_WITHOUT_WORDS: Final = "The facility has no visits then."


@dataclass(frozen=True, slots=True)
class NewBlackout:
    """What is to be blacked out: the same hours on each of some days, both dates included.

    Minutes are those of the facility's clock after midnight, the end exclusive. Of ``visit_type`` and ``housing_unit``
    None is all of them. ``reason`` is for officers, ``told`` for visitors.
    """

    first_date: date
    last_date: date
    reason: str
    told: str | None = None
    start_minute: int = 0
    end_minute: int = DAY_MINUTES
    visit_type: VisitType | None = None
    housing_unit: str | None = None


@dataclass(frozen=True, slots=True)
class TouchedVisit:
    """A visit that a blackout touches. Instants are UTC."""

    id: str
    reference: str
    visit_type: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TouchedView:
    """What a blackout touches: visits that stand and have not begun, of which the first are named, and living holds."""

    visits: int
    holds: int
    first_visits: tuple[TouchedVisit, ...]


@dataclass(frozen=True, slots=True)
class BlackoutView:
    """A blackout as officers see it; ``flagged`` visits wait for a person because of it."""

    id: str
    facility_id: str
    visit_type: str | None
    housing_unit: str | None
    first_date: date
    last_date: date
    start_minute: int
    end_minute: int
    reason: str
    told: str | None
    added_at: datetime
    removed_at: datetime | None
    flagged: int


@dataclass(frozen=True, slots=True)
class Added:
    """A blackout that was added, how many visits it cancelled, and the payments that have to be sent back."""

    blackout: BlackoutView
    cancelled: int
    payment_ids: tuple[str, ...]


def listed(tx: Tx, actor: Actor, facility_id: str) -> tuple[BlackoutView, ...]:
    """Return the blackouts of a facility that are not over, by their dates. Raises ``not_found`` (404)."""
    authorize(actor, Action.SET_BLACKOUTS, Subject(facility_id=facility_id))
    facility = facilities.get(tx, facility_id)
    return _views(tx, timetables.blackouts_from(tx, facility_id, local_today(facility, tx.now)))


def preview(tx: Tx, actor: Actor, facility_id: str, new: NewBlackout) -> TouchedView:
    """Return what a blackout would touch now. Raises ``not_found`` (404) or ``invalid`` (422)."""
    closure = _checked(tx, actor, facility_id, new)
    visits = sorted(visits_within(tx, closure, to_change=False), key=lambda visit: (visit.starts_at, visit.id))
    named = tuple(
        TouchedVisit(one.id, one.reference, one.visit_type, one.starts_at, one.ends_at) for one in visits[:SHOWN]
    )
    return TouchedView(len(visits), len(holds_within(tx, closure)), named)


def add(
    tx: Tx,
    actor: Actor,
    facility_id: str,
    new: NewBlackout,
    *,
    expected_visits: int | None,
    treatment: Treatment = "flag",
) -> Added:
    """Add a blackout. ``expected_visits`` is how many visits whoever adds it was shown; None: however many there are.

    Raises ``not_found`` (404), ``invalid`` (422), or ``blackout_touches_changed`` (409) if it touches more or fewer.
    """
    closure = _checked(tx, actor, facility_id, new)
    facilities.take_alone(tx, facility_id)
    visits = visits_within(tx, closure, to_change=True)
    if expected_visits is not None and expected_visits != len(visits):
        raise _changed(len(visits))
    blackout = Blackout(
        id=new_id(tx.now),
        facility_id=facility_id,
        visit_type=new.visit_type,
        housing_unit=new.housing_unit,
        first_date=new.first_date,
        last_date=new.last_date,
        start_minute=new.start_minute,
        end_minute=new.end_minute,
        reason=new.reason,
        told=new.told,
        added_at=tx.now,
    )
    tx.session.add(blackout)
    tx.session.flush()
    _trace(tx, actor, blackout, "blackout added", {"visits": len(visits), "treatment": treatment})
    payments = _treat(tx, actor, blackout, visits, treatment)
    for hold in holds_within(tx, closure):
        changes.announce(tx, changes.account_stream(hold.account_id), "hold", hold.id)
    cancelled = len(visits) if treatment == "cancel" else 0
    return Added(_views(tx, [blackout])[0], cancelled, payments)


def remove(tx: Tx, actor: Actor, blackout_id: str) -> BlackoutView:
    """Remove a blackout: visits can be scheduled again, and its own flags go.

    Raises ``not_found`` (404), or ``blackout_removed`` (409) if somebody was quicker.
    """
    found = timetables.blackout(tx, blackout_id)
    if found is None:
        raise not_found("The blackout")
    try:
        authorize(actor, Action.SET_BLACKOUTS, Subject(facility_id=found.facility_id))
    except Problem as refusal:
        raise (not_found("The blackout") if actor.role == "officer" else refusal) from refusal
    facilities.take_alone(tx, found.facility_id)
    blackout = timetables.blackout_to_change(tx, blackout_id)
    if blackout is None or blackout.removed_at is not None:
        raise Problem("blackout_removed", 409, "This blackout was removed already.", "Nothing was changed.")
    blackout.removed_at = tx.now
    tx.session.add(blackout)
    tx.session.flush()
    undone = flags.take_down(tx, "blackout", blackout.id)
    _trace(tx, actor, blackout, "blackout removed", {"flags": undone})
    return _views(tx, [blackout])[0]


def _treat(tx: Tx, actor: Actor, blackout: Blackout, visits: Sequence[Visit], treatment: Treatment) -> tuple[str, ...]:
    """Flag or cancel visits; return the payments that have to be sent back."""
    if treatment == "flag":
        flags.put_up(tx, visits, "blackout", blackout.id)
        return ()
    told = blackout.told or TOLD_WITHOUT_WORDS
    done = [cancel_for_facility(tx, actor, visit.id, told) for visit in visits]
    return tuple(one.payment_id for one in done if one.payment_id is not None)


def _checked(tx: Tx, actor: Actor, facility_id: str, new: NewBlackout) -> Closure:
    """Return what a new blackout closes. Raises ``not_allowed`` (403), ``not_found`` (404) or ``invalid`` (422)."""
    authorize(actor, Action.SET_BLACKOUTS, Subject(facility_id=facility_id))
    facility = facilities.get(tx, facility_id)
    _refuse_unfit(facility, new, local_today(facility, tx.now))
    period = Period(new.first_date, new.last_date, new.start_minute, new.end_minute, new.told)
    zone = ZoneInfo(facility.zone or "UTC")
    return Closure(facility_id, zone, period, new.visit_type, new.housing_unit)


def _refuse_unfit(facility: Facility, new: NewBlackout, today: date) -> None:
    if facility.zone is None:
        raise invalid("first_date", f"{facility.name} needs a time zone first: without one it has no days.")
    if new.last_date < new.first_date:
        raise invalid("last_date", "The last day is before the first.")
    if new.last_date < today:
        raise invalid("last_date", "These days are over.")
    if new.last_date - today > FARTHEST:
        raise invalid("last_date", f"A blackout ends within {FARTHEST.days} days from today.")
    if not 0 <= new.start_minute < new.end_minute <= DAY_MINUTES:
        raise invalid("end", "The end must be after the start, on the same day; midnight at the end of it is 24:00.")
    if not new.reason.strip():
        raise invalid("reason", "Say why: officers are shown the reason.")


def _views(tx: Tx, blackouts: Sequence[Blackout]) -> tuple[BlackoutView, ...]:
    flagged = flags.counts(tx, "blackout", [one.id for one in blackouts])
    return tuple(
        BlackoutView(
            id=one.id,
            facility_id=one.facility_id,
            visit_type=one.visit_type,
            housing_unit=one.housing_unit,
            first_date=one.first_date,
            last_date=one.last_date,
            start_minute=one.start_minute,
            end_minute=one.end_minute,
            reason=one.reason,
            told=one.told,
            added_at=one.added_at,
            removed_at=one.removed_at,
            flagged=flagged.get(one.id, 0),
        )
        for one in blackouts
    )


def _trace(tx: Tx, actor: Actor, blackout: Blackout, action: str, what: dict[str, object]) -> None:
    audit.record(
        tx,
        actor,
        audit.facility_chain(blackout.facility_id),
        action=action,
        subject=f"blackout:{blackout.id}",
        what={
            "first_date": blackout.first_date.isoformat(),
            "last_date": blackout.last_date.isoformat(),
            "start_minute": blackout.start_minute,
            "end_minute": blackout.end_minute,
            "visit_type": blackout.visit_type,
            "housing_unit": blackout.housing_unit,
            **what,
        },
        why=blackout.reason,
    )
    changes.announce(tx, changes.facility_stream(blackout.facility_id), "blackout", blackout.id)


def _changed(visits: int) -> Problem:
    now = "1 visit" if visits == 1 else f"{visits} visits"
    return Problem(
        "blackout_touches_changed",
        409,
        "What the blackout touches has changed.",
        f"It now touches {now}. Nothing was changed. Look at them again, then decide.",
    )
