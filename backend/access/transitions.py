"""Which status of facility access may follow which (RULES section 2), and the status that counts now."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from backend.access.models import FacilityAccess

Status = Literal["pending", "approved", "denied", "withdrawn", "revoked", "suspended"]

FOLLOWS: Final[dict[Status, frozenset[Status]]] = {
    "pending": frozenset({"approved", "denied", "withdrawn"}),
    "approved": frozenset({"revoked", "suspended"}),
    "suspended": frozenset({"approved"}),
    "denied": frozenset(),
    "withdrawn": frozenset(),
    "revoked": frozenset(),
}


def may_follow(before: Status, after: Status) -> bool:
    """Say whether access may go from ``before`` to ``after``."""
    return after in FOLLOWS[before]


def suspension_ends_at(access: FacilityAccess, now: datetime) -> datetime | None:
    """Return when the suspension that counts at ``now`` is over, None if there is none or it has no end."""
    return access.suspended_until if status_now(access, now) == "suspended" else None


def status_now(access: FacilityAccess, now: datetime) -> Status:
    """Return the status that counts at ``now``: a suspension ends by comparison with the clock."""
    over = access.suspended_until is not None and access.suspended_until <= now
    if access.status == "suspended" and over:
        return "approved"
    return next(status for status in FOLLOWS if status == access.status)
