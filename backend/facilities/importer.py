"""Loading a list of facilities: read and planned without a database, applied in one transaction.

Loading the same list again changes nothing. Zone, kind and population that the facility has already are kept: an
operator may have set them right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from backend import import_report
from backend.audit import service as audit
from backend.csv_rows import Broken, read_rows
from backend.db import Tx
from backend.facilities import repository
from backend.facilities.models import Facility
from backend.facilities.us_list import NOWHERE, REQUIRED, FacilityRecord, Understood, ZoneFinder, understand
from backend.import_report import Line, Progress
from backend.security import Action, Actor, authorize
from backend.types import new_id

SOURCE: Final = "us_facilities"
FROM_LIST: Final = ("name", "state", "city", "address", "postal_code", "latitude", "longitude")
"""What the list alone says; zone, kind and population are only filled in where they are missing."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file says: the facilities in it, and what is to be told about the other rows."""

    understood: tuple[Understood, ...]
    skipped: tuple[Line, ...]
    attention: tuple[Line, ...]


@dataclass(slots=True)
class Report(import_report.Report):
    """What loading did, and how many of all the list's facilities have no zone, kind or population now."""

    without_zone: int = 0
    without_kind: int = 0
    without_population: int = 0


def plan(data: bytes, zone_at: ZoneFinder, progress: Progress = lambda _done, _of: None) -> Plan:
    """Read a list of facilities. Raises :class:`backend.csv_rows.NotThisFile` if it is something else.

    ``zone_at`` finds the zone at a place; ``progress`` is told how far it is.
    """
    rows = list(read_rows(data, REQUIRED))
    understood: dict[str, Understood] = {}
    skipped: list[Line] = []
    for done, row in enumerate(rows, start=1):
        progress(done, len(rows))
        if isinstance(row, Broken):
            skipped.append(Line(row.line, "", row.reason))
            continue
        found = understand(row, zone_at)
        if not isinstance(found, Understood):
            skipped.append(Line(row.line, row.said.get("Name", ""), found.reason))
        elif found.record.external_id in understood:
            skipped.append(
                Line(row.line, found.record.name, f"Facility.ID {found.record.external_id} was there before")
            )
        else:
            understood[found.record.external_id] = found
    told_apart = tuple(_told_apart(understood.values()))
    attention = [Line(each.line, each.record.name, sentence) for each in told_apart for sentence in each.attention]
    attention.sort(key=lambda line: line.sentence == NOWHERE)  # the least urgent, and the most frequent, last
    return Plan(told_apart, tuple(skipped), tuple(attention))


def apply(tx: Tx, actor: Actor, planned: Plan, progress: Progress = lambda _done, _of: None) -> Report:
    """Bring the facilities of the list up to what was planned, in this transaction, and report.

    Facilities that are no longer in the list stay. Raises ``not_allowed`` (403).
    """
    authorize(actor, Action.SET_UP)
    held = {row.external_id: row for row in repository.facilities_of_source(tx, SOURCE)}
    report = Report(skipped=list(planned.skipped), attention=list(planned.attention))
    for done, each in enumerate(planned.understood, start=1):
        row = held.get(each.record.external_id)
        if row is None:
            row = _made(tx, each.record)
            report.loaded += 1
            _record(tx, actor, row, "facility added", {"name": row.name, "line": each.line})
        else:
            changes = _changes(row, each, report)
            report.changed += bool(changes)
            report.unchanged += not changes
            if changes:
                row.updated_at = tx.now
                tx.session.add(row)
                _record(tx, actor, row, "facility changed", {"changed": sorted(changes), "line": each.line})
        report.without_zone += row.zone is None
        report.without_kind += row.kind == "unknown"
        report.without_population += row.population is None
        progress(done, len(planned.understood))
    tx.session.flush()
    return report


def _told_apart(found: Iterable[Understood]) -> Iterable[Understood]:
    """Yield the facilities with names that differ within each state: by city where that does it, else by number."""
    every = list(found)
    named = Counter(_key(each.record.name, each) for each in every)
    with_city = Counter(_key(_with_city(each.record), each) for each in every)
    for each in every:
        if named[_key(each.record.name, each)] == 1:
            yield each
            continue
        by_city = each.record.city is not None and with_city[_key(_with_city(each.record), each)] == 1
        name = _with_city(each.record) if by_city else f"{each.record.name} (No. {each.record.external_id})"
        sentence = f"another facility of {each.record.state} has the same name: this one is shown as {name}"
        yield replace(each, record=replace(each.record, name=name), attention=(*each.attention, sentence))


def _with_city(record: FacilityRecord) -> str:
    return f"{record.name} ({record.city})"


def _key(name: str, each: Understood) -> tuple[str, str]:
    return each.record.state, name.casefold()


def _made(tx: Tx, record: FacilityRecord) -> Facility:
    row = Facility(
        id=new_id(tx.now),
        source=SOURCE,
        external_id=record.external_id,
        name=record.name,
        state=record.state,
        city=record.city,
        address=record.address,
        postal_code=record.postal_code,
        kind=record.kind,
        population=record.population,
        latitude=record.latitude,
        longitude=record.longitude,
        zone=record.zone,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(row)
    return row


def _changes(row: Facility, each: Understood, report: Report) -> set[str]:
    """Bring a row up to its record; return the columns that changed, and report what was kept instead."""
    changed = set()
    record = each.record
    for column in FROM_LIST:
        said: object = getattr(record, column)
        if getattr(row, column) != said:
            setattr(row, column, said)
            changed.add(column)
    for column, missing in (("zone", None), ("kind", "unknown"), ("population", None)):
        kept: object = getattr(row, column)
        said = getattr(record, column)
        if said in {kept, missing}:
            continue
        if kept == missing:
            setattr(row, column, said)
            changed.add(column)
        else:
            sentence = f"its {column} {kept} was kept; the list says {said}"
            report.attention.append(Line(each.line, record.name, sentence))
    return changed


def _record(tx: Tx, actor: Actor, row: Facility, action: str, what: dict[str, object]) -> None:
    audit.record(tx, actor, audit.facility_chain(row.id), action=action, subject=f"facility:{row.id}", what=what)
