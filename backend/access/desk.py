"""Facility access for the officer: the queue, the ID seen, and the decision, of which one stands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from backend.access import repository
from backend.access.models import FacilityAccess
from backend.access.service import announce, tell, trace
from backend.access.transitions import Status, may_follow, status_now, suspension_ends_at
from backend.access.views import Applicant, EarlierRequest, RequestView
from backend.accounts.models import Account
from backend.db import Tx
from backend.errors import Problem, invalid, not_allowed, not_found
from backend.facilities import service as facilities
from backend.facilities.policy import facility_policy_on, local_today
from backend.paging import cursor_of, instant_of, parts_of
from backend.roster import service as roster
from backend.security import Action, Actor, Subject, authorize
from backend.types import microseconds

Decision = Literal["approved", "denied"]
NEVER: Final = date.min
"""Stands for a birth date that an account does not have: none that asked can be without one."""


def queue(
    tx: Tx, actor: Actor, facility_id: str, *, status: Status = "pending", cursor: str | None = None, limit: int = 50
) -> tuple[tuple[RequestView, ...], str | None]:
    """Return a page of a facility's requests of a status, soonest due first, and the next page's cursor."""
    authorize(actor, Action.SEE_ACCESS_REQUESTS, Subject(facility_id=facility_id))
    after = None
    if cursor is not None:
        due, access_id = parts_of(cursor, 2)
        after = (instant_of(due), access_id)
    found = repository.queue(tx, facility_id, status, after, limit + 1)
    page = found[:limit]
    following = cursor_of(str(microseconds(_due(page[-1]))), page[-1].id) if len(found) > limit else None
    return tuple(view(tx, access) for access in page), following


def find(tx: Tx, actor: Actor, access_id: str) -> RequestView:
    """Return one request, of whatever status. Raises ``not_found`` (404)."""
    return view(tx, of_own_facility(tx, actor, access_id))


def see_id(tx: Tx, actor: Actor, access_id: str) -> RequestView:
    """Note that an officer has seen the visitor's ID; a second time changes nothing.

    Raises ``not_found`` (404), or ``already_decided`` (409) where the request is no longer pending.
    """
    access = of_own_facility(tx, actor, access_id)
    if status_now(access, tx.now) != "pending":
        raise _already_decided(tx, access)
    if access.id_seen_at is None:
        if not repository.change(tx, access, id_seen_at=tx.now, id_seen_by=actor.account_id):
            raise changed_meanwhile(tx, access)
        trace(tx, actor, access, "ID seen", {})
        announce(tx, access)
    return view(tx, access)


def decide(
    tx: Tx, actor: Actor, access_id: str, decision: Decision, *, version: int, reason: str | None = None
) -> RequestView:
    """Approve or deny the request as it was at ``version``: of two officers at once, one outcome stands.

    Raises ``not_found`` (404), ``already_decided`` (409, saying who decided what and when), ``request_changed`` (409),
    ``id_not_seen`` (409), or ``invalid`` (422) for a denial without a reason.
    """
    access = of_own_facility(tx, actor, access_id)
    reason = (reason or "").strip() or None
    if not may_follow(status_now(access, tx.now), decision) or access.status != "pending":
        raise _already_decided(tx, access)
    if access.account_id == actor.account_id:
        raise not_allowed()
    if decision == "denied" and reason is None:
        raise invalid("reason", "Say why: the visitor is shown the reason.")
    facility = facilities.get(tx, access.facility_id)
    policy = facility_policy_on(tx, facility.id, local_today(facility, tx.now))
    if decision == "approved" and policy.id_must_be_seen and access.id_seen_at is None:
        raise Problem(
            "id_not_seen",
            409,
            "The visitor's ID has not been seen.",
            "This facility asks that an officer has seen the ID. Mark it as seen first.",
        )
    if access.version != version or not repository.change(
        tx, access, status=decision, decided_at=tx.now, decided_by=actor.account_id, reason=reason
    ):
        raise changed_meanwhile(tx, access)
    trace(tx, actor, access, f"access {decision}", {"status": decision, "version": version})
    tell(tx, access, repository.account(tx, access.account_id), facility)
    return view(tx, access)


def of_own_facility(tx: Tx, actor: Actor, access_id: str) -> FacilityAccess:
    """Return the request, if it is at a facility where the officer works; elsewhere it is as if it did not exist."""
    access = repository.access(tx, access_id)
    if access is None:
        raise not_found("The request")
    try:
        authorize(actor, Action.DECIDE_ACCESS, Subject(facility_id=access.facility_id))
    except Problem as refusal:
        raise (not_found("The request") if actor.role == "officer" else refusal) from refusal
    return access


def changed_meanwhile(tx: Tx, access: FacilityAccess) -> Problem:
    """Return the refusal for a request that somebody else changed first: decided, or only touched."""
    now = repository.again(tx, access)
    if now.status != "pending":
        return _already_decided(tx, now)
    return Problem(
        "request_changed",
        409,
        "The request has changed since it was shown.",
        "Nothing was decided. Look at it again, then decide.",
    )


def _already_decided(tx: Tx, access: FacilityAccess) -> Problem:
    facility = facilities.get(tx, access.facility_id)
    status = status_now(access, tx.now)
    if access.decided_at is None:
        said = f"The visitor has {status} it."
    else:
        at = _told(access.decided_at, facility.zone)
        said = f"{_name_of(tx, access.decided_by) or 'The server'} set it to {status} on {at}."
    return Problem("already_decided", 409, "This request is no longer pending.", said)


def _told(instant: datetime, zone: str | None) -> str:
    local = instant.astimezone(ZoneInfo(zone) if zone else UTC)
    return f"{local:%Y-%m-%d at %H:%M} {local.tzname()}"


def view(tx: Tx, access: FacilityAccess) -> RequestView:
    """Return a request as an officer sees it."""
    facility = facilities.get(tx, access.facility_id)
    policy = facility_policy_on(tx, facility.id, local_today(facility, tx.now))
    earlier = repository.earlier_of(tx, access.account_id, access.facility_id, access.id)
    return RequestView(
        id=access.id,
        account_id=access.account_id,
        facility_id=access.facility_id,
        status=status_now(access, tx.now),
        requested_at=access.requested_at,
        due_at=_due(access),
        version=access.version,
        applicant=_applicant(repository.account(tx, access.account_id)),
        individual_name=access.individual_name,
        relationship=access.relationship,
        individual_found=roster.is_named(tx, access.facility_id, access.individual_name),
        id_must_be_seen=policy.id_must_be_seen,
        id_seen_at=access.id_seen_at,
        id_seen_by=_name_of(tx, access.id_seen_by),
        earlier=tuple(EarlierRequest(status_now(each, tx.now), _since(each)) for each in earlier),
        decided_by=_name_of(tx, access.decided_by),
        decided_at=access.decided_at,
        reason=access.reason,
        suspended_until=suspension_ends_at(access, tx.now),
    )


def _due(access: FacilityAccess) -> datetime:
    return access.due_at or access.requested_at


def _since(access: FacilityAccess) -> datetime:
    return access.decided_at or access.requested_at


def _applicant(account: Account) -> Applicant:
    return Applicant(
        first_name=account.first_name,
        last_name=account.last_name,
        birth_date=account.birth_date or NEVER,
        address_line=account.address_line or "",
        city=account.city or "",
        state=account.state or "",
        postal_code=account.postal_code or "",
        phone=account.phone or "",
        email=account.email,
        id_kind=account.id_kind or "",
        id_last4=account.id_last4 or "",
    )


def _name_of(tx: Tx, account_id: str | None) -> str | None:
    if account_id is None:
        return None
    account = repository.account(tx, account_id)
    return f"{account.first_name} {account.last_name}"
