"""Finding an individual on a facility's roster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from backend.access import service as access
from backend.access.words import why_not
from backend.db import Tx
from backend.errors import Problem, Reason, invalid
from backend.facilities import service as facilities
from backend.roster import repository
from backend.roster.index import SHORT, Entry, RosterIndex
from backend.roster.memory import index_of, shown_name
from backend.roster.models import Individual
from backend.roster.names import full_name, number_key, readings
from backend.security import Action, Actor, Subject, authorize
from backend.types import EPOCH

SEARCHES_A_MINUTE: Final = 30
ASK_FOR_ACCESS: Final = "Ask for access on Add a New Facility, and search once the facility has approved it."
NOTES: Final = {
    "moved": "Moved to another facility: no visit can be scheduled here.",
    "released": "Released: no visit can be scheduled.",
}


@dataclass(frozen=True, slots=True)
class IndividualView:
    """An individual as far as a visitor with access may know."""

    id: str
    name: str
    booking_number: str
    birth_year: int | None
    """Only where two on the roster share a name."""
    note: str | None
    """Says so where the individual was moved or released."""


def individual(tx: Tx, individual_id: str) -> Individual | None:
    """Return an individual's row, or None."""
    return repository.individual(tx, individual_id)


def known_as(tx: Tx, facility_id: str, said: str) -> Individual | None:
    """Return who on a facility's roster has this id or booking number, or None. For officers and operators."""
    row = repository.individual(tx, said)
    if row is not None and row.facility_id == facility_id:
        return row
    found = index_of(tx, facility_id).by_number(said) if number_key(said) else None
    return repository.individual(tx, found.id) if found else None


def name_of(row: Individual) -> str:
    """Return an individual's name as it is shown."""
    return shown_name(row)


def count_search(tx: Tx, actor: Actor, facility_id: str) -> None:
    """Let the signed-in account search a roster once more: the roster is not for browsing.

    Raises ``not_found`` (404), ``facility_access_required`` (403) or ``too_many_searches`` (429).
    """
    _refuse_without_access(tx, actor, facility_id)
    seconds = int((tx.now - EPOCH).total_seconds())
    if repository.count_search(tx, actor.account, seconds // 60) > SEARCHES_A_MINUTE:
        raise Problem(
            "too_many_searches",
            429,
            "You have searched many times in a minute.",
            "Wait a moment, then search again. With the full ID one search is enough.",
            retry_after_seconds=60 - seconds % 60,
        )


def search_by_name(
    tx: Tx, actor: Actor, facility_id: str, *, first_name: str, last_name: str
) -> tuple[IndividualView, ...]:
    """Return who on a facility's roster the names may mean, best first, at most 10; count it first.

    Forgiven are typos, accents, hyphens, suffixes, swapped names and aliases. A name shorter than two letters finds
    only who is called exactly so. Raises ``facility_access_required`` (403) or ``invalid`` (422).
    """
    _refuse_without_access(tx, actor, facility_id)
    asked = full_name(first_name, last_name)
    index = index_of(tx, facility_id)
    found = index.by_name(asked) if asked.given.letters and asked.family.letters else []
    if not found:
        for field, said, part in (
            ("first_name", "first name", asked.given),
            ("last_name", "last name", asked.family),
        ):
            if part.letters < SHORT:
                raise invalid(field, f"Enter at least two letters of the {said}, or the whole of it.")
    return _shown(tx, index, found)


def search_by_number(tx: Tx, actor: Actor, facility_id: str, number: str) -> tuple[IndividualView, ...]:
    """Return who has this full ID on a facility's roster, if anybody; count it first.

    Case, spaces and dashes are forgiven. Raises ``facility_access_required`` (403) or ``invalid`` (422).
    """
    _refuse_without_access(tx, actor, facility_id)
    if not number_key(number):
        raise invalid("number", "Enter the whole ID.")
    index = index_of(tx, facility_id)
    found = index.by_number(number)
    return _shown(tx, index, [found] if found else [])


def is_named(tx: Tx, facility_id: str, name: str) -> bool:
    """Say whether somebody of about this name, written on one line, is on a facility's roster. For officers."""
    return index_of(tx, facility_id).knows(name)


def is_meant(tx: Tx, facility_id: str, individual_id: str, name: str) -> bool:
    """Say whether a name on one line may mean this individual of a facility's roster, typos forgiven. For officers."""
    index = index_of(tx, facility_id)
    return any(entry.id == individual_id for reading in readings(name) for entry in index.by_name(reading))


def _refuse_without_access(tx: Tx, actor: Actor, facility_id: str) -> None:
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=facility_id))
    zone = ZoneInfo(facilities.get(tx, facility_id).zone or "UTC")
    if told := why_not(access.access_at(tx, actor.account, facility_id, tx.now), zone):
        code = "facility_access_required"
        reason = Reason(code, told.sentence, can_be_asked_from=told.can_be_asked_from, next_step=told.next_step)
        raise Problem(code, 403, told.sentence, told.next_step or ASK_FOR_ACCESS, reasons=(reason,))


def _shown(tx: Tx, index: RosterIndex, found: list[Entry]) -> tuple[IndividualView, ...]:
    rows = repository.individuals_by_id(tx, [entry.id for entry in found])
    return tuple(_view(rows[entry.id], index.has_namesake(entry)) for entry in found)


def _view(row: Individual, shares_name: bool) -> IndividualView:
    return IndividualView(
        id=row.id,
        name=shown_name(row),
        booking_number=row.booking_number,
        birth_year=row.birth_date.year if shares_name and row.birth_date else None,
        note=NOTES.get(row.status),
    )
