"""What has happened so far between the people and the facilities of the demonstration: requests for access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.access import desk
from backend.access import service as access
from backend.accounts import finding
from backend.accounts.models import Account, OfficerPost
from backend.db import Tx
from backend.demo.catalogue import OPEN_FOR, Catalogue
from backend.demo.people import ANA, CALLOWAY, DENISE, EVERYBODY, LUZ, SEAN, WHITFIELD, Profile
from backend.demo.places import DAVIDSON, SHELBY
from backend.demo.rows import insert_all
from backend.demo.telling import Story
from backend.facilities.models import Facility
from backend.facilities.working_days import answer_due
from backend.security import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for access: by whom, where, when (days before today), and after how many hours it was approved."""

    profile: Profile
    place: str
    individual: str
    relationship: str
    days_ago: float
    approved_after_hours: float | None = None
    id_seen: bool = False


DUE_NEXT: Final = (DENISE,)
"""Whose answer is due next, today where today is a working day."""

REQUESTS: Final = (
    Asked(ANA, SHELBY.key, "Mateo Rivera", "Mother", 72, 26, id_seen=True),
    Asked(LUZ, SHELBY.key, "Ramon Ortega", "Wife", 0.6),
    Asked(SEAN, SHELBY.key, "Marcus Tan", "Friend", 1.9),
    Asked(DENISE, SHELBY.key, "Terrence Hollowell", "Mother", 0.2, id_seen=True),
    Asked(ANA, "pima", "Luz Ortega-Baca", "Friend", 1.2),
)


def people(tx: Tx, catalogue: Catalogue, others: Sequence[Profile]) -> None:
    """Give everybody an account, and the officers their facilities."""
    accounts = [_account(profile, tx.now - OPEN_FOR) for profile in (*EVERYBODY, *others)]
    insert_all(tx, accounts)
    insert_all(tx, (row for account in accounts for row in finding.rows_of(account)))
    posts = {WHITFIELD.account_id: SHELBY.key, CALLOWAY.account_id: DAVIDSON.key}
    insert_all(
        tx,
        (OfficerPost(account_id=who, facility_id=catalogue.facilities[key].id) for who, key in posts.items()),
    )


def requests(catalogue: Catalogue, now: datetime) -> Iterator[Story]:
    """Return every request for access as a story: asked, and what became of it."""
    yield _withdrawn(catalogue, Asked(DENISE, SHELBY.key, "Terrence Hollowell", "Mother", 51), now)
    for asked in _with_due_day(REQUESTS, catalogue, now):
        yield _asked(catalogue, asked, now)


def visitor(profile: Profile) -> Actor:
    """Return the visitor as one who acts from a terminal."""
    return Actor(role="visitor", channel="terminal", account_id=profile.account_id)


def _officer(account_id: str, facility_id: str) -> Actor:
    return Actor(role="officer", channel="terminal", account_id=account_id, facility_ids=frozenset({facility_id}))


def _asked(catalogue: Catalogue, asked: Asked, now: datetime) -> Story:
    when = _before(now, asked.days_ago)
    tx = yield when
    facility = catalogue.facilities[asked.place]
    made = access.ask(
        tx,
        visitor(asked.profile),
        facility.id,
        individual_name=asked.individual,
        relationship=asked.relationship,
    )
    if made.status != "pending":
        return
    officer, version = _officer(WHITFIELD.account_id, facility.id), 1
    if asked.id_seen:
        tx = yield when + timedelta(minutes=50)
        version = desk.see_id(tx, officer, made.id).version
    if asked.approved_after_hours is not None:
        tx = yield when + timedelta(hours=asked.approved_after_hours)
        desk.decide(tx, officer, made.id, "approved", version=version)


def _withdrawn(catalogue: Catalogue, asked: Asked, now: datetime) -> Story:
    when = _before(now, asked.days_ago)
    tx = yield when
    made = access.ask(
        tx,
        visitor(asked.profile),
        catalogue.facilities[asked.place].id,
        individual_name=asked.individual,
        relationship=asked.relationship,
    )
    tx = yield when + timedelta(hours=5)
    access.withdraw(tx, visitor(asked.profile), made.id)


def _with_due_day(requests: Iterable[Asked], catalogue: Catalogue, now: datetime) -> Iterator[Asked]:
    """Return the requests with those of :data:`DUE_NEXT` asked on the day that makes their answer due next."""
    for asked in requests:
        facility = catalogue.facilities[asked.place]
        days = asked.days_ago
        if asked.profile in DUE_NEXT:
            while _due_in(facility, now, days + 1) >= timedelta(0):
                days += 1
        yield replace(asked, days_ago=days)


def _due_in(facility: Facility, now: datetime, days_ago: float) -> timedelta:
    asked_at = _before(now, days_ago)
    return answer_due(asked_at, SHELBY.answer_working_days, facility.zone, facility.state) - now


def _before(now: datetime, days: float) -> datetime:
    return now - timedelta(minutes=round(days * 24 * 60))


def _account(profile: Profile, since: datetime) -> Account:
    return Account(
        id=profile.account_id,
        email=profile.email,
        email_key=profile.email.casefold(),
        password_hash=None,
        role=profile.role,
        first_name=profile.first_name,
        last_name=profile.last_name,
        birth_date=profile.birth_date,
        address_line=profile.address_line,
        city=profile.city,
        state=profile.state,
        postal_code=profile.postal_code,
        phone=profile.phone,
        id_kind=profile.id_kind,
        id_last4=profile.id_last4,
        time_zone=profile.time_zone,
        created_at=since,
        disabled_at=None,
    )
