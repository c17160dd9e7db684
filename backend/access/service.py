"""Facility access for the visitor: asking for it, seeing where it stands, withdrawing, and whether it holds now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.access import repository
from backend.access.models import FacilityAccess
from backend.access.transitions import Status, may_follow, status_now, suspension_ends_at
from backend.access.views import AccessNow, AccessView
from backend.accounts.models import Account
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, not_found
from backend.facilities import service as facilities
from backend.facilities.models import Facility
from backend.facilities.policy import FacilityPolicy, facility_policy_on, local_today
from backend.facilities.working_days import answer_due
from backend.notices import service as notices
from backend.security import Action, Actor, Subject, authorize
from backend.types import new_id

SHOW_ID: Final = "Show your ID to an officer at the facility."


def ask(
    tx: Tx, actor: Actor, facility_id: str, *, individual_name: str, relationship: str, for_officer: bool = False
) -> AccessView:
    """Ask a facility for access; where its policy says so, it is approved at once, unless it is ``for_officer``.

    Raises ``not_found`` (404), ``profile_incomplete`` (409), ``access_already_open`` (409), or
    ``too_many_open_requests`` (409).
    """
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=facility_id))
    facility = facilities.get(tx, facility_id)
    policy = facility_policy_on(tx, facility_id, local_today(facility, tx.now))
    account = repository.account_that_asks(tx, actor.account)
    _refuse_incomplete(account)
    open_one = repository.open_one(tx, account.id, facility_id)
    if open_one is not None:
        raise _already_open(facility, status_now(open_one, tx.now))
    if repository.pending_count(tx, account.id) >= policy.max_open_requests:
        raise _too_many(policy.max_open_requests)
    at_once = policy.approval == "automatic" and not policy.id_must_be_seen and not for_officer
    access = FacilityAccess(
        id=new_id(tx.now),
        account_id=account.id,
        facility_id=facility_id,
        status="approved" if at_once else "pending",
        individual_name=individual_name,
        relationship=relationship,
        requested_at=tx.now,
        due_at=answer_due(tx.now, policy.answer_working_days, facility.zone, facility.state),
        decided_at=tx.now if at_once else None,
    )
    tx.session.add(access)
    tx.session.flush()
    trace(tx, actor, access, "access requested", {"individual_name": individual_name, "status": access.status})
    tell(tx, access, account, facility)
    return _view(tx, access, facility, policy)


def mine(tx: Tx, actor: Actor) -> tuple[AccessView, ...]:
    """Return every access and request of the signed-in account, newest first; at a kiosk those of its facility."""
    found = repository.of_account(tx, actor.account)
    return tuple(_shown(tx, access) for access in found if actor.bound_to in (None, access.facility_id))


def withdraw(tx: Tx, actor: Actor, access_id: str) -> AccessView:
    """Take a pending request back. Raises ``not_found`` (404) or ``already_decided`` (409)."""
    access = repository.access(tx, access_id)
    if access is None or access.account_id != actor.account:
        raise not_found("The request")
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=access.account_id, facility_id=access.facility_id))
    before = status_now(access, tx.now)
    if not may_follow(before, "withdrawn") or not repository.change(tx, access, status="withdrawn"):
        raise Problem(
            "already_decided",
            409,
            "This request is no longer pending.",
            f"It is {status_now(repository.again(tx, access), tx.now)} now.",
        )
    trace(tx, actor, access, "access withdrawn", {"status": "withdrawn"})
    announce(tx, access)
    return _shown(tx, access)


def has_approved_access(tx: Tx, account_id: str, facility_id: str, *, at: datetime | None = None) -> bool:
    """Say whether the account has approved access to the facility now, or, as things stand, ``at`` another instant.

    A suspension that is over by then counts as approved.
    """
    return access_at(tx, account_id, facility_id, at or tx.now).status == "approved"


def access_at(tx: Tx, account_id: str, facility_id: str, at: datetime) -> AccessNow:
    """Return how the account's access to the facility stands at an instant (UTC), as things are now."""
    access = repository.open_one(tx, account_id, facility_id)
    return AccessNow(None) if access is None else AccessNow(status_now(access, at), suspension_ends_at(access, at))


def has_asked(tx: Tx, account_id: str, facility_id: str) -> bool:
    """Say whether the account has ever asked this facility for access."""
    return any(one.facility_id == facility_id for one in repository.of_account(tx, account_id))


