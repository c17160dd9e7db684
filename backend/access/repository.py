"""Queries over facility access."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select, update

from backend.access.models import FacilityAccess
from backend.accounts.models import Account
from backend.db import Tx
from backend.sql import Rows

OPEN = ("pending", "approved", "suspended")
"""Statuses of which an account has at most one at a facility; a unique index keeps it so."""
_OPEN_ONE: Final = Rows(FacilityAccess, f"WHERE account_id = :account AND facility_id = :facility AND status IN {OPEN}")


def access(tx: Tx, access_id: str) -> FacilityAccess | None:
    """Return one access, or None."""
    return tx.session.get(FacilityAccess, access_id)


def again(tx: Tx, access: FacilityAccess) -> FacilityAccess:
    """Return the access as it is now in the database, after somebody else changed it."""
    tx.session.refresh(access)
    return access


def change(tx: Tx, access: FacilityAccess, **values: object) -> bool:
    """Change an access if it is still as it was read, by its version; return whether it was.

    On True the row given has the new values and the next version.
    """
    query = (
        update(FacilityAccess)
        .where(col(FacilityAccess.id) == access.id, col(FacilityAccess.version) == access.version)
        .values(**values, version=access.version + 1)
        .returning(col(FacilityAccess.id))
        .execution_options(synchronize_session=False)
    )
    changed = tx.session.exec(query).first() is not None
    if changed:
        tx.session.refresh(access)
    return changed


def account(tx: Tx, account_id: str) -> Account:
    """Return an account that exists."""
    return tx.session.get_one(Account, account_id)


def account_that_asks(tx: Tx, account_id: str) -> Account:
    """Return an account with its row locked until the transaction ends: its requests are counted one at a time."""
    query = select(Account).where(Account.id == account_id).with_for_update()
    return tx.session.exec(query).one()


def of_account(tx: Tx, account_id: str) -> Sequence[FacilityAccess]:
    """Return every access of an account, newest first."""
    query = select(FacilityAccess).where(FacilityAccess.account_id == account_id)
    return tx.session.exec(query.order_by(col(FacilityAccess.requested_at).desc(), col(FacilityAccess.id).desc())).all()


def open_one(tx: Tx, account_id: str, facility_id: str) -> FacilityAccess | None:
    """Return the account's pending, approved or suspended access to a facility, to be read, or None."""
    return tx.first(_OPEN_ONE, {"account": account_id, "facility": facility_id})


def pending_count(tx: Tx, account_id: str) -> int:
    """Return how many requests of an account wait, at all facilities."""
    query = select(func.count()).where(
        col(FacilityAccess.account_id) == account_id, col(FacilityAccess.status) == "pending"
    )
    return tx.session.exec(query).one()


def earlier_of(tx: Tx, account_id: str, facility_id: str, but: str) -> Sequence[FacilityAccess]:
    """Return an account's other requests at a facility, newest first."""
    query = select(FacilityAccess).where(
        FacilityAccess.account_id == account_id,
        FacilityAccess.facility_id == facility_id,
        FacilityAccess.id != but,
    )
    return tx.session.exec(query.order_by(col(FacilityAccess.requested_at).desc())).all()


def queue(
    tx: Tx, facility_id: str, status: str, after: tuple[datetime, str] | None, limit: int
) -> Sequence[FacilityAccess]:
    """Return a facility's requests of a status, soonest due first, behind ``after`` (due, id), at most ``limit``."""
    query = select(FacilityAccess).where(FacilityAccess.facility_id == facility_id, FacilityAccess.status == status)
    if after is not None:
        due, access_id = after
        later = col(FacilityAccess.due_at) > due
        query = query.where(later | ((col(FacilityAccess.due_at) == due) & (col(FacilityAccess.id) > access_id)))
    return tx.session.exec(query.order_by(col(FacilityAccess.due_at), col(FacilityAccess.id)).limit(limit)).all()


def answered(tx: Tx, facility_ids: Sequence[str], since: datetime) -> Sequence[tuple[str, datetime, datetime]]:
    """Return (facility, asked, decided) of requests that an officer decided from ``since`` on, newest first."""
    query = select(FacilityAccess.facility_id, FacilityAccess.requested_at, FacilityAccess.decided_at).where(
        col(FacilityAccess.facility_id).in_(facility_ids),
        col(FacilityAccess.decided_by).is_not(None),
        col(FacilityAccess.status).in_(("approved", "denied")),  # what came later was no answer
        col(FacilityAccess.decided_at) >= since,
    )
    found = tx.session.exec(query.order_by(col(FacilityAccess.decided_at).desc())).all()
    return [(facility, asked, decided) for facility, asked, decided in found if decided is not None]
