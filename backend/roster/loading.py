"""Loading individuals onto a facility's roster, again and again: the same records twice change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from backend.audit import service as audit
from backend.db import Tx
from backend.errors import Problem
from backend.facilities import service as facilities
from backend.roster import repository
from backend.roster.models import Individual
from backend.roster.names import number_key
from backend.security import Action, Actor, Subject, authorize
from backend.types import new_id

Status = Literal["held", "moved", "released"]
MANY: Final = 5
"""A complete file is doubted if more than one in so many of those held are not in it: that is 20 percent."""


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
    status: Status = "held"
    moved_to: str | None = None
    """Where somebody moved was moved to, as that system says it."""


@dataclass(frozen=True, slots=True)
class Complete:
    """Says that the records are everybody who is held: who is in none of them counts as released."""

    also_there: frozenset[str] = frozenset()
    """Booking numbers, as they are compared, of people who are in the file though their record cannot be used."""
    sure: bool = False
    """Release more than 20 percent of those held as well."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody who is not held at the facility any more."""

    individual_id: str
    status: Status


@dataclass(frozen=True, slots=True)
class Rehoused:
    """Somebody who lives in another housing unit than before; None: none is known."""

    individual_id: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading records did."""

    new: int
    changed: int
    unchanged: int
    gone: tuple[Gone, ...] = ()
    """Who was held, or gone otherwise, until now."""
    back: tuple[str, ...] = ()
    """Ids of those who were gone and are held again."""
    vanished: int = 0
    """How many of those gone are so because a complete file does not name them."""
    rehoused: tuple[Rehoused, ...] = ()


@dataclass(slots=True)
class _Tally:
    held_before: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: list[Gone] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    rehoused: list[Rehoused] = field(default_factory=list)


def upsert_individuals(
    tx: Tx, actor: Actor, facility_id: str, records: Sequence[RosterRecord], complete: Complete | None = None
) -> Loaded:
    """Add or change the individuals of a facility by their booking numbers.

    Who is in no record stays as they are, or counts as released where the records are ``complete``. Case, spaces and
    dashes of a booking number are no difference; of two records with one number the last counts. Somebody of the same
    number at another facility is another individual. No visit is booked meanwhile, so that whoever goes on with who is
    gone sees all of their visits.

    Raises ``not_found`` (404), ``no_booking_number`` (422), or ``too_many_vanish`` (409).
    """
    authorize(actor, Action.SET_UP, Subject(facility_id=facility_id))
    facilities.get(tx, facility_id)
    facilities.take_alone(tx, facility_id)
    known = {number_key(row.booking_number): row for row in repository.of_facility(tx, facility_id)}
    tally = _Tally(held_before=sum(row.status == "held" for row in known.values()))
    said = {number_key(record.booking_number): record for record in records}
    for key, record in said.items():
        if not key:
            raise Problem("no_booking_number", 422, "An individual has no booking number.", "Nothing was loaded.")
        _take(tx, facility_id, tally, known.get(key), record)
    vanished = _vanish(tx, tally, known, said.keys(), complete) if complete else 0
    if tally.new or tally.changed:
        tx.session.flush()
        repository.next_version(tx, facility_id)
        audit.record(
            tx,
            actor,
            audit.facility_chain(facility_id),
            action="roster loaded",
            subject="roster",
            what={
                "new": tally.new,
                "changed": tally.changed,
                "unchanged": tally.unchanged,
                "gone": {one.individual_id: one.status for one in tally.gone},
                "back": tally.back,
            },
        )
    return Loaded(
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        gone=tuple(tally.gone),
        back=tuple(tally.back),
        vanished=vanished,
        rehoused=tuple(tally.rehoused),
    )


def _take(tx: Tx, facility_id: str, tally: _Tally, row: Individual | None, record: RosterRecord) -> None:
    if row is None:
        tx.session.add(_made(tx, facility_id, record))
        tally.new += 1
        return
    before, unit = row.status, row.housing_unit
    if not _changed(tx, row, record):
        tally.unchanged += 1
        return
    tally.changed += 1
    if before != record.status:
        _note(tally, row, record.status)
    if unit != record.housing_unit:
        tally.rehoused.append(Rehoused(row.id, unit, record.housing_unit))


def _note(tally: _Tally, row: Individual, status: Status) -> None:
    if status == "held":
        tally.back.append(row.id)
    else:
        tally.gone.append(Gone(row.id, status))


def _vanish(tx: Tx, tally: _Tally, known: dict[str, Individual], said: Iterable[str], complete: Complete) -> int:
    """Release who is held and in no record; return how many. Raises ``too_many_vanish`` (409)."""
    there = complete.also_there.union(said)
    missing = [row for key, row in known.items() if row.status == "held" and key not in there]
    if len(missing) * MANY > tally.held_before and not complete.sure:
        raise Problem(
            "too_many_vanish",
            409,
            f"{len(missing)} of {tally.held_before} who are held are not in this file.",
            "Is it the whole roster? Nothing was loaded. To release all of them, load it again with --yes.",
        )
    for row in missing:
        row.status, row.moved_to, row.updated_at = "released", None, tx.now
        tx.session.add(row)
        tally.changed += 1
        _note(tally, row, "released")
    return len(missing)


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
        status=record.status,
        moved_to=record.moved_to,
        created_at=tx.now,
        updated_at=tx.now,
    )


def _changed(tx: Tx, row: Individual, record: RosterRecord) -> bool:
    """Bring a row up to a record; return whether that changed anything."""
    before = row.model_dump(exclude={"updated_at"})
    row.first_name, row.middle_name, row.last_name = record.first_name, record.middle_name, record.last_name
    row.suffix, row.birth_date, row.housing_unit = record.suffix, record.birth_date, record.housing_unit
    row.aliases, row.status, row.moved_to = list(record.aliases), record.status, record.moved_to
    if row.model_dump(exclude={"updated_at"}) == before:
        return False
    row.updated_at = tx.now
    tx.session.add(row)
    return True
