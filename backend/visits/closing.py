"""What closes times of a facility, and which visits and holds that touches.

Whoever takes a time reads the blackouts and then writes what it takes; whoever adds a blackout writes it and then reads
what is taken. So that one of them sees the other, both lock the facility first: see :func:`facilities.service.share`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from backend.db import Tx
from backend.facilities import service as facilities
from backend.roster import service as roster
from backend.roster.models import Individual
from backend.timetables import service as timetables
from backend.timetables.periods import Period
from backend.visits import days_off
from backend.visits.models import Hold, Visit

A_DAY = timedelta(days=1)


def is_closed(
    tx: Tx, facility_id: str, *, visit_type: str, individual_id: str, starts_at: datetime, ends_at: datetime
) -> bool:
    """Say whether a blackout or a closed holiday touches a visit from ``starts_at`` to ``ends_at`` (UTC, exclusive)."""
    if days_off.is_day_off(tx, facility_id, visit_type, starts_at):
        return True
    zone = ZoneInfo(facilities.get(tx, facility_id).zone or "UTC")
    individual = roster.individual(tx, individual_id)
    unit = individual.housing_unit if individual else None
    closed = timetables.closed_from(tx, facility_id, visit_type, unit, starts_at.astimezone(zone).date())
    return any(period.touches(zone, starts_at, ends_at) for period in closed)


@dataclass(frozen=True, slots=True)
class Closure:
    """A period without visits of one type, or of every type (None), and of one housing unit, or of all of them."""

    facility_id: str
    zone: ZoneInfo
    period: Period
    visit_type: str | None = None
    housing_unit: str | None = None


def visits_within(tx: Tx, closure: Closure, *, to_change: bool) -> Sequence[Visit]:
    """Return the visits that stand, have not begun, and that ``closure`` touches, in order of their ids.

    ``to_change`` locks them until the transaction ends.
    """
    # a facility's zone may have been set anew since: its visits keep the date that they were confirmed for
    first, last = closure.period.first_date - A_DAY, closure.period.last_date + A_DAY
    query = select(Visit).where(
        Visit.facility_id == closure.facility_id,
        Visit.status == "confirmed",
        col(Visit.local_date).between(first, last),
        col(Visit.starts_at) > tx.now,
    )
    if closure.visit_type is not None:
        query = query.where(Visit.visit_type == closure.visit_type)
    if closure.housing_unit is not None:
        query = query.where(col(Visit.individual_id).in_(_of_unit(closure)))
    query = query.order_by(col(Visit.id)).execution_options(populate_existing=True)
    found = tx.session.exec(query.with_for_update() if to_change else query).all()
    return [visit for visit in found if closure.period.touches(closure.zone, visit.starts_at, visit.ends_at)]


def holds_within(tx: Tx, closure: Closure) -> Sequence[Hold]:
    """Return the holds that live and that ``closure`` touches, in order of their ids."""
    query = select(Hold).where(Hold.facility_id == closure.facility_id, col(Hold.held_until) > tx.now)
    if closure.visit_type is not None:
        query = query.where(Hold.visit_type == closure.visit_type)
    if closure.housing_unit is not None:
        query = query.where(col(Hold.individual_id).in_(_of_unit(closure)))
    found = tx.session.exec(query.order_by(col(Hold.id))).all()
    return [hold for hold in found if closure.period.touches(closure.zone, hold.starts_at, hold.ends_at)]


def _of_unit(closure: Closure) -> SelectOfScalar[str]:
    return select(Individual.id).where(
        Individual.facility_id == closure.facility_id, Individual.housing_unit == closure.housing_unit
    )
