"""Queries over timetables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, or_, select

from backend.db import Tx
from backend.timetables.models import TimetableRow


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
