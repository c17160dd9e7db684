"""Limits on how many visits there are at the same time, and the one door through which settings are made.

Each limit that counts a booking has rows of its own: its timetable row, its visit type, its housing unit, all types
together. A limit is counted from the first setting of its name on, whatever its date; the first one enters what is
booked already. So a limit that is set late, or begins later, counts every visit. It is never undone by a later setting:
what is booked above a lowered capacity stands, and is flagged for somebody to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel import select

from backend.db import Tx
from backend.facilities import configuration
from backend.facilities import registry as known
from backend.facilities import service as facilities
from backend.facilities.models import Setting
from backend.facilities.policy import VISIT_TYPES, as_visit_type, local_today, policy_on
from backend.facilities.setting_values import VisitType
from backend.security import Actor
from backend.timetables.models import TimetableRow
from backend.types import microseconds, quantum_of
from backend.visits import days_off, flags
from backend.visits.models import Visit

KINDS: Final = {known.CAPACITY_TYPE.name: "type", known.CAPACITY_ALL.name: "all", known.UNIT_PLACES.name: "unit"}
"""What the keys of a setting's limits begin with."""
A_DAY: Final = timedelta(days=1)

_ENTER: Final = text(
    """WITH booked (id, visit_type, individual_id) AS (
    SELECT id, visit_type, individual_id FROM visit WHERE facility_id = :facility AND status = 'confirmed'
        AND local_date >= :since AND ends_at > :now
    UNION ALL SELECT id, visit_type, individual_id FROM hold WHERE facility_id = :facility)
INSERT INTO place_taken (facility_id, limit_key, quantum, seat, booking_id, held_until)
SELECT :facility, :key, t.quantum, ROW_NUMBER() OVER (PARTITION BY t.quantum ORDER BY t.booking_id), t.booking_id,
    t.held_until
FROM booked JOIN individual_taken t ON t.booking_id = booked.id JOIN individual i ON i.id = booked.individual_id
WHERE (t.held_until IS NULL OR t.held_until > :now)
    AND (:visit_type = '' OR booked.visit_type = :visit_type) AND (:unit = '' OR i.housing_unit = :unit)"""
)
_LEAVE: Final = text(
    "DELETE FROM place_taken WHERE facility_id = :facility AND limit_key = :key AND quantum >= :quantum"
)
_RANKS: Final = text(
    """SELECT booking_id, MAX(place) FROM (
    SELECT p.booking_id, ROW_NUMBER() OVER (PARTITION BY p.quantum ORDER BY v.confirmed_at, v.id) AS place
    FROM place_taken p JOIN visit v ON v.id = p.booking_id
    WHERE p.facility_id = :facility AND p.limit_key = :key AND p.quantum >= :quantum AND v.status = 'confirmed'
) AS ranked
GROUP BY booking_id ORDER BY booking_id"""
)


@dataclass(frozen=True, slots=True)
class SettingMade:
    """A setting that was made, and how many visits stand above the capacity, or on the days, that it sets."""

    setting: Setting
    above: int
    on_holidays: int = 0


def set_setting(
    tx: Tx,
    actor: Actor,
    facility_id: str,
    name: str,
    value: object,
    *,
    effective_from: date,
    visit_type: VisitType | None = None,
    why: str | None = None,
) -> SettingMade:
    """Make a setting as :func:`backend.facilities.configuration.set_setting` does, and count what it limits.

    Raises what that raises. Visits above a capacity, or on holidays that are closed, are flagged; none is cancelled.
    """
    if name == known.HOLIDAYS_CLOSED.name:
        facilities.take_alone(tx, facility_id)
    if name not in KINDS:
        setting = configuration.set_setting(
            tx, actor, facility_id, name, value, effective_from=effective_from, visit_type=visit_type, why=why
        )
        closes = name == known.HOLIDAYS_CLOSED.name
        return SettingMade(setting, 0, days_off.follow(tx, facility_id) if closes else 0)
    facilities.take_alone(tx, facility_id)
    before = _counted(tx, facility_id)
    setting = configuration.set_setting(
        tx, actor, facility_id, name, value, effective_from=effective_from, visit_type=visit_type, why=why
    )
    counted = _counted(tx, facility_id)
    for key in sorted(counted - before):
        _enter(tx, facility_id, key)
    # a unit that is not named any more has no visits above its places: its flags go
    mine = sorted(key for key in counted | before if key.partition(":")[0] == KINDS[name])
    return SettingMade(setting, sum(_flag(tx, facility_id, key) for key in mine))


