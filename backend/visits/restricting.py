"""Making and ending restrictions: the future visits that they touch are flagged, and only by their ending unflagged.

Whoever makes a restriction holds the facility alone, so that no booking slips through beside it: what was confirmed
before is flagged, what comes later is refused by the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from backend.access import service as access
from backend.accounts import service as accounts
from backend.db import Tx
from backend.errors import invalid
from backend.facilities import service as facilities
from backend.facilities.policy import as_visit_type
from backend.facilities.setting_values import VisitType
from backend.restrictions import service as restrictions
from backend.restrictions.models import Restriction
from backend.restrictions.service import OF_A_PERSON, Kind, NewRestriction, Person
from backend.restrictions.when import DAY_MINUTES
from backend.roster import service as roster
from backend.security import Action, Actor, Subject, authorize
from backend.visits import apart, flags, repository
from backend.visits.barring import owner_of
from backend.visits.flags import FlagKind
from backend.visits.models import Visit

FLAG_KINDS: Final[tuple[FlagKind, ...]] = ("restriction", "keep_apart")
"""The kinds of flags that restrictions raise."""


@dataclass(frozen=True, slots=True)
class AskedRestriction:
    """What an officer asks for, in an officer's words: individuals by id or booking number, a visitor by e-mail."""

    kind: Kind
    reason: str
    individual: str | None = None
    other_individual: str | None = None
    visitor_email: str | None = None
    person_name: str | None = None
    person_birth_date: date | None = None
    visit_type: VisitType | None = None
    first_date: date | None = None
    last_date: date | None = None
    start_minute: int = 0
    end_minute: int = DAY_MINUTES


@dataclass(frozen=True, slots=True)
class NamedIndividual:
    """An individual as officers know them."""

    id: str
    name: str
    booking_number: str


@dataclass(frozen=True, slots=True)
class RestrictionView:
    """A restriction as officers read it. Dates are the facility's, both included; minutes are after local midnight."""

    id: str
    facility_id: str
    kind: Kind
    individual: NamedIndividual | None
    other_individual: NamedIndividual | None
    visitor_name: str | None
    visitor_email: str | None
    person_name: str | None
    person_birth_date: date | None
    visit_type: VisitType | None
    first_date: date
    last_date: date | None
    start_minute: int
    end_minute: int
    reason: str
    made_at: datetime
    ended_at: datetime | None
    flagged_visits: int
    """How many visits are flagged because of it now, or were until it was ended just now."""


def make(tx: Tx, actor: Actor, facility_id: str, asked: AskedRestriction) -> RestrictionView:
    """Make a restriction and flag the future visits that it touches.

    Raises ``not_found`` (404), ``not_allowed`` (403), ``invalid`` (422) or ``restriction_exists`` (409).
    """
    authorize(actor, Action.RESTRICT, Subject(facility_id=facility_id))
    facilities.get(tx, facility_id)
    facilities.take_alone(tx, facility_id)
    restriction = restrictions.add(
        tx,
        actor,
        facility_id,
        NewRestriction(
            kind=asked.kind,
            reason=asked.reason,
            individual_id=_individual(tx, facility_id, "individual", asked.individual),
            other_individual_id=_individual(tx, facility_id, "other_individual", asked.other_individual),
            account_id=_visitor(tx, facility_id, asked.visitor_email),
            person_name=asked.person_name,
            person_birth_date=asked.person_birth_date,
            visit_type=asked.visit_type,
            first_date=asked.first_date,
            last_date=asked.last_date,
            start_minute=asked.start_minute,
            end_minute=asked.end_minute,
        ),
    )
    return view(tx, restriction, flags.put_up(tx, _touched(tx, restriction), flag_kind(restriction), restriction.id))


def end(tx: Tx, actor: Actor, restriction_id: str) -> RestrictionView:
    """End a restriction, and remove exactly the flags that it raised.

    Raises ``not_found`` (404) or ``restriction_ended`` (409).
    """
    facilities.take_alone(tx, restrictions.facility_of(tx, actor, restriction_id))
    restriction = restrictions.end(tx, actor, restriction_id)
    if restriction.kind == "keep_apart":
        apart.end(tx, restriction.id)
    return view(tx, restriction, flags.take_down(tx, flag_kind(restriction), restriction.id))


def listed(tx: Tx, actor: Actor, facility_id: str, *, with_ended: bool = False) -> tuple[RestrictionView, ...]:
    """Return a facility's restrictions, the newest first, by default those in force now or later."""
    found = restrictions.listed(tx, actor, facility_id, with_ended=with_ended)
    flagged = {kind: flags.counts(tx, kind, [one.id for one in found]) for kind in FLAG_KINDS}
    return tuple(view(tx, one, flagged[flag_kind(one)].get(one.id, 0)) for one in found)