def newest_zone(tx: Tx, account_id: str) -> str | None:
    """Return the zone of the facility that the account asked last, None if it asked none, or that one has none."""
    asked = repository.of_account(tx, account_id)
    return facilities.get(tx, asked[0].facility_id).zone if asked else None


def tell(tx: Tx, access: FacilityAccess, account: Account, facility: Facility) -> None:
    """Announce where a request stands to visitor and officers, and send the visitor one notice of it."""
    announce(tx, access)
    notices.post(
        tx,
        "access_requested" if access.status == "pending" else "access_decided",
        account.id,
        account.email,
        {
            "access_id": access.id,
            "facility_id": facility.id,
            "facility": facility.name,
            "zone": facility.zone,
            "status": access.status,
            "individual_name": access.individual_name,
            "due_on": _local_date(access.due_at, facility.zone),
            "reason": access.reason,
            "until": _last_day(access, facility.zone),
        },
    )


def announce(tx: Tx, access: FacilityAccess) -> None:
    """Tell the visitor's terminals and the facility's officers that this access has changed."""
    changes.announce(tx, changes.account_stream(access.account_id), "access", access.id)
    changes.announce(tx, changes.facility_stream(access.facility_id), "access", access.id)


def trace(tx: Tx, actor: Actor, access: FacilityAccess, action: str, what: dict[str, object]) -> None:
    """Add what happened to this access to the facility's chain."""
    audit.record(
        tx,
        actor,
        audit.facility_chain(access.facility_id),
        action=action,
        subject=f"access:{access.id}",
        what={"account": access.account_id, **what},
        why=access.reason,
    )


def _shown(tx: Tx, access: FacilityAccess) -> AccessView:
    facility = facilities.get(tx, access.facility_id)
    return _view(tx, access, facility, facility_policy_on(tx, facility.id, local_today(facility, tx.now)))


def _view(tx: Tx, access: FacilityAccess, facility: Facility, policy: FacilityPolicy) -> AccessView:
    shown = facilities.facility(tx, facility.id)
    status = status_now(access, tx.now)
    waiting = status == "pending"
    types = tuple(offer.visit_type for offer in shown.offers)
    return AccessView(
        id=access.id,
        facility=facilities.ref(tx, facility.id),
        status=status,
        requested_at=access.requested_at,
        due_at=access.due_at if waiting else None,
        answer_days=policy.answer_working_days,
        typical_answer_hours=shown.typical_answer_hours,
        missing=(SHOW_ID,) if waiting and policy.id_must_be_seen and access.id_seen_at is None else (),
        decided_at=access.decided_at,
        reason=access.reason,
        suspended_until=suspension_ends_at(access, tx.now),
        individual_name=access.individual_name,
        relationship=access.relationship,
        can_schedule=status == "approved" and bool(types),
        visit_types=types,
        zone=facility.zone,
    )


def _refuse_incomplete(account: Account) -> None:
    """Raise unless the profile has all that a facility decides on; it is asked for when an account is created."""
    address = (account.address_line, account.city, account.state, account.postal_code, account.phone)
    if account.birth_date is None or not all((*address, account.id_kind, account.id_last4)):
        raise Problem(
            "profile_incomplete",
            409,
            "Your profile is not complete.",
            "The facility decides on your birth date, address, phone and ID. Fill them in on the Profile tab.",
        )


def _already_open(facility: Facility, status: Status) -> Problem:
    said = {
        "pending": f"Your request to {facility.name} is pending already.",
        "approved": f"You have access to {facility.name} already.",
        "suspended": f"Your access to {facility.name} is suspended.",
    }
    return Problem(
        "access_already_open", 409, said.get(status, said["pending"]), "My Facilities shows where it stands."
    )


def _too_many(most: int) -> Problem:
    return Problem(
        "too_many_open_requests",
        409,
        f"You have {most} pending requests, which is as many as there may be.",
        "Wait for an answer, or withdraw a request on My Facilities, then ask again.",
    )


def _last_day(access: FacilityAccess, zone: str | None) -> str | None:
    """Return the last facility-local day of a suspension that has one."""
    if access.suspended_until is None:
        return None
    return _local_date(access.suspended_until - timedelta(microseconds=1), zone)


def _local_date(instant: datetime | None, zone: str | None) -> str | None:
    return instant.astimezone(ZoneInfo(zone or "UTC")).date().isoformat() if instant else None
