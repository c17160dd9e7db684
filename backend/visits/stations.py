"""Stations: booths in which one visit takes place at a time (RULES section 5).

Where a facility has a station in service for a visit type and housing unit, a booking needs one: its hold takes the
first that is free throughout, and the visit is told which once it is confirmed. Where it has none, none is needed.
"""

from __future__ import annotations

from sqlmodel import col, or_, select

from backend.db import Tx
from backend.visits.models import Station


def in_service(tx: Tx, facility_id: str, visit_type: str, housing_unit: str | None) -> tuple[str, ...]:
    """Return the ids of the stations in service for a visit type and an individual's unit, in order of their names."""
    units = or_(col(Station.housing_unit).is_(None), col(Station.housing_unit) == housing_unit)
    query = select(Station.id).where(
        Station.facility_id == facility_id, Station.visit_type == visit_type, col(Station.in_service), units
    )
    return tuple(tx.session.exec(query.order_by(col(Station.name))).all())
