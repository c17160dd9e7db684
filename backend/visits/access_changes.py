"""Access that is revoked, suspended or restored, and the visits that stand: who has none at their time is flagged.

A visit is not cancelled by it. Its visitor is refused at the desk all the same, so an officer looks at it before that.
Once there is access again, restored or newly approved, the flags go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from sqlmodel import col, select

from backend.access import changing, desk
from backend.access import service as access
from backend.access.views import RequestView
from backend.db import Tx
from backend.facilities import service as facilities
from backend.security import Actor
from backend.visits import admitting, flags
from backend.visits.models import Visit


def revoke(tx: Tx, actor: Actor, access_id: str, *, version: int | None, reason: str) -> RequestView:
    """Take approved access back as :func:`backend.access.changing.revoke` does, and flag the visits that stand."""
    return _followed(tx, actor, access_id, partial(changing.revoke, version=version, reason=reason))


def suspend(
    tx: Tx, actor: Actor, access_id: str, *, version: int | None, reason: str, last_day: date | None
) -> RequestView:
    """Suspend access as :func:`backend.access.changing.suspend` does, and flag the visits that begin meanwhile."""
    change = partial(changing.suspend, version=version, reason=reason, last_day=last_day)
    return _followed(tx, actor, access_id, change)


def restore(tx: Tx, actor: Actor, access_id: str, *, version: int | None, reason: str | None) -> RequestView:
    """End a suspension as :func:`backend.access.changing.restore` does, and take its flags away.

    Raises ``visitor_restricted`` (409) too, with every reason in words for officers.
    """

    def change(tx: Tx, actor: Actor, access_id: str) -> RequestView:
        found = desk.find(tx, actor, access_id)
        if found.status == "suspended":
            admitting.refuse_restricted(tx, found, "leave the access suspended")
        return changing.restore(tx, actor, access_id, version=version, reason=reason)

    return _followed(tx, actor, access_id, change)


def follow(tx: Tx, account_id: str, facility_id: str) -> int:
    """Flag the visits of an account that begin after now, without access then; take the flags of all others away.

    Return how many are flagged. The caller has changed the access and locked the facility.
    """
    query = select(Visit).where(
        Visit.account_id == account_id,
        Visit.facility_id == facility_id,
        Visit.status == "confirmed",
        col(Visit.starts_at) > tx.now,
    )
    barred = [
        visit
        for visit in tx.session.exec(query.order_by(col(Visit.id))).all()
        if not access.has_approved_access(tx, account_id, facility_id, at=visit.starts_at)
    ]
    source = _source(account_id, facility_id)
    flags.take_down(tx, "access", source)
    flags.put_up(tx, barred, "access", source)
    return len(barred)


def flag_new_visit(tx: Tx, visit: Visit) -> None:
    """Flag a visit that was just made if there is no access at its time any more: it was taken back while it was paid.

    The caller has locked the facility. Other visits were looked at when the access was changed.
    """
    if visit.starts_at <= tx.now:
        return
    if not access.has_approved_access(tx, visit.account_id, visit.facility_id, at=visit.starts_at):
        flags.put_up(tx, [visit], "access", _source(visit.account_id, visit.facility_id))


def _source(account_id: str, facility_id: str) -> str:
    return f"{facility_id}:{account_id}"


def _followed(tx: Tx, actor: Actor, access_id: str, change: Callable[[Tx, Actor, str], RequestView]) -> RequestView:
    """Make a change while no visit is being made at the facility, and flag what follows. Raises ``not_found`` (404)."""
    facilities.take_alone(tx, desk.find(tx, actor, access_id).facility_id)
    changed = change(tx, actor, access_id)
    return replace(changed, flagged_visits=follow(tx, changed.account_id, changed.facility_id))
