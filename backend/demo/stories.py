"""What has happened so far between the people and the facilities of the demonstration: requests for access."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.access import desk
from backend.access import service as access
from backend.accounts.models import Account, OfficerPost
from backend.db import Tx
from backend.demo.catalogue import OPEN_FOR, Catalogue, Ids
from backend.demo.names import draw
from backend.demo.people import ANA, CALLOWAY, DENISE, EVERYBODY, LUZ, SEAN, WHITFIELD, Profile
from backend.demo.places import DAVIDSON, SHELBY
from backend.demo.rows import at, insert_all
from backend.security import Actor

OTHERS: Final = 14
"""People without a part to play: their visits fill the timetables, their requests say how long answers take."""
RELATIONSHIPS: Final = ("Mother", "Father", "Sister", "Brother", "Wife", "Husband", "Friend", "Aunt", "Grandmother")


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


REQUESTS: Final = (
    Asked(ANA, SHELBY.key, "Mateo Rivera", "Mother", 72, 26, id_seen=True),
    Asked(LUZ, SHELBY.key, "Ramon Ortega", "Wife", 0.6),
    Asked(SEAN, SHELBY.key, "Marcus Tan", "Friend", 1.9),
    Asked(DENISE, SHELBY.key, "Terrence Hollowell", "Mother", 3.2, id_seen=True),
    Asked(ANA, "pima", "Luz Ortega-Baca", "Friend", 1.2),
)


def people(tx: Tx, catalogue: Catalogue, ids: Ids, rng: random.Random) -> tuple[Profile, ...]:
    """Give everybody an account, and the officers their facilities. Return those who have no part to play."""
    since = tx.now - OPEN_FOR
    others = tuple(_somebody(number, ids, rng, since) for number in range(OTHERS))
    insert_all(tx, (_account(profile, since) for profile in (*EVERYBODY, *others)))
    posts = {WHITFIELD.account_id: SHELBY.key, CALLOWAY.account_id: DAVIDSON.key}
    insert_all(
        tx,
        (OfficerPost(account_id=who, facility_id=catalogue.facilities[key].id) for who, key in posts.items()),
    )
    return others


def requests(tx: Tx, catalogue: Catalogue, others: tuple[Profile, ...], rng: random.Random) -> None:
    """Let people ask for access, and officers answer, through the services that do it, at the time they did."""
    earlier = Asked(DENISE, SHELBY.key, "Terrence Hollowell", "Mother", 51)
    _withdrawn(tx, catalogue, earlier)
    background = (
        Asked(
            profile,
            (SHELBY.key, "tampa", "contra-lomas", "bernalillo", "pima")[number % 5],
            "Somebody",
            rng.choice(RELATIONSHIPS),
            days_ago=rng.uniform(20, 80),
            approved_after_hours=rng.uniform(4, 70),
            id_seen=True,
        )
        for number, profile in enumerate(others)
    )
    for asked in sorted((*REQUESTS, *background), key=lambda one: -one.days_ago):
        _asked(tx, catalogue, asked)


def visitor(profile: Profile) -> Actor:
    """Return the visitor as one who acts from a terminal."""
    return Actor(role="visitor", channel="terminal", account_id=profile.account_id)


def _officer(account_id: str, facility_id: str) -> Actor:
    return Actor(role="officer", channel="terminal", account_id=account_id, facility_ids=frozenset({facility_id}))


def _asked(tx: Tx, catalogue: Catalogue, asked: Asked) -> None:
    facility = catalogue.facilities[asked.place]
    when = _before(tx.now, asked.days_ago)
    made = access.ask(
        at(tx, when),
        visitor(asked.profile),
        facility.id,
        individual_name=asked.individual,
        relationship=asked.relationship,
    )
    officer = _officer(WHITFIELD.account_id, facility.id)
    if made.status != "pending":
        return
    version = 1
    if asked.id_seen:
        version = desk.see_id(at(tx, when + timedelta(minutes=50)), officer, made.id).version
    if asked.approved_after_hours is not None:
        answered = when + timedelta(hours=asked.approved_after_hours)
        desk.decide(at(tx, answered), officer, made.id, "approved", version=version)


def _withdrawn(tx: Tx, catalogue: Catalogue, asked: Asked) -> None:
    when = _before(tx.now, asked.days_ago)
    made = access.ask(
        at(tx, when),
        visitor(asked.profile),
        catalogue.facilities[asked.place].id,
        individual_name=asked.individual,
        relationship=asked.relationship,
    )
    access.withdraw(at(tx, when + timedelta(hours=5)), visitor(asked.profile), made.id)


def _before(now: datetime, days: float) -> datetime:
    return now - timedelta(minutes=round(days * 24 * 60))


def _somebody(number: int, ids: Ids, rng: random.Random, since: datetime) -> Profile:
    name = draw(rng, since.date())
    return Profile(
        account_id=ids.at(since),
        first_name=name.first,
        last_name=name.last,
        email=f"visitor{number + 1}@example.org",
        birth_date=name.birth_date,
        address_line=f"{rng.randint(10, 990)} Elm Street",
        city="Memphis",
        state="TN",
        postal_code="38103",
        phone=f"+1 901 555 02{number:02d}",
        id_kind="state_id",
        id_last4=f"{rng.randint(0, 9999):04d}",
        time_zone="America/Chicago",
    )


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
