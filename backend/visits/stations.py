"""Stations: booths in which one visit takes place at a time (RULES section 5).

Where a facility has a station in service for a visit type and housing unit, a booking needs one: its hold takes the
first that is free throughout, and the visit is told which once it is confirmed. Where it has none, none is needed, and
what was booked then is given a station when one is added, as far as one is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, not_found
from backend.facilities import service as facilities
from backend.facilities.setting_values import VisitType
from backend.security import Action, Actor, Subject, authorize
from backend.sql import Sql
from backend.types import EPOCH, microseconds, new_id, quantum_of
from backend.visits import flags, quanta
from backend.visits.models import Station, Visit
from backend.visits.quanta import Booking

MICROSECOND: Final = timedelta(microseconds=1)

_IN_SERVICE: Final = Sql(
    "SELECT id FROM station WHERE facility_id = :facility AND visit_type = :type AND in_service"
    " AND (housing_unit IS NULL OR housing_unit = :unit) ORDER BY name"
)
_BOOKED: Final = text(
    """WITH booked (id, account_id, individual_id) AS (
    SELECT id, account_id, individual_id FROM visit WHERE facility_id = :facility AND visit_type = :visit_type
        AND status = 'confirmed' AND ends_at > :now
    UNION ALL SELECT id, account_id, individual_id FROM hold WHERE facility_id = :facility
        AND visit_type = :visit_type)
SELECT b.id, b.account_id, b.individual_id, i.housing_unit, MIN(t.quantum), MAX(t.quantum), MAX(t.held_until),
    (SELECT MIN(s.station_id) FROM station_taken s WHERE s.booking_id = b.id)
FROM booked b JOIN individual i ON i.id = b.individual_id JOIN individual_taken t ON t.booking_id = b.id
WHERE t.held_until IS NULL OR t.held_until > :now
GROUP BY b.id, b.account_id, b.individual_id, i.housing_unit HAVING MAX(t.quantum) >= :quantum
ORDER BY MIN(t.quantum), b.id"""
)


@dataclass(frozen=True, slots=True)
class StationAdded:
    """A station that is in service now: how many bookings it was given, and how many still have none."""

    station: Station
    given: int
    without: int


@dataclass(frozen=True, slots=True)
class StationRetired:
    """A station out of service: how many bookings found another one, and how many visits are flagged."""

    station: Station
    moved: int
    flagged: int


@dataclass(frozen=True, slots=True)
class _Booked:
    """A visit that has not ended, or a hold that lives, at a facility; and the station that it has."""

    id: str
    account_id: str
    individual_id: str
    housing_unit: str | None
    quanta: range
    held_until: datetime | None
    station_id: str | None


def in_service(tx: Tx, facility_id: str, visit_type: str, housing_unit: str | None) -> tuple[str, ...]:
    """Return the ids of the stations in service for a visit type and an individual's unit, in order of their names."""
    said = {"facility": facility_id, "type": visit_type, "unit": housing_unit}
    return tuple(station_id for (station_id,) in tx.run(_IN_SERVICE, said))


def listed(tx: Tx, actor: Actor, facility_id: str) -> Sequence[Station]:
    """Return a facility's stations by visit type and name, those out of service too."""
    authorize(actor, Action.SET_UP, Subject(facility_id=facility_id))
    query = select(Station).where(Station.facility_id == facility_id)
    return tx.session.exec(query.order_by(col(Station.visit_type), col(Station.name))).all()


def add(
    tx: Tx, actor: Actor, facility_id: str, visit_type: VisitType, name: str, *, housing_unit: str | None = None
) -> StationAdded:
    """Put a station into service, a new one or one that was retired, and give it to bookings that have none.

    Raises ``station_exists`` (409) for one that is in service.
    """
    station = _station(tx, actor, facility_id, visit_type, name)
    if station is None:
        station = Station(id=new_id(tx.now), facility_id=facility_id, name=name, visit_type=visit_type)
    elif station.in_service:
        raise Problem("station_exists", 409, f"There is a station {name!r} already.", "Give it another name.")
    station.in_service, station.housing_unit = True, housing_unit
    tx.session.add(station)
    tx.session.flush()
    flags.take_down(tx, "capacity", station.id)
    needing = [
        one
        for one in _booked(tx, facility_id, visit_type)
        if one.station_id is None and housing_unit in (None, one.housing_unit)
    ]
    given = sum(_give(tx, facility_id, one, (station.id,)) for one in needing)
    _tell(tx, actor, station, "station added", {"given": given})
    return StationAdded(station, given, len(needing) - given)


