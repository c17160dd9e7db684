"""Queries over timetables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, or_, select

from backend.db import Tx
from backend.timetables.models import Blackout, TimetableRow


def rows_between(tx: Tx, facility_id: str, visit_type: str, first: date, last: date) -> Sequence[TimetableRow]:
    """Return the rows of a facility and visit type that are valid on some day from ``first`` to ``last``."""
    query = select(TimetableRow).where(
        TimetableRow.facility_id == facility_id,
        TimetableRow.visit_type == visit_type,
        col(TimetableRow.valid_from) <= last,
        or_(col(TimetableRow.valid_to).is_(None), col(TimetableRow.valid_to) >= first),
    )
    return tx.session.exec(query).all()


def rows_of(tx: Tx, facility_id: str) -> Sequence[TimetableRow]:
    """Return every row of a facility."""
    return tx.session.exec(select(TimetableRow).where(TimetableRow.facility_id == facility_id)).all()


def blackouts_from(tx: Tx, facility_id: str, first: date) -> Sequence[Blackout]:
    """Return the blackouts of a facility not removed that end on ``first`` or later, by their dates."""
    query = select(Blackout).where(
        Blackout.facility_id == facility_id, col(Blackout.last_date) >= first, col(Blackout.removed_at).is_(None)
    )
    return tx.session.exec(query.order_by(col(Blackout.first_date), col(Blackout.id))).all()


def blackout_to_change(tx: Tx, blackout_id: str) -> Blackout | None:
    """Return a blackout as it is now, removed or not, with its row locked until the transaction ends, or None."""
    query = select(Blackout).where(Blackout.id == blackout_id).with_for_update()
    return tx.session.exec(query.execution_options(populate_existing=True)).first()


def blackout(tx: Tx, blackout_id: str) -> Blackout | None:
    """Return a blackout, removed or not, or None."""
    return tx.session.get(Blackout, blackout_id)
