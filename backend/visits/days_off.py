"""Public holidays on which a facility is closed, and the visits that stand on them: flagged for somebody to look at."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.holidays import holiday_on
from backend.facilities.policy import VISIT_TYPES, as_visit_type, policy_on
from backend.timetables.wall_clock import local_date
from backend.visits import flags, repository


def is_day_off(tx: Tx, facility_id: str, visit_type: str, starts_at: datetime) -> bool:
    """Say whether ``starts_at`` lies on a public holiday on which the facility has no visits of a type."""
    facility = facilities.get(tx, facility_id)
    return _is_off(tx, facility_id, facility.state, visit_type, local_date(ZoneInfo(facility.zone or "UTC"), starts_at))


def follow(tx: Tx, facility_id: str) -> int:
    """Flag the visits that begin after now on a holiday that is closed; take the flags of all others away.

    No visit is cancelled. Return how many visits that are. The caller has changed what is closed, and by that or before
    it has taken the facility alone.
    """
    facility = facilities.get(tx, facility_id)
    zone = ZoneInfo(facility.zone or "UTC")
    visits = [
        visit
        for visit in repository.standing_after_now(tx, facility_id)
        if _is_off(tx, facility_id, facility.state, visit.visit_type, local_date(zone, visit.starts_at))
    ]
    for visit_type in VISIT_TYPES:
        source = f"{facility_id}:holidays:{visit_type}"
        flags.take_down(tx, "blackout", source)
        flags.put_up(tx, [visit for visit in visits if visit.visit_type == visit_type], "blackout", source)
    return len(visits)


def _is_off(tx: Tx, facility_id: str, state: str, visit_type: str, day: date) -> bool:
    named = as_visit_type(visit_type)
    if named is None or holiday_on(state, day) is None:
        return False
    return policy_on(tx, facility_id, named, day).holidays_closed
