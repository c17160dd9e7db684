"""One row of the list of US facilities, understood: which facility it is, or why it is none. Pure functions.

The list is that of the UCLA Law COVID Behind Bars Data Project (``fac_data.csv``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from backend.csv_rows import Row
from backend.facilities.letter_case import sensible_case
from backend.facilities.us_states import only_zone, state_code, zones_of

ZoneFinder = Callable[[float, float], str | None]
"""Takes longitude and latitude in degrees; returns the IANA zone there, None at sea."""

REQUIRED: Final = ("Facility.ID", "State", "Name")
NO_FACILITY: Final = frozenset({"Administrative", "Geographic"})
LONGEST_NAME: Final = 120
NOWHERE: Final = "the list has neither address nor city nor coordinates: make sure that it is a facility"
_PLACE_COLUMNS: Final = ("Address", "City", "Zipcode", "Latitude", "Capacity", "HIFLD.ID", "Population.Feb20")
_OFFICE: Final = re.compile(
    r"\b(ACADEMY|ADMINISTRATIVE|BUREAU|CENTRAL OFFICE|COMMISSION|DIVISION|ENTERPRISES|HEADQUARTERS|INMATES|LOCATIONS|"
    r"NON|OPERATIONS GROUP|PAROLE|PATIENTS|PRIVATE INSTITUTIONS|PROBATION|STAFF|STATEWIDE|TRAINING|WORKSITES?)\b"
)
"""What rows are called that stand for offices, groups of people or a whole state."""
_PRISON: Final = frozenset({"Prison", "Prison Unit", "Work Camp", "Reception Center", "Aged and Infirmed"})
_PRISON_NAME: Final = re.compile(r"\b(PRISON|PENITENTIARY|CORRECTIONAL (INSTITUTION|COMPLEX)|FEDERAL MEDICAL CENTER)\b")
_OTHER_NAME: Final = re.compile(r"\b(COMMUNITY|HALFWAY|REENTRY|RE-ENTRY|RESIDENTIAL|TRANSITION(AL)?|HOSPITAL)\b")


@dataclass(frozen=True, slots=True)
class FacilityRecord:
    """A facility as the list tells of it."""

    external_id: str
    name: str
    state: str
    city: str | None
    address: str | None
    postal_code: str | None
    kind: str
    population: int | None
    latitude: float | None
    longitude: float | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class Understood:
    """A row that is a facility, and what an operator should look at."""

    line: int
    record: FacilityRecord
    attention: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoFacility:
    """A row that is none, and why."""

    line: int
    reason: str


def understand(row: Row, zone_at: ZoneFinder) -> Understood | NoFacility:
    """Return the facility that a row tells of, or why it tells of none."""
    external_id, name, state_said = row.text("Facility.ID"), row.text("Name"), row.text("State")
    state = state_code(state_said) if state_said else None
    reason = _why_none(row, name, state_said, state)
    if reason is not None or external_id is None or name is None or state is None:
        return NoFacility(row.line, reason or "it has no number in Facility.ID")
    attention = list(row.repaired)
    population = _population(row, attention)
    latitude, longitude = _coordinates(row, attention)
    zone = _zone(state, latitude, longitude, zone_at, attention)
    if latitude is None and row.text("City") is None and row.text("Address") is None:
        attention.append(NOWHERE)
    record = FacilityRecord(
        external_id=external_id,
        name=sensible_case(name)[:LONGEST_NAME],
        state=state,
        city=_cased(row.text("City")),
        address=_cased(row.text("Address")),
        postal_code=row.text("Zipcode"),
        kind=_kind(row, name),
        population=population,
        latitude=latitude,
        longitude=longitude,
        zone=zone,
    )
    return Understood(row.line, record, tuple(attention))


def _why_none(row: Row, name: str | None, state_said: str | None, state: str | None) -> str | None:
    description = row.text("Description")
    if description in NO_FACILITY:
        return f"its description is {description}"
    if name is None:
        return "it has no name"
    if state is None:
        return f"its state is {state_said}" if state_said else "it has no state"
    nowhere = description is None and not any(row.text(column) for column in _PLACE_COLUMNS)
    if nowhere and _OFFICE.search(name.upper()):
        return "its name is that of an office or a group of people, and it has no place"
    return None


def _population(row: Row, attention: list[str]) -> int | None:
    said = row.text("Population.Feb20")
    if said is None:
        return None
    number = _number(said.replace(",", ""))
    if number is None or number < 0 or number != int(number) or number > 100_000:
        attention.append(f"population {said!r} is not a count of people and was left out")
        return None
    return int(number)


def _coordinates(row: Row, attention: list[str]) -> tuple[float, float] | tuple[None, None]:
    said = (row.text("Latitude"), row.text("Longitude"))
    if said[0] is None or said[1] is None:
        return None, None
    latitude, longitude = _number(said[0]), _number(said[1])
    if (
        latitude is None
        or longitude is None
        or abs(latitude) > 90
        or abs(longitude) > 180
        or latitude == longitude == 0
    ):
        attention.append(f"coordinates {said[0]!r}, {said[1]!r} are no place on earth and were left out")
        return None, None
    return latitude, longitude


def _number(said: str) -> float | None:
    try:
        number = float(said)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _zone(
    state: str, latitude: float | None, longitude: float | None, zone_at: ZoneFinder, attention: list[str]
) -> str | None:
    """Return the zone at the coordinates, else that of the state where it keeps one, else None."""
    there = zone_at(longitude, latitude) if latitude is not None and longitude is not None else None
    if there is not None:
        if there not in zones_of(state):
            attention.append(f"its coordinates lie in {there}, which no part of {state} keeps: check its zone")
        return there
    zone = only_zone(state)
    if zone is None:
        attention.append(f"needs a zone: it has no coordinates, and {state} keeps {len(zones_of(state))} zones")
    return zone


def _kind(row: Row, name: str) -> str:
    """Return the kind on which rate caps depend, ``unknown`` where the list does not tell."""
    said, jurisdiction, description = name.upper(), row.text("Jurisdiction"), row.text("Description")
    if jurisdiction == "immigration":
        return "immigration"
    if row.text("Age") == "Juvenile" or re.search(r"\b(JUVENILE|YOUTH)\b", said):
        return "juvenile"
    if jurisdiction == "psychiatric" or description == "Transitional Center":
        return "other"
    if jurisdiction == "county" and description != "Detention Center":
        return "jail"
    return _kind_by_words(description, said)


def _kind_by_words(description: str | None, name: str) -> str:
    if description in _PRISON or description == "Medical Facility":
        return "prison"
    if description == "Jail":
        return "jail"
    if description == "Detention Center":
        return "detention"
    if description is None:
        for kind, words in (
            ("jail", re.compile(r"\bJAIL\b")),
            ("detention", re.compile(r"\bDETENTION\b")),
            ("prison", _PRISON_NAME),
            ("other", _OTHER_NAME),
        ):
            if words.search(name):
                return kind
    return "unknown"


def _cased(said: str | None) -> str | None:
    return None if said is None else sensible_case(said)[:LONGEST_NAME]
