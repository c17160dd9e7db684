"""Access that was approved: revoked for good, suspended for a while, or given back (RULES section 2).

``approved → revoked | suspended(until)``, ``suspended → approved``. A suspension has a last day, the facility's, that
day included, or holds until it is ended. One that is over counts as approved without anybody doing anything. Visits
that stand stay as they are, and are flagged: see :mod:`backend.visits.access_changes`, through which it is changed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_clock
from zoneinfo import ZoneInfo

from backend.access import repository
from backend.access.desk import changed_meanwhile, of_own_facility, view
from backend.access.models import FacilityAccess
from backend.access.service import tell, trace
from backend.access.transitions import Status, may_follow, status_now
from backend.access.views import RequestView
from backend.db import Tx
from backend.errors import Problem, invalid, not_allowed
from backend.facilities import service as facilities
from backend.facilities.models import Facility
from backend.facilities.policy import local_today
from backend.security import Actor


def revoke(tx: Tx, actor: Actor, access_id: str, *, version: int | None, reason: str) -> RequestView:
    """Take approved access back for good; the visitor may ask again.

    Raises ``not_found`` (404), ``access_not_approved`` (409), or ``request_changed`` (409) if it is no longer at
    ``version``; None stands for the present one.
    """
    return _change(tx, actor, access_id, "revoked", version=version, reason=reason)


def suspend(
    tx: Tx, actor: Actor, access_id: str, *, version: int | None, reason: str, last_day: date | None
) -> RequestView:
    """Suspend approved access up to ``last_day`` (facility-local, included); None: until it is restored.

    Raises as :func:`revoke` does, and ``invalid`` (422) for a day that is over.
    """
    return _change(tx, actor, access_id, "suspended", version=version, reason=reason, last_day=last_day)


def restore(tx: Tx, actor: Actor, access_id: str, *, version: int | None, reason: str | None) -> RequestView:
    """End a suspension. Raises as :func:`revoke` does; the code is ``access_not_suspended``."""
    return _change(tx, actor, access_id, "approved", version=version, reason=reason)


def _change(
    tx: Tx,
    actor: Actor,
    access_id: str,
    after: Status,
    *,
    version: int | None,
    reason: str | None,
    last_day: date | None = None,
) -> RequestView:
    access = of_own_facility(tx, actor, access_id)
    if access.account_id == actor.account_id:
        raise not_allowed()
    facility = facilities.get(tx, access.facility_id)
    before = status_now(access, tx.now)
    if before == "pending" or not may_follow(before, after):
        raise _refused(after, before)
    until = _midnight_after(last_day, facility, tx.now) if last_day is not None else None
    if version not in (None, access.version):
        raise changed_meanwhile(tx, access)
    if access.status == "suspended" and after != "approved":
        # a suspension that is over still stands in the row; what follows it follows approved access
        repository.change(tx, access, status="approved", suspended_until=None)
    if not repository.change(
        tx,
        access,
        status=after,
        decided_at=tx.now,
        decided_by=actor.account_id,
        reason=reason,
        suspended_until=until,
    ):
        raise changed_meanwhile(tx, access)
    trace(tx, actor, access, _said(after, before), _what(access, after))
    tell(tx, access, repository.account(tx, access.account_id), facility)
    return view(tx, access)


def _what(access: FacilityAccess, after: Status) -> dict[str, object]:
    until = access.suspended_until.isoformat() if access.suspended_until else None
    return {"status": after, "version": access.version, "suspended_until": until}


def _said(after: Status, before: Status) -> str:
    return "access restored" if before == "suspended" else f"access {after}"


def _midnight_after(last_day: date, facility: Facility, now: datetime) -> datetime:
    """Return the instant (UTC) at which a facility-local day is over. Raises ``invalid`` (422) for one that is."""
    if last_day < local_today(facility, now):
        raise invalid("last_day", "This day is over already.")
    zone = ZoneInfo(facility.zone) if facility.zone else UTC
    return datetime.combine(last_day + timedelta(days=1), wall_clock(), zone).astimezone(UTC)


def _refused(after: Status, before: Status) -> Problem:
    if after == "approved":
        return Problem(
            "access_not_suspended",
            409,
            f"This access is not suspended; it is {before}.",
            "Nothing was changed. A pending request is decided at the queue.",
        )
    return Problem(
        "access_not_approved",
        409,
        f"This access is not approved; it is {before}.",
        "Nothing was changed. Only approved access can be revoked or suspended.",
    )
