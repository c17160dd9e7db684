"""Visits of who lives in another housing unit now: they count there, and what closes it touches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.policy import local_today
from backend.roster.loading import Rehoused
from backend.timetables import service as timetables
from backend.visits import flags, limits
from backend.visits.closing import Closure, visits_within


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of visits: how many were flagged, are flagged no more, and are above the places of their unit."""

    flagged: int
    unflagged: int
    above: int


def follow(tx: Tx, facility_id: str, rehoused: Sequence[Rehoused]) -> Followed:
    """Let visits follow ``rehoused`` into the limits and under the blackouts of their new unit, out of those before.

    No visit is cancelled. The caller's transaction has changed the roster, and so has the facility alone.
    """
    if not rehoused:
        return Followed(0, 0, 0)
    above = limits.recount_units(tx, facility_id, {unit for one in rehoused for unit in (one.before, one.after)})
    facility = facilities.get(tx, facility_id)
    zone = ZoneInfo(facility.zone or "UTC")
    flagged = unflagged = 0
    for blackout in timetables.blackouts_from(tx, facility_id, local_today(facility, tx.now)):
        if blackout.housing_unit is None:
            continue
        for one in rehoused:
            if one.before == blackout.housing_unit:
                unflagged += flags.take_down(tx, "blackout", blackout.id, individual_id=one.individual_id)
        if any(one.after == blackout.housing_unit for one in rehoused):
            period = timetables.period_of(blackout)
            closure = Closure(facility_id, zone, period, blackout.visit_type, blackout.housing_unit)
            # who lived there before is flagged already, and stays so
            flagged += flags.put_up(tx, visits_within(tx, closure, to_change=True), "blackout", blackout.id)
    return Followed(flagged, unflagged, above)
