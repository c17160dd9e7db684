"""Queries over timetables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlmodel import select

from backend.db import Tx
from backend.sql import Row, Rows
from backend.timetables.models import Blackout, TimetableRow

_ROWS_BETWEEN: Final = Rows(
    TimetableRow,
    "WHERE facility_id = :facility AND visit_type = :type"
    " AND valid_from <= :last AND (valid_to IS NULL OR valid_to >= :first)",
)
_BLACKOUTS_FROM: Final = Rows(
    Blackout, "WHERE facility_id = :facility AND last_date >= :first AND removed_at IS NULL ORDER BY first_date, id"
)


def rows_as_kept(tx: Tx, facility_id: str, visit_type: str, first: date, last: date) -> tuple[Row, ...]:
    """Do what :func:`rows_between` does; return them as they are kept: for :func:`rows_made_of`, and to be compared."""
    said = {"facility": facility_id, "type": visit_type, "first": first.isoformat(), "last": last.isoformat()}
    return tuple(tx.run(_ROWS_BETWEEN.statement, said))


def rows_made_of(kept: Sequence[Row]) -> Sequence[TimetableRow]:
    """Return the rows that :func:`rows_as_kept` found."""
    return _ROWS_BETWEEN.made_of(kept)


def rows_between(tx: Tx, facility_id: str, visit_type: str, first: date, last: date) -> Sequence[TimetableRow]:
    """Return the rows of a facility and visit type that are valid on some day from ``first`` to ``last``."""
    return rows_made_of(rows_as_kept(tx, facility_id, visit_type, first, last))


def rows_of(tx: Tx, facility_id: str) -> Sequence[TimetableRow]:
    """Return every row of a facility."""
    return tx.session.exec(select(TimetableRow).where(TimetableRow.facility_id == facility_id)).all()


def blackouts_from(tx: Tx, facility_id: str, first: date) -> Sequence[Blackout]:
    """Return the blackouts of a facility not removed that end on ``first`` or later, by their dates."""
    return tx.all(_BLACKOUTS_FROM, {"facility": facility_id, "first": first.isoformat()})


def blackout_to_change(tx: Tx, blackout_id: str) -> Blackout | None:
    """Return a blackout as it is now, removed or not, with its row locked until the transaction ends, or None."""
    query = select(Blackout).where(Blackout.id == blackout_id).with_for_update()
    return tx.session.exec(query.execution_options(populate_existing=True)).first()


def blackout(tx: Tx, blackout_id: str) -> Blackout | None:
    """Return a blackout, removed or not, or None."""
    return tx.session.get(Blackout, blackout_id)
