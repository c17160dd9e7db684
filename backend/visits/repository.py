"""Queries over holds and visits. What they take of time is in :mod:`backend.visits.quanta`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlmodel import col, or_, select

from backend.db import Tx
from backend.sql import Rows, Sql, Value, insert, values_of
from backend.types import microseconds
from backend.visits.models import Attendee, Hold, Station, Visit, VisitFlag

When = Literal["upcoming", "past", "cancelled"]

_LOCK_ACCOUNT: Final = Sql("SELECT id FROM account WHERE id = :id /* FOR NO KEY UPDATE */")
_LOCK_INDIVIDUAL: Final = Sql("SELECT id FROM individual WHERE id = :id /* FOR NO KEY UPDATE */")
_END_HOLDS_OF_INDIVIDUAL: Final = Sql("DELETE FROM individual_taken WHERE individual_id = :id AND held_until <= :now")
_EMAIL: Final = Sql("SELECT email FROM account WHERE id = :id")
_HOLD: Final = Rows(Hold, "WHERE id = :id")
_HOLD_OF: Final = Rows(Hold, "WHERE account_id = :account")
_KEEP_HOLD: Final = insert(
    Hold,
    "ON CONFLICT (id) DO UPDATE SET held_until = excluded.held_until, renewals = excluded.renewals,"
    " overridden = excluded.overridden, override_reason = excluded.override_reason,"
    " sign_in_session_id = excluded.sign_in_session_id",
)
_REMOVE_HOLD: Final = Sql("DELETE FROM hold WHERE id = :id")
_VISIT: Final = Rows(Visit, "WHERE id = :id")
_ADD_VISIT: Final = insert(Visit, "ON CONFLICT (reference) DO NOTHING RETURNING id")
_ADD_ATTENDEE: Final = insert(Attendee)
_ATTENDEES: Final = Rows(Attendee, "WHERE visit_id IN (:visits) ORDER BY visit_id, position")


def lock_account(tx: Tx, account_id: str) -> None:
    """Let no other transaction change this account's hold until this one ends (PostgreSQL; SQLite has one writer)."""
    tx.lock(_LOCK_ACCOUNT, {"id": account_id})


def lock_individual(tx: Tx, individual_id: str) -> None:
    """Let nobody else book this individual until this transaction ends, after account and facility were locked.

    Holds that have ended are not counted from now on, so they lose the individual: to a transaction with an instant
    before their end they still live, and it would make a visit of one beside what is booked here.
    """
    tx.lock(_LOCK_INDIVIDUAL, {"id": individual_id})
    tx.run(_END_HOLDS_OF_INDIVIDUAL, {"id": individual_id, "now": microseconds(tx.now)})


def email_of(tx: Tx, account_id: str) -> str:
    """Return the address that an account's messages go to."""
    email: str = tx.run(_EMAIL, {"id": account_id})[0][0]
    return email


def hold_of(tx: Tx, account_id: str) -> Hold | None:
    """Return the account's hold, whether it lives or has ended, or None. What is changed of it has to be kept."""
    return tx.first(_HOLD_OF, {"account": account_id})


def hold(tx: Tx, hold_id: str) -> Hold | None:
    """Return a hold, whether it lives or has ended, or None. What is changed of it has to be kept."""
    return tx.first(_HOLD, {"id": hold_id})


def keep_hold(tx: Tx, hold: Hold) -> None:
    """Keep a new hold, or a changed one."""
    tx.run(_KEEP_HOLD, values_of(hold))


def remove_hold(tx: Tx, hold_id: str) -> None:
    """Remove a hold's row; what it has taken is freed or kept separately."""
    tx.run(_REMOVE_HOLD, {"id": hold_id})


def visit(tx: Tx, visit_id: str) -> Visit | None:
    """Return a visit to be read, or None."""
    return tx.first(_VISIT, {"id": visit_id})


def stands(tx: Tx, account_id: str, individual_id: str, starts_at: datetime) -> bool:
    """Say whether an account has a visit with an individual that starts at ``starts_at`` (UTC) and is not cancelled."""
    query = select(Visit.id).where(
        Visit.account_id == account_id,
        Visit.individual_id == individual_id,
        Visit.starts_at == starts_at,
        Visit.status != "cancelled",
    )
    return tx.session.exec(query).first() is not None


def zone_of(visit: Visit) -> ZoneInfo:
    """Return the zone that the facility had when the visit was confirmed."""
    return ZoneInfo(visit.zone)


