"""The visits of one facility and day as its officers see them: who comes, who is here, and what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from backend.accounts import service as accounts
from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.policy import local_today
from backend.paging import cursor_of, instant_of, parts_of
from backend.roster import service as roster
from backend.security import Action, Actor, Subject, authorize
from backend.types import microseconds
from backend.visits import repository
from backend.visits.booking import Companion
from backend.visits.joining import policy_of
from backend.visits.models import Visit
from backend.visits.standing import check_in_opens_at, of_facility

FLAG_WORDS: Final = {
    "blackout": "There are no visits at this time any more.",
    "released": "The individual was released.",
    "moved": "The individual was moved to another place.",
    "restriction": "A restriction stands in the way.",
    "keep_apart": "Somebody who is kept apart from the individual has a visit at that time.",
    "capacity": "There are fewer places than visits at this time.",
    "access": "The visitor has no access to the facility then.",
}
"""Why a visit needs a person to look at it, as officers read it."""


@dataclass(frozen=True, slots=True)
class FlagView:
    """Why a visit needs review; ``kind`` is stable."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DeskVisit:
    """A visit as officers see it. Instants are UTC, ``zone`` is the facility's."""

    id: str
    reference: str
    visit_type: str
    visitor_name: str
    attendees: tuple[Companion, ...]
    individual_name: str
    booking_number: str
    housing_unit: str | None
    station: str | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    status: str
    """As it is recorded: a visit that is over stays confirmed until somebody says what became of it."""
    check_in_opens_at: datetime
    checked_in_at: datetime | None
    flags: tuple[FlagView, ...]
    """Empty: nobody has to look at it."""


@dataclass(frozen=True, slots=True)
class DeskDay:
    """A page of one facility-local date's visits, and the cursor of the next page if there is one."""

    date: date
    zone: str
    items: tuple[DeskVisit, ...]
    next_cursor: str | None


def on_day(
    tx: Tx, actor: Actor, facility_id: str, day: date | None, *, cursor: str | None = None, limit: int = 50
) -> DeskDay:
    """Return a page of a facility's visits of ``day``, its today without one; soonest first, cancelled ones too."""
    authorize(actor, Action.RUN_VISITS, Subject(facility_id=facility_id))
    facility = facilities.get(tx, facility_id)
    day = day or local_today(facility, tx.now)
    after = None
    if cursor is not None:
        start, visit_id = parts_of(cursor, 2)
        after = (instant_of(start), visit_id)
    found = repository.visits_on(tx, facility.id, day, after, limit + 1)
    page = found[:limit]
    following = cursor_of(str(microseconds(page[-1].starts_at)), page[-1].id) if len(found) > limit else None
    return DeskDay(day, facility.zone or "UTC", _views(tx, page), following)


def one(tx: Tx, actor: Actor, visit_id: str) -> DeskVisit:
    """Return one visit at the officer's facility. Raises ``not_found`` (404)."""
    return _views(tx, [of_facility(tx, actor, visit_id)])[0]


def _views(tx: Tx, visits: Sequence[Visit]) -> tuple[DeskVisit, ...]:
    ids = [visit.id for visit in visits]
    companions: dict[str, list[Companion]] = {}
    for attendee in repository.attendees_of(tx, ids):
        companions.setdefault(attendee.visit_id, []).append(Companion(attendee.name, attendee.minor))
    flags: dict[str, dict[str, FlagView]] = {}
    for flag in repository.flags_of(tx, ids):
        flags.setdefault(flag.visit_id, {})[flag.kind] = FlagView(flag.kind, FLAG_WORDS[flag.kind])
    stations = repository.stations_called(tx, [visit.station_id for visit in visits if visit.station_id])
    return tuple(
        _view(
            tx,
            visit,
            tuple(companions.get(visit.id, ())),
            tuple(flags.get(visit.id, {}).values()),
            stations.get(visit.station_id or ""),
        )
        for visit in visits
    )


def _view(
    tx: Tx, visit: Visit, companions: tuple[Companion, ...], flags: tuple[FlagView, ...], station: str | None
) -> DeskVisit:
    individual = roster.individual(tx, visit.individual_id)
    visitor = accounts.account(tx, visit.account_id)
    return DeskVisit(
        id=visit.id,
        reference=visit.reference,
        visit_type=visit.visit_type,
        visitor_name=f"{visitor.first_name} {visitor.last_name}" if visitor else "",
        attendees=companions,
        individual_name=roster.name_of(individual) if individual else "",
        booking_number=individual.booking_number if individual else "",
        housing_unit=individual.housing_unit if individual else None,
        station=station,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        zone=visit.zone,
        status=visit.status,
        check_in_opens_at=check_in_opens_at(visit, policy_of(tx, visit)),
        checked_in_at=visit.checked_in_at,
        flags=flags,
    )
