"""What an operator does from the shell to set up one real facility: add it, or alter what is known of it.

Settings and prices: :mod:`backend.facilities.configuration`. Terms: :func:`backend.facilities.service.publish_terms`.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.audit import service as audit
from backend.db import Tx
from backend.errors import Problem, invalid, not_found
from backend.facilities import repository
from backend.facilities.configuration import refuse_prices_above_cap
from backend.facilities.models import Facility
from backend.facilities.us_states import state_code, zones_of
from backend.security import Action, Actor, Subject, authorize
from backend.text import is_fit
from backend.types import new_id

SOURCE: Final = "shell"
KINDS: Final = ("prison", "jail", "detention", "juvenile", "immigration", "other", "unknown")
MOST_PEOPLE: Final = 100_000


@dataclass(frozen=True, slots=True)
class FacilityFacts:
    """What is to be set of a facility; None leaves a fact as it is.

    ``zone`` is an IANA name, ``state`` a code or a name.
    """

    name: str | None = None
    state: str | None = None
    city: str | None = None
    address: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    kind: str | None = None
    population: int | None = None
    zone: str | None = None


def add_facility(tx: Tx, actor: Actor, facts: FacilityFacts) -> Facility:
    """Add a facility that is in no list. It needs a name and a state.

    Raises ``invalid`` (422), or ``facility_exists`` (409) where the state has one of that name.
    """
    authorize(actor, Action.SET_UP)
    if facts.name is None or facts.state is None:
        raise invalid("name" if facts.name is None else "state", "A facility needs a name and a state.")
    facility = Facility(
        id=(made := new_id(tx.now)),
        source=SOURCE,
        external_id=made,
        name="",
        state="",
        created_at=tx.now,
        updated_at=tx.now,
    )
    changed = _take(facility, facts)
    if any(other.name.casefold() == facility.name.casefold() for other in repository.in_state(tx, facility.state)):
        raise Problem(
            "facility_exists",
            409,
            f"{facility.state} has a facility called {facility.name} already.",
            "Alter that one.",
        )
    tx.session.add(facility)
    tx.session.flush()
    _record(tx, actor, facility, "facility added", changed)
    return facility


def alter_facility(tx: Tx, actor: Actor, facility_id: str, facts: FacilityFacts) -> Facility:
    """Set facts of a facility.

    Raises ``not_found`` (404), ``invalid`` (422), or ``price_above_cap`` (422) where kind or population put a price of
    today or later above its cap: lower the price first.
    """
    authorize(actor, Action.SET_UP, Subject(facility_id=facility_id))
    facility = repository.facility_to_change(tx, facility_id)
    if facility is None:
        raise not_found("The facility")
    changed = _take(facility, facts)
    if changed:
        facility.updated_at = tx.now
        tx.session.add(facility)
        tx.session.flush()
        refuse_prices_above_cap(tx, facility)
        _record(tx, actor, facility, "facility changed", changed)
    return facility


def one_called(tx: Tx, called: str) -> Facility:
    """Return the one facility that an operator means by its id, its number in its list, its name, or ``Name, ST``.

    Raises ``not_found`` (404), or ``several_facilities`` (409) with what to say instead.
    """
    found = repository.called(tx, called)
    if not found:
        raise not_found(f"A facility called {called}")
    if len(found) > 1:
        said = "; ".join(f"{each.id} ({each.name}, {each.city or each.state})" for each in found[:10])
        raise Problem("several_facilities", 409, f"{len(found)} facilities are called {called}.", f"Use an id: {said}.")
    return found[0]


def _take(facility: Facility, facts: FacilityFacts) -> dict[str, object]:
    """Check facts and bring a facility up to them; return what changed."""
    state = facility.state
    if facts.state is not None:
        state = state_code(facts.state) or ""
        if not state:
            raise invalid("state", f"{facts.state} is no state of the US. Use its two letters.")
    _refuse_unfit(facts, state)
    wanted: Sequence[tuple[str, object]] = (
        ("name", facts.name.strip() if facts.name else None),
        ("state", state),
        ("city", facts.city),
        ("address", facts.address),
        ("postal_code", facts.postal_code),
        ("phone", facts.phone),
        ("kind", facts.kind),
        ("population", facts.population),
        ("zone", facts.zone),
    )
    changed: dict[str, object] = {}
    for name, value in wanted:
        before: object = getattr(facility, name)
        if value is not None and value != before:
            setattr(facility, name, value)
            changed[name] = value
    return changed


def _refuse_unfit(facts: FacilityFacts, state: str) -> None:
    lines = (facts.name, facts.city, facts.address, facts.postal_code, facts.phone)
    for field, said in zip(("name", "city", "address", "postal_code", "phone"), lines, strict=True):
        if said is not None and not (0 < len(said.strip()) <= 120 and is_fit(said, line_ends=False)):
            raise invalid(field, f"The {field.replace('_', ' ')} is one line of at most 120 letters.")
    if facts.kind is not None and facts.kind not in KINDS:
        raise invalid("kind", f"The kind is one of: {', '.join(KINDS)}.")
    if facts.population is not None and not 0 <= facts.population <= MOST_PEOPLE:
        raise invalid("population", f"The population is from 0 to {MOST_PEOPLE}.")
    if facts.zone is not None and facts.zone not in zoneinfo.available_timezones():
        known = ", ".join(zones_of(state)) or "America/Chicago"
        raise invalid("zone", f"{facts.zone} is no time zone. Use its IANA name, such as {known}.")


def _record(tx: Tx, actor: Actor, facility: Facility, action: str, what: dict[str, object]) -> None:
    chain = audit.facility_chain(facility.id)
    audit.record(tx, actor, chain, action=action, subject=f"facility:{facility.id}", what=what)