def visit_to_change(tx: Tx, visit_id: str) -> Visit | None:
    """Return a visit as it is now, with its row locked until the transaction ends, or None."""
    query = select(Visit).where(Visit.id == visit_id).with_for_update().execution_options(populate_existing=True)
    return tx.session.exec(query).first()


def add_visit(tx: Tx, visit: Visit, attendees: Sequence[Attendee]) -> bool:
    """Keep a new visit. Return False, and keep nothing, if another visit has its reference already."""
    if not tx.run(_ADD_VISIT, values_of(visit)):
        return False
    for attendee in attendees:
        tx.run(_ADD_ATTENDEE, values_of(attendee))
    return True


def attendees_of(tx: Tx, visit_ids: Sequence[str]) -> Sequence[Attendee]:
    """Return who comes along to the visits, in the order they were named."""
    if not visit_ids:
        return ()
    said: dict[str, Value] = {}
    return _ATTENDEES.made_of(tx.run(_ATTENDEES.statement.for_each("visits", visit_ids, said), said))


def visits_on(tx: Tx, facility_id: str, day: date, after: tuple[datetime, str] | None, limit: int) -> Sequence[Visit]:
    """Return a facility's visits of one of its dates behind ``after`` (start, id), soonest first."""
    query = select(Visit).where(Visit.facility_id == facility_id, Visit.local_date == day)
    starts, ident = col(Visit.starts_at), col(Visit.id)
    if after is not None:
        query = query.where(or_(starts > after[0], (starts == after[0]) & (ident > after[1])))
    return tx.session.exec(query.order_by(starts, ident).limit(limit)).all()


def flags_of(tx: Tx, visit_ids: Sequence[str]) -> Sequence[VisitFlag]:
    """Return why visits need a person to look at them, oldest first."""
    query = select(VisitFlag).where(col(VisitFlag.visit_id).in_(visit_ids))
    return tx.session.exec(query.order_by(col(VisitFlag.raised_at), col(VisitFlag.kind))).all()


def forget_flags(tx: Tx, visit_id: str) -> None:
    """Remove every flag of a visit, for it was judged anew."""
    tx.session.execute(delete(VisitFlag).where(col(VisitFlag.visit_id) == visit_id))


def stations_called(tx: Tx, station_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of stations by id."""
    if not station_ids:
        return {}
    return {each.id: each.name for each in tx.session.exec(select(Station).where(col(Station.id).in_(station_ids)))}


def standing_after_now(tx: Tx, facility_id: str, individual_id: str | None = None) -> Sequence[Visit]:
    """Return a facility's confirmed visits, of one individual or of all, that begin after now, soonest first."""
    query = select(Visit).where(
        Visit.facility_id == facility_id, Visit.status == "confirmed", col(Visit.starts_at) > tx.now
    )
    if individual_id is not None:
        query = query.where(Visit.individual_id == individual_id)
    return tx.session.exec(query.order_by(col(Visit.starts_at), col(Visit.id))).all()


def attendees_after_now(tx: Tx, facility_id: str) -> Sequence[Attendee]:
    """Return who comes along to a facility's visits that begin after now; visits just made are among them."""
    query = select(Attendee).join(Visit, col(Visit.id) == col(Attendee.visit_id))
    return tx.session.exec(query.where(Visit.facility_id == facility_id, col(Visit.starts_at) > tx.now)).all()


def visits_of(tx: Tx, account_id: str, when: When, after: tuple[datetime, str] | None, limit: int) -> Sequence[Visit]:
    """Return an account's visits behind ``after`` (start, id): upcoming ones soonest first, others latest first.

    Upcoming are those that stand and have not ended (end exclusive); past are those that stand or stood and have.
    """
    query = select(Visit).where(Visit.account_id == account_id)
    match when:
        case "upcoming":
            query = query.where(Visit.status == "confirmed", col(Visit.ends_at) > tx.now)
        case "past":
            query = query.where(
                Visit.status != "cancelled", or_(Visit.status != "confirmed", col(Visit.ends_at) <= tx.now)
            )
        case "cancelled":
            query = query.where(Visit.status == "cancelled")
    starts, ident = col(Visit.starts_at), col(Visit.id)
    if when == "upcoming":
        if after is not None:
            query = query.where(or_(starts > after[0], (starts == after[0]) & (ident > after[1])))
        query = query.order_by(starts, ident)
    else:
        if after is not None:
            query = query.where(or_(starts < after[0], (starts == after[0]) & (ident < after[1])))
        query = query.order_by(starts.desc(), ident.desc())
    return tx.session.exec(query.limit(limit)).all()