def flag_new_visit(tx: Tx, visit: Visit) -> None:
    """Flag a visit that was just made, if what came between its confirmation and its payment stands in its way."""
    individual = roster.individual(tx, visit.individual_id)
    if individual is not None and individual.status == "moved":
        flags.put_up(tx, (visit,), "moved", individual.id)
    if individual is not None and individual.status == "released":
        flags.put_up(tx, (visit,), "released", individual.id)
    for one in restrictions.in_force(tx, visit.facility_id, visit.individual_id, visit.local_date):
        if any(_meant(tx, one, (visit,))):
            flags.put_up(tx, (visit,), flag_kind(one), one.id)


def flag_kind(restriction: Restriction) -> FlagKind:
    """Return the kind of the flags that a restriction raises."""
    return "keep_apart" if restriction.kind == "keep_apart" else "restriction"


def view(tx: Tx, restriction: Restriction, flagged: int) -> RestrictionView:
    """Return a restriction as officers read it."""
    account = accounts.account(tx, restriction.account_id) if restriction.account_id else None
    return RestrictionView(
        id=restriction.id,
        facility_id=restriction.facility_id,
        kind=next(kind for kind in restrictions.KINDS if kind == restriction.kind),
        individual=_named(tx, restriction.individual_id),
        other_individual=_named(tx, restriction.other_individual_id),
        visitor_name=restrictions.person_of(account).name if account else None,
        visitor_email=account.email if account else None,
        person_name=restriction.person_name,
        person_birth_date=restriction.person_birth_date,
        visit_type=as_visit_type(restriction.visit_type) if restriction.visit_type else None,
        first_date=restriction.first_date,
        last_date=restriction.last_date,
        start_minute=restriction.start_minute,
        end_minute=restriction.end_minute,
        reason=restriction.reason,
        made_at=restriction.made_at,
        ended_at=restriction.ended_at,
        flagged_visits=flagged,
    )


def _touched(tx: Tx, restriction: Restriction) -> Sequence[Visit]:
    """Return the standing visits that begin after now and that a new restriction is about."""
    one, other = restriction.individual_id, restriction.other_individual_id
    if one is not None and other is not None:
        overlapping = apart.begin(tx, restriction.id, one, other)
        return [
            visit for visit in repository.standing_after_now(tx, restriction.facility_id) if visit.id in overlapping
        ]
    visits = repository.standing_after_now(tx, restriction.facility_id, restriction.individual_id)
    return list(_meant(tx, restriction, visits))


def _meant(tx: Tx, restriction: Restriction, visits: Sequence[Visit]) -> Iterator[Visit]:
    """Give those of ``visits``, all at the restriction's facility, that a restriction is about."""
    facility = facilities.get(tx, restriction.facility_id)
    zone, when = ZoneInfo(facility.zone or "UTC"), restrictions.when(restriction)
    met = [
        visit
        for visit in visits
        if restriction.visit_type in (None, visit.visit_type)
        and restriction.individual_id in (None, visit.individual_id)
        and when.meets(visit.starts_at, visit.ends_at, zone)
    ]
    if restriction.kind not in OF_A_PERSON:
        yield from met
        return
    owner = owner_of(tx, restriction)
    companions: dict[str, list[Person]] = {}
    for attendee in repository.attendees_after_now(tx, restriction.facility_id) if met else ():
        companions.setdefault(attendee.visit_id, []).append(Person(attendee.name))
    for visit in met:
        account = accounts.account(tx, visit.account_id)
        leads = (restrictions.person_of(account),) if account else ()
        if any(restrictions.is_about(restriction, one, owner) for one in (*leads, *companions.get(visit.id, ()))):
            yield visit


def _individual(tx: Tx, facility_id: str, field: str, said: str | None) -> str | None:
    if said is None:
        return None
    found = roster.known_as(tx, facility_id, said)
    if found is None:
        raise invalid(field, "Nobody with this ID is on the roster of this facility.")
    return found.id


def _visitor(tx: Tx, facility_id: str, email: str | None) -> str | None:
    """Return the account of a visitor of this facility; officers learn nothing of those of others."""
    if email is None:
        return None
    account = accounts.account_of(tx, email)
    if account is None or not access.has_asked(tx, account.id, facility_id):
        raise invalid("visitor_email", "No visitor of this facility has this address. Name the person instead.")
    return account.id


def _named(tx: Tx, individual_id: str | None) -> NamedIndividual | None:
    row = roster.individual(tx, individual_id) if individual_id else None
    return NamedIndividual(row.id, roster.name_of(row), row.booking_number) if row else None
