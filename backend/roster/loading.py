"""Loading individuals onto a facility's roster, again and again: the same records twice change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.audit import service as audit
from backend.db import Tx
from backend.errors import Problem
from backend.facilities import service as facilities
from backend.roster import repository
from backend.roster.models import Individual
from backend.roster.names import number_key
from backend.security import Action, Actor, Subject, authorize
from backend.types import new_id


@dataclass(frozen=True, slots=True)
class RosterRecord:
    """One individual as a jail's system tells of them. ``booking_number`` is what they are known by there."""

    booking_number: str
    first_name: str
    last_name: str
    middle_name: str | None = None
    suffix: str | None = None
    birth_date: date | None = None
    housing_unit: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading records did."""

    new: int
    changed: int
    unchanged: int


def upsert_individuals(tx: Tx, actor: Actor, facility_id: str, records: Sequence[RosterRecord]) -> Loaded:
    """Add or change the individuals of a facility by their booking numbers; who is in a record is held there.

    Who is in no record stays as they are. Case, spaces and dashes of a booking number are no difference; of two records
    with one number the last counts. Raises ``not_found`` (404), or ``no_booking_number`` (422).
    """
    authorize(actor, Action.SET_UP, Subject(facility_id=facility_id))
    facilities.get(tx, facility_id)
    held = {number_key(row.booking_number): row for row in repository.of_facility(tx, facility_id)}
    new = changed = unchanged = 0
    for key, record in {number_key(record.booking_number): record for record in records}.items():
        if not key:
            raise Problem("no_booking_number", 422, "An individual has no booking number.", "Nothing was loaded.")
        row = held.get(key)
        if row is None:
            tx.session.add(_made(tx, facility_id, record))
            new += 1
        elif _changed(tx, row, record):
            changed += 1
        else:
            unchanged += 1
    if new or changed:
        tx.session.flush()
        repository.next_version(tx, facility_id)
        audit.record(
            tx,
            actor,
            audit.facility_chain(facility_id),
            action="roster loaded",
            subject="roster",
            what={"new": new, "changed": changed, "unchanged": unchanged},
        )
    return Loaded(new, changed, unchanged)


def _made(tx: Tx, facility_id: str, record: RosterRecord) -> Individual:
    return Individual(
        id=new_id(tx.now),
        facility_id=facility_id,
        booking_number=record.booking_number,
        first_name=record.first_name,
        middle_name=record.middle_name,
        last_name=record.last_name,
        suffix=record.suffix,
        aliases=list(record.aliases),
        birth_date=record.birth_date,
        housing_unit=record.housing_unit,
        created_at=tx.now,
        updated_at=tx.now,
    )


def _changed(tx: Tx, row: Individual, record: RosterRecord) -> bool:
    """Bring a row up to a record; return whether that changed anything."""
    before = row.model_dump(exclude={"updated_at"})
    row.first_name, row.middle_name, row.last_name = record.first_name, record.middle_name, record.last_name
    row.suffix, row.birth_date, row.housing_unit = record.suffix, record.birth_date, record.housing_unit
    row.aliases, row.status = list(record.aliases), "held"
    if row.model_dump(exclude={"updated_at"}) == before:
        return False
    row.updated_at = tx.now
    tx.session.add(row)
    return True
