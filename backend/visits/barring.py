"""What restrictions come to for one request, gathered once for :mod:`backend.visits.rules.restrictions`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from backend.accounts import service as accounts
from backend.accounts.models import Account
from backend.db import Tx
from backend.facilities.setting_values import VisitType
from backend.restrictions import service as restrictions
from backend.restrictions.models import Restriction
from backend.restrictions.service import OF_A_PERSON, Person
from backend.visits.rules.facts import Bar, CompanionFacts


@dataclass(frozen=True, slots=True)
class Barring:
    """What stands in the way of the individual's visits, and of the lead visitor; persons may come along."""

    individual: tuple[Bar, ...] = ()
    lead_visitor: tuple[Bar, ...] = ()
    of_persons: tuple[tuple[Restriction, Person | None], ...] = ()
    """Bans and no contact orders of this visit, of whatever person, each with who has the account that it names."""

    def companions(self, names: Sequence[str]) -> tuple[CompanionFacts, ...]:
        """Return who comes along, each with the restrictions that mean a person of that name."""
        return tuple(CompanionFacts(name, _bars_of(Person(name), self.of_persons)) for name in names)


def gather(
    tx: Tx,
    *,
    facility_id: str,
    individual_id: str | None,
    visit_type: VisitType | None,
    lead_visitor: Account | None,
    today: date,
    but: Callable[[Restriction], bool] = lambda _one: False,
) -> Barring:
    """Return what is not over on ``today``, the facility's, in two queries at most.

    Without an individual every no contact order counts, without a visit type those of every type; ``but`` says of
    which restrictions not.
    """
    found = [
        one
        for one in restrictions.in_force(tx, facility_id, individual_id, today)
        if (visit_type is None or one.visit_type in (None, visit_type)) and not but(one)
    ]
    if not found:
        return Barring()
    of_persons = _with_owners(tx, [one for one in found if one.kind in OF_A_PERSON])
    return Barring(
        individual=tuple(_bar(one) for one in found if one.kind not in OF_A_PERSON),
        lead_visitor=_bars_of(restrictions.person_of(lead_visitor), of_persons) if lead_visitor else (),
        of_persons=of_persons,
    )


def owner_of(tx: Tx, restriction: Restriction) -> Person | None:
    """Return who has the account that a restriction names, None if it names none."""
    account = accounts.account(tx, restriction.account_id) if restriction.account_id else None
    return restrictions.person_of(account) if account else None


def _with_owners(tx: Tx, of_persons: Sequence[Restriction]) -> tuple[tuple[Restriction, Person | None], ...]:
    owners = accounts.accounts_by_id(tx, {one.account_id for one in of_persons if one.account_id})
    people = {account_id: restrictions.person_of(owner) for account_id, owner in owners.items()}
    return tuple((one, people.get(one.account_id or "")) for one in of_persons)


def _bars_of(person: Person, of_persons: Sequence[tuple[Restriction, Person | None]]) -> tuple[Bar, ...]:
    return tuple(_bar(one) for one, owner in of_persons if restrictions.is_about(one, person, owner))


def _bar(restriction: Restriction) -> Bar:
    return Bar(restrictions.when(restriction), restrictions.officer_words(restriction))
