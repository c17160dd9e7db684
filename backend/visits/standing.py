"""A visit that stands: what it takes of time, and what is judged when it is moved or its visitor comes.

Notice, horizon, quotas and places of a move are those in force today, for the new time is chosen today. How late a
visit can be moved, and from when its visitor is checked in, is what was in force when it was confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.db import Tx
from backend.errors import Problem, Reason, not_found
from backend.facilities import service as facilities
from backend.facilities.policy import VisitPolicy, as_visit_type
from backend.money import service as money
from backend.security import Action, Actor, Subject, authorize
from backend.timetables.wall_clock import day_words
from backend.visits import repository
from backend.visits.ground import Ground, Wanted, lay
from backend.visits.joining import policy_of
from backend.visits.judging import held_facts, with_companions
from backend.visits.models import Hold, Visit
from backend.visits.rules.facts import CheckInFacts, Facts, MoveFacts


def own(tx: Tx, actor: Actor, visit_id: str) -> Visit:
    """Return the row of one of the account's visits. Raises ``not_found`` (404)."""
    visit = repository.visit(tx, visit_id)
    if visit is None or visit.account_id != actor.account:
        raise not_found("The visit")
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=visit.facility_id))
    return visit


def of_facility(tx: Tx, actor: Actor, visit_id: str) -> Visit:
    """Return the row of a visit at a facility where the officer works; elsewhere it is as if it did not exist."""
    visit = repository.visit(tx, visit_id)
    if visit is None:
        raise not_found("The visit")
    try:
        authorize(actor, Action.RUN_VISITS, Subject(facility_id=visit.facility_id))
    except Problem as refusal:
        raise (not_found("The visit") if actor.role == "officer" else refusal) from refusal
    return visit


def to_change(tx: Tx, visit: Visit) -> Visit:
    """Return a visit as it is now, with its account and its row locked until the transaction ends.

    What bookings at its facility stand on does not change meanwhile either.
    """
    repository.lock_account(tx, visit.account_id)
    return _locked(tx, visit, [visit.facility_id])


def to_move(tx: Tx, actor: Actor, visit: Visit) -> tuple[Visit, Hold | None]:
    """Do what :func:`to_change` does; return what :func:`beside` does too, with what that stands on locked as well."""
    repository.lock_account(tx, visit.account_id)
    hold = beside(tx, actor, visit)
    return _locked(tx, visit, sorted({visit.facility_id, hold.facility_id if hold else visit.facility_id})), hold


def _locked(tx: Tx, visit: Visit, facility_ids: Sequence[str]) -> Visit:
    for facility_id in facility_ids:
        facilities.share(tx, facility_id)
    found = repository.visit_to_change(tx, visit.id)
    if found is None:
        raise AssertionError("a visit is never removed")
    return found


def beside(tx: Tx, actor: Actor, visit: Visit) -> Hold | None:
    """Return the hold of the visit's account, of which the account's own move lets go where it is in the way.

    What is being paid for stays as a visit does; and nobody but the account lets go of what it holds.
    """
    if (actor.acting_for or actor.account_id) != visit.account_id:
        return None
    hold = repository.hold_of(tx, visit.account_id)
    return None if hold is None or money.open_payment(tx, hold.id) is not None else hold


def wanted_of(visit: Visit) -> Wanted:
    """Return what a visit is, but for its time."""
    visit_type = as_visit_type(visit.visit_type)
    if visit_type is None:
        raise AssertionError(f"visit {visit.id} is of no known type")
    return Wanted(visit.facility_id, visit_type, visit.individual_id, visit.duration_minutes)


def lay_move(tx: Tx, visit: Visit) -> Ground:
    """Gather what a visit's account stands on when the visit is moved."""
    ground, promised = lay(tx, visit.account_id, wanted_of(visit)), policy_of(tx, visit)
    until = visit.starts_at - timedelta(hours=promised.move_cutoff_hours)
    moving = MoveFacts(visit.starts_at, until, promised.move_cutoff_hours)
    facts = with_companions(ground, ground.facts, _companions(tx, visit))
    return replace(ground, facts=replace(facts, moving=moving))


def why_not_standing(visit: Visit, now: datetime) -> Reason | None:
    """Return why nothing can be changed about a visit any more; None while it stands and its visitor is not here."""
    if gone := why_gone(visit):
        return gone
    if now >= visit.ends_at:
        return Reason("visit_is_over", "This visit is over.")
    if visit.checked_in_at is not None:
        return Reason("visit_is_checked_in", "The visitor is checked in already.")
    return None


def why_gone(visit: Visit) -> Reason | None:
    """Return what was recorded of a visit that does not stand any more; None for one that stands."""
    if visit.status == "cancelled":
        return Reason("visit_already_cancelled", "This visit is cancelled already.")
    return None if visit.status == "confirmed" else Reason("visit_is_over", "This visit is over.")


def facts_at_check_in(tx: Tx, visit: Visit) -> Facts:
    """Return the facts of a visit whose visitor is at the desk."""
    ground, promised = lay(tx, visit.account_id, wanted_of(visit)), policy_of(tx, visit)
    facts, _ = held_facts(tx, ground, visit)
    facts = with_companions(ground, facts, _companions(tx, visit))
    opens_at = check_in_opens_at(visit, promised)
    return replace(facts, check_in=CheckInFacts(opens_at, instant_words(opens_at, visit.zone), visit.ends_at))


def _companions(tx: Tx, visit: Visit) -> list[str]:
    return [attendee.name for attendee in repository.attendees_of(tx, [visit.id])]


def check_in_opens_at(visit: Visit, promised: VisitPolicy) -> datetime:
    """Return from when on (UTC, inclusive) the visitor is checked in."""
    return visit.starts_at - timedelta(minutes=promised.check_in_opens_minutes)


def when_words(visit: Visit) -> str:
    """Return when a visit starts as sentences name it, in the facility's zone."""
    return instant_words(visit.starts_at, visit.zone)


def instant_words(instant: datetime, zone: str) -> str:
    """Return an instant as sentences name it: ``Nov 24 at 09:00 CST``, on the clock of ``zone``."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{day_words(local.date())} at {local:%H:%M} {local.tzname()}"
