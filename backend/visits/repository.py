"""Queries over holds and visits. What they take of time is in :mod:`backend.visits.quanta`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import delete, text
from sqlmodel import col, or_, select

from backend.accounts.models import Account
from backend.db import Tx
from backend.roster.models import Individual
from backend.types import microseconds
from backend.visits.models import Attendee, Hold, Station, Visit, VisitFlag

When = Literal["upcoming", "past", "cancelled"]


def lock_account(tx: Tx, account_id: str) -> None:
    """Let no other transaction change this account's hold until this one ends (PostgreSQL; SQLite has one writer)."""
    tx.session.exec(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)).one()


def lock_individual(tx: Tx, individual_id: str) -> None:
    """Let nobody else book this individual until this transaction ends, after account and facility were locked."""
    tx.session.exec(select(Individual.id).where(Individual.id == individual_id).with_for_update(key_share=True)).first()


def email_of(tx: Tx, account_id: str) -> str:
    """Return the address that an account's messages go to."""
    return tx.session.get_one(Account, account_id).email


def hold_of(tx: Tx, account_id: str) -> Hold | None:
    """Return the account's hold, whether it lives or has ended, or None."""
    return tx.session.exec(select(Hold).where(Hold.account_id == account_id)).first()


def hold(tx: Tx, hold_id: str) -> Hold | None:
    """Return a hold, whether it lives or has ended, or None."""
    return tx.session.get(Hold, hold_id)


def add_hold(tx: Tx, hold: Hold) -> None:
    """Keep a new hold, or a changed one."""
    tx.session.add(hold)
    tx.session.flush()


def remove_hold(tx: Tx, hold_id: str) -> None:
    """Remove a hold's row; what it has taken is freed or kept separately."""
    found = tx.session.get(Hold, hold_id)
    if found is not None:
        tx.session.delete(found)
        tx.session.flush()


def visit(tx: Tx, visit_id: str) -> Visit | None:
    """Return a visit, or None."""
    return tx.session.get(Visit, visit_id)


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
    values = visit.model_dump()
    columns = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    values = {name: microseconds(value) if isinstance(value, datetime) else value for name, value in values.items()}
    values["local_date"] = visit.local_date.isoformat()
    statement = f"INSERT INTO visit ({columns}) VALUES ({marks}) ON CONFLICT (reference) DO NOTHING RETURNING id"  # noqa: S608  # names of the model's own columns
    if tx.session.execute(text(statement), values).first() is None:
        return False
    tx.session.add_all(attendees)
    tx.session.flush()
    return True


def attendees_of(tx: Tx, visit_ids: Sequence[str]) -> Sequence[Attendee]:
    """Return who comes along to the visits, in the order they were named."""
    query = select(Attendee).where(col(Attendee.visit_id).in_(visit_ids))
    return tx.session.exec(query.order_by(col(Attendee.visit_id), col(Attendee.position))).all()


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