def retire(tx: Tx, actor: Actor, facility_id: str, visit_type: VisitType, name: str) -> StationRetired:
    """Take a station out of service. What is booked there gets another one that is free, or keeps it and is flagged.

    Raises ``not_found`` (404) where no such station is in service.
    """
    station = _station(tx, actor, facility_id, visit_type, name)
    if station is None or not station.in_service:
        raise not_found("The station")
    station.in_service = False
    tx.session.add(station)
    tx.session.flush()
    stuck, moved = [], 0
    for one in _booked(tx, facility_id, visit_type):
        if one.station_id != station.id:
            continue
        if _give(tx, facility_id, one, in_service(tx, facility_id, visit_type, one.housing_unit)):
            quanta.leave_station(tx, facility_id, station.id, one.id)
            moved += 1
        elif (visit := tx.session.get(Visit, one.id)) is not None:
            stuck.append(visit)
    flags.put_up(tx, stuck, "capacity", station.id)
    _tell(tx, actor, station, "station retired", {"moved": moved, "flagged": len(stuck)})
    return StationRetired(station, moved, len(stuck))


def flag_retired(tx: Tx, visit: Visit) -> None:
    """Flag a visit that was just confirmed if its station was taken out of service while it was held."""
    station = tx.session.get(Station, visit.station_id) if visit.station_id else None
    if station is not None and not station.in_service:
        flags.put_up(tx, [visit], "capacity", station.id)


def _station(tx: Tx, actor: Actor, facility_id: str, visit_type: str, name: str) -> Station | None:
    """Return a station, in service or not, with no booking being made at its facility meanwhile."""
    authorize(actor, Action.SET_UP, Subject(facility_id=facility_id))
    facilities.take_alone(tx, facility_id)
    query = select(Station).where(
        Station.facility_id == facility_id, Station.visit_type == visit_type, Station.name == name
    )
    return tx.session.exec(query).first()


def _booked(tx: Tx, facility_id: str, visit_type: str) -> list[_Booked]:
    said = {
        "facility": facility_id,
        "visit_type": visit_type,
        "now": microseconds(tx.now),
        "quantum": quantum_of(tx.now),
    }
    return [
        _Booked(
            id=booking,
            account_id=account,
            individual_id=individual,
            housing_unit=unit,
            quanta=range(first, last + 1),
            held_until=None if until is None else EPOCH + until * MICROSECOND,
            station_id=station,
        )
        for booking, account, individual, unit, first, last, until, station in tx.session.execute(_BOOKED, said)
    ]


def _give(tx: Tx, facility_id: str, one: _Booked, stations: tuple[str, ...]) -> bool:
    """Give a booking the first of ``stations`` that is free throughout; say whether there was one."""
    booking = Booking(one.id, one.account_id, facility_id, one.individual_id, one.quanta, (), stations)
    station_id = quanta.take_station(tx, booking, one.held_until)
    if station_id is None:
        return False
    visit = tx.session.get(Visit, one.id)
    if visit is not None:
        visit.station_id = station_id
        tx.session.add(visit)
        tx.session.flush()
        changes.announce(tx, changes.account_stream(visit.account_id), "visit", visit.id)
        changes.announce(tx, changes.facility_stream(facility_id), "visit", visit.id)
    return True


def _tell(tx: Tx, actor: Actor, station: Station, action: str, what: dict[str, object]) -> None:
    audit.record(
        tx,
        actor,
        audit.facility_chain(station.facility_id),
        action=action,
        subject=f"station:{station.id}",
        what={"name": station.name, "visit_type": station.visit_type, "housing_unit": station.housing_unit, **what},
    )
