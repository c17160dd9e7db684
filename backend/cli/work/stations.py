"""``station``: stations put into and out of service from the shell."""

from __future__ import annotations

from dataclasses import dataclass

from backend.cli.report import Progress, Report, count_of, table
from backend.context import Context
from backend.db import Tx
from backend.facilities.setting_values import VisitType
from backend.facilities.setup import one_called
from backend.security import SHELL
from backend.text import Line, ShortLine
from backend.visits import stations
from backend.visits.models import Station


@dataclass(frozen=True, slots=True)
class OneStation:
    """A station of a facility, by its visit type and name."""

    facility: Line
    visit_type: VisitType
    name: ShortLine


@dataclass(frozen=True, slots=True)
class AddStation(OneStation):
    """A station to put into service."""

    housing_unit: ShortLine | None = None


@dataclass(frozen=True, slots=True)
class ListStations:
    """The stations of one facility."""

    facility: Line


def add(context: Context, asked: AddStation, _progress: Progress) -> Report:
    """Put a station into service."""

    def work(tx: Tx) -> tuple[str, stations.StationAdded]:
        facility = one_called(tx, asked.facility)
        added = stations.add(tx, SHELL, facility.id, asked.visit_type, asked.name, housing_unit=asked.housing_unit)
        return facility.name, added

    name, added = context.db.write_in_turn(work)
    lines = [f"{name}: {asked.name} is in service for {asked.visit_type}{_unit(added.station)}."]
    if added.given:
        lines.append(f"It was given to {count_of(added.given, 'booking')} that had no station.")
    if added.without:
        lines.append(f"{count_of(added.without, 'booking')} made before have no station yet. Add more stations.")
    return Report(tuple(lines), {**_data(added.station), "given": added.given, "without": added.without})


def list_(context: Context, asked: ListStations, _progress: Progress) -> Report:
    """List stations by visit type and name."""

    def read(tx: Tx) -> tuple[str, list[Station]]:
        facility = one_called(tx, asked.facility)
        return facility.name, list(stations.listed(tx, SHELL, facility.id))

    name, found = context.db.read_now(read)
    if not found:
        return Report((f"{name} has no stations, and its visits need none.",), [])
    rows = [
        (one.name, one.visit_type, one.housing_unit or "every unit", "yes" if one.in_service else "retired")
        for one in found
    ]
    return Report(table(rows, ("STATION", "TYPE", "UNIT", "IN SERVICE")), [_data(one) for one in found])


def retire(context: Context, asked: OneStation, _progress: Progress) -> Report:
    """Take a station out of service."""

    def work(tx: Tx) -> tuple[str, stations.StationRetired]:
        facility = one_called(tx, asked.facility)
        return facility.name, stations.retire(tx, SHELL, facility.id, asked.visit_type, asked.name)

    name, retired = context.db.write_in_turn(work)
    lines = [f"{name}: {asked.name} is out of service."]
    if retired.moved:
        lines.append(f"{count_of(retired.moved, 'booking')} got another station.")
    if retired.flagged:
        lines.append(f"No other station is free for {count_of(retired.flagged, 'visit')}: look at what is flagged.")
    data = {**_data(retired.station), "moved": retired.moved, "flagged": retired.flagged}
    return Report(tuple(lines), data, wrong=retired.flagged > 0)


def _unit(station: Station) -> str:
    return f", for unit {station.housing_unit}" if station.housing_unit else ""


def _data(station: Station) -> dict[str, object]:
    return {
        "id": station.id,
        "name": station.name,
        "visit_type": station.visit_type,
        "housing_unit": station.housing_unit,
        "in_service": station.in_service,
    }
