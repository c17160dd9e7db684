"""Restrictions: made and ended by officers, and what of them touches a visit (RULES section 6).

What becomes of the visits that a restriction touches, and of the time of two who are kept apart, is decided in
:mod:`backend.visits.restricting`, which is where restrictions are made and ended from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from backend.accounts.models import Account
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, invalid, not_found
from backend.facilities import service as facilities
from backend.facilities.policy import local_today
from backend.facilities.setting_values import VisitType
from backend.restrictions import repository
from backend.restrictions.models import Restriction
from backend.restrictions.when import DAY_MINUTES, When
from backend.roster import service as roster
from backend.roster.names import same_person
from backend.security import Action, Actor, Subject, authorize
from backend.types import new_id

Kind = Literal["no_contact", "ban", "segregation", "unclassified", "keep_apart"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
WORDS: Final[dict[Kind, str]] = {
    "no_contact": "No contact order",
    "ban": "Ban",
    "segregation": "Segregation",
    "unclassified": "Not classified yet",
    "keep_apart": "Kept apart",
}
"""What officers call each kind."""
OF_A_PERSON: Final = frozenset({"no_contact", "ban"})


@dataclass(frozen=True, slots=True)
class NewRestriction:
    """What an officer asks for. Ids name what is at the facility; dates are the facility's, both included."""

    kind: Kind
    reason: str
    individual_id: str | None = None
    other_individual_id: str | None = None
    account_id: str | None = None
    person_name: str | None = None
    person_birth_date: date | None = None
    visit_type: VisitType | None = None
    first_date: date | None = None
    """None: from today on."""
    last_date: date | None = None
    start_minute: int = 0
    end_minute: int = DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who visits or comes along, as far as it is known: a visitor has an account and a birth date."""

    name: str
    """First and last name on one line."""
    account_id: str | None = None
    birth_date: date | None = None


def person_of(account: Account) -> Person:
    """Return who has an account."""
    return Person(f"{account.first_name} {account.last_name}", account.id, account.birth_date)


def add(tx: Tx, actor: Actor, facility_id: str, asked: NewRestriction) -> Restriction:
    """Make a restriction, traced and announced, with what it is about checked.

    The caller holds the facility alone (:func:`backend.facilities.service.take_alone`) and sees to the visits that are
    touched. Raises ``not_found`` (404), ``invalid`` (422), or ``restriction_exists`` (409) for a pair that is kept
    apart already.
    """
    authorize(actor, Action.RESTRICT, Subject(facility_id=facility_id))
    facility = facilities.get(tx, facility_id)
    today = local_today(facility, tx.now)
    _refuse_misfit(asked)
    _refuse_dates(asked, today)
    for field, individual_id in (
        ("individual", asked.individual_id),
        ("other_individual", asked.other_individual_id),
    ):
        individual = roster.individual(tx, individual_id) if individual_id is not None else None
        if individual_id is not None and (individual is None or individual.facility_id != facility_id):
            raise invalid(field, "Nobody with this ID is on the roster of this facility.")
    one, other = asked.individual_id, asked.other_individual_id
    if one is not None and other is not None:
        if one == other:
            raise invalid("other_individual", "Name two people: nobody is kept apart from themselves.")
        if repository.pair(tx, one, other) is not None:
            raise Problem("restriction_exists", 409, "These two are kept apart already.", "Nothing was changed.")
        one, other = min(one, other), max(one, other)
    restriction = Restriction(
        id=new_id(tx.now),
        facility_id=facility_id,
        kind=asked.kind,
        individual_id=one,
        other_individual_id=other,
        account_id=asked.account_id,
        person_name=asked.person_name,
        person_birth_date=asked.person_birth_date,
        visit_type=asked.visit_type,
        first_date=asked.first_date or today,
        last_date=asked.last_date,
        start_minute=asked.start_minute,
        end_minute=asked.end_minute,
        reason=asked.reason,
        made_at=tx.now,
    )
    repository.keep(tx, restriction)
    _tell(tx, actor, restriction, "restriction made")
    return restriction


def end(tx: Tx, actor: Actor, restriction_id: str) -> Restriction:
    """End a restriction. Raises ``not_found`` (404), or ``restriction_ended`` (409)."""
    restriction = _of_own_facility(tx, actor, restriction_id)
    if restriction.ended_at is not None:
        raise Problem("restriction_ended", 409, "This restriction was ended already.", "Nothing was changed.")
    restriction.ended_at = tx.now
    repository.keep(tx, restriction)
    _tell(tx, actor, restriction, "restriction ended")
    return restriction


def listed(tx: Tx, actor: Actor, facility_id: str, *, with_ended: bool = False) -> Sequence[Restriction]:
    """Return a facility's restrictions, the newest first, by default those in force now or later.

    Raises ``not_found`` (404) or ``not_allowed`` (403).
    """
    authorize(actor, Action.RESTRICT, Subject(facility_id=facility_id))
    facility = facilities.get(tx, facility_id)
    return repository.of_facility(tx, facility_id, with_ended=with_ended, on=local_today(facility, tx.now))


def facility_of(tx: Tx, actor: Actor, restriction_id: str) -> str:
    """Return the facility of a restriction that ``actor`` may end. Raises ``not_found`` (404)."""
    return _of_own_facility(tx, actor, restriction_id, lock=False).facility_id


def in_force(tx: Tx, facility_id: str, individual_id: str | None, on: date) -> Sequence[Restriction]:
    """Return what may touch a visit on ``on`` or later; see :func:`backend.restrictions.repository.in_force`."""
    return repository.in_force(tx, facility_id, individual_id, on)


def when(restriction: Restriction) -> When:
    """Return the days and hours of a restriction."""
    return When(restriction.first_date, restriction.last_date, restriction.start_minute, restriction.end_minute)


def is_about(restriction: Restriction, person: Person, owner: Person | None) -> bool:
    """Say whether a restriction of a person means ``person``. ``owner`` has the account that it names, if it does.

    It means who has that account, and whoever may have the same name, unless both birth dates are known and differ. So
    another account of the same person is meant as well; a person who comes along is known by name only.
    """
    if restriction.account_id is not None and restriction.account_id == person.account_id:
        return True
    meant = [Person(restriction.person_name, None, restriction.person_birth_date)] if restriction.person_name else []
    if owner is not None:
        meant.append(owner)
    return any(
        same_person(each.name, person.name)
        and (each.birth_date is None or person.birth_date is None or each.birth_date == person.birth_date)
        for each in meant
    )


def officer_words(restriction: Restriction) -> str:
    """Return a restriction as officers of the facility read it, with its reason."""
    kind = next(kind for kind in KINDS if kind == restriction.kind)
    until = f" to {restriction.last_date.isoformat()}" if restriction.last_date else " on"
    hours = ""
    if (restriction.start_minute, restriction.end_minute) != (0, DAY_MINUTES):
        hours = f", {_clock(restriction.start_minute)} to {_clock(restriction.end_minute)}"
    reason = restriction.reason if restriction.reason.endswith((".", "!", "?")) else f"{restriction.reason}."
    return f"{WORDS[kind]}, from {restriction.first_date.isoformat()}{until}{hours}: {reason}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _refuse_misfit(asked: NewRestriction) -> None:
    """Refuse what does not belong to the kind, or is missing for it. Raises ``invalid`` (422)."""
    if asked.kind == "ban" and asked.individual_id is not None:
        raise invalid("individual", "A ban is from all visits. For one individual, make a no contact order.")
    if asked.kind != "ban" and asked.individual_id is None:
        raise invalid("individual", "Say which Incarcerated Individual it is about.")
    if (asked.kind == "keep_apart") != (asked.other_individual_id is not None):
        raise invalid("other_individual", "Two individuals are kept apart, and only then a second one is named.")
    named = asked.account_id is not None or asked.person_name is not None
    if (asked.kind in OF_A_PERSON) != named:
        raise invalid("person_name", "A no contact order or a ban names a person; nothing else does.")
    if asked.person_birth_date is not None and asked.person_name is None:
        raise invalid("person_birth_date", "A birth date goes with the person's name.")


def _refuse_dates(asked: NewRestriction, today: date) -> None:
    hours = (asked.start_minute, asked.end_minute) != (0, DAY_MINUTES)
    if hours and asked.kind != "segregation":
        raise invalid("start_minute", "Only segregation has hours.")
    if not 0 <= asked.start_minute < asked.end_minute <= DAY_MINUTES:
        raise invalid("end_minute", "It ends after it starts, within one day.")
    if asked.kind == "keep_apart":
        if asked.first_date or asked.last_date or asked.visit_type:
            raise invalid("first_date", "Two are kept apart at all visits, from now on until it is ended.")
        return
    if asked.last_date is not None and asked.last_date < max(asked.first_date or today, today):
        raise invalid("last_date", "It would be over before it begins, or is over by now.")


def _of_own_facility(tx: Tx, actor: Actor, restriction_id: str, *, lock: bool = True) -> Restriction:
    """Return a restriction of a facility where the officer works; elsewhere it is as if it did not exist."""
    found = (repository.restriction_to_end if lock else repository.restriction)(tx, restriction_id)
    if found is None:
        raise not_found("The restriction")
    try:
        authorize(actor, Action.RESTRICT, Subject(facility_id=found.facility_id))
    except Problem as refusal:
        raise (not_found("The restriction") if actor.role == "officer" else refusal) from refusal
    return found


def _tell(tx: Tx, actor: Actor, restriction: Restriction, action: str) -> None:
    audit.record(
        tx,
        actor,
        audit.facility_chain(restriction.facility_id),
        action=action,
        subject=f"restriction:{restriction.id}",
        what=restriction.model_dump(mode="json", exclude={"id", "facility_id", "reason"}),
        why=restriction.reason,
    )
    changes.announce(tx, changes.facility_stream(restriction.facility_id), "restriction", restriction.id)