def flag_rows(tx: Tx, facility_id: str) -> int:
    """Flag what each row of a facility's timetable has above its places. Return how many visits that are.

    The caller has changed rows, and has taken the facility alone before that.
    """
    rows = tx.session.exec(select(TimetableRow).where(TimetableRow.facility_id == facility_id)).all()
    return sum(flag_above(tx, facility_id, f"row:{row.id}", _always(row.capacity)) for row in rows)


def recount_units(tx: Tx, facility_id: str, units: Collection[str | None]) -> int:
    """Count anew what is booked for housing units that somebody moved into or out of, and flag what is above.

    Return how many visits are above. The caller has changed the roster, and has taken the facility alone before that.
    """
    keys = sorted(_counted(tx, facility_id) & {f"unit:{unit}" for unit in units if unit is not None})
    for key in keys:
        _enter(tx, facility_id, key)
    return sum(_flag(tx, facility_id, key) for key in keys)


def _always(capacity: int) -> Callable[[date], int]:
    return lambda _day: capacity


def flag_above(tx: Tx, facility_id: str, key: str, capacity_on: Callable[[date], int | None]) -> int:
    """Flag the visits that one limit has above its capacity, the latest confirmed ones; take its other flags away.

    ``capacity_on`` gives the capacity on a local date, None for no limit. Return how many visits are above it.
    """
    said = {"facility": facility_id, "key": key, "quantum": quantum_of(tx.now)}
    ranks: dict[str, int] = {booking: rank for booking, rank in tx.session.execute(_RANKS, said)}  # noqa: C416  # dict() of rows has no type
    above = []
    for booking, rank in ranks.items():
        visit = tx.session.get_one(Visit, booking)
        capacity = capacity_on(visit.local_date)
        if capacity is not None and rank > capacity:
            above.append(visit)
    source = f"{facility_id}:{key}"
    flags.take_down(tx, "capacity", source)
    flags.put_up(tx, above, "capacity", source)
    return len(above)


def _counted(tx: Tx, facility_id: str) -> frozenset[str]:
    """Return the keys of the limits that a facility counts, besides those of its timetable."""
    today = local_today(facilities.get(tx, facility_id), tx.now)
    policies = [policy_on(tx, facility_id, visit_type, today) for visit_type in VISIT_TYPES]
    types = {f"type:{policy.visit_type}" for policy in policies if policy.counts_type}
    units = {f"unit:{unit}" for policy in policies for unit in policy.counts_units}
    return frozenset(types | units | ({"all"} if policies[0].counts_all else set()))


def _enter(tx: Tx, facility_id: str, key: str) -> None:
    """Enter what is booked already into a limit, anew where it was counted before: a unit may be named again."""
    kind, _, name = key.partition(":")
    tx.session.execute(_LEAVE, {"facility": facility_id, "key": key, "quantum": quantum_of(tx.now - A_DAY)})
    tx.session.execute(
        _ENTER,
        {
            "facility": facility_id,
            "key": key,
            "visit_type": name if kind == "type" else "",
            "unit": name if kind == "unit" else "",
            "since": (tx.now.date() - A_DAY).isoformat(),
            "now": microseconds(tx.now),
        },
    )


def _flag(tx: Tx, facility_id: str, key: str) -> int:
    """Flag what one limit has above the capacity that the settings give it on the date of the visit."""
    kind, _, name = key.partition(":")
    visit_type = as_visit_type(name) or VISIT_TYPES[0]
    found: dict[date, int | None] = {}

    def capacity_on(day: date) -> int | None:
        if day not in found:
            policy = policy_on(tx, facility_id, visit_type, day)
            of_kind = {"type": policy.capacity_type, "unit": policy.unit_places.get(name), "all": policy.capacity_all}
            found[day] = of_kind[kind]
        return found[day]

    return flag_above(tx, facility_id, key, capacity_on)
