"""A facility with few places and people who all may visit there, in a database that a server can be started on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from backend.accounts.sign_in import open_session
from backend.clock import Clock
from backend.db import Database, Tx
from backend.facilities.models import TermsAcceptance
from backend.keys import ServerKey, load_or_make
from backend.migrations import migrate
from tests import factories
from tests.torture.plants import Plant

NOW: Final = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
"""Where a clock stands at first that a test steps by hand: a Sunday, 9 o'clock in Central time."""
ZONE: Final = "America/Chicago"
FEE: Final = 570
"""US cents."""
DAYS_AHEAD: Final = 5
"""The day that everybody wants: beyond the notice, and where cancelling brings everything back."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may visit: signed in on two screens, and with an individual of their own to visit."""

    account_id: str
    individual_id: str
    tokens: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """Ids of what there is. Every day from 9 to 16 o'clock, a start every half hour, ``places`` places."""

    places: int
    facility_id: str
    terms_id: str
    people: tuple[Person, ...]
    starts: tuple[datetime, ...]
    """The starts (UTC) of one day that can be had."""

    def holding(self, person: Person, number: int = 0) -> dict[str, object]:
        """Return the body that asks to hold the start of that ``number``."""
        return {
            "facility_id": self.facility_id,
            "visit_type": "remote",
            "individual_id": person.individual_id,
            "duration_minutes": 30,
            "starts_at": self.starts[number].isoformat(),
        }

    def confirming(self, hold_id: str, method: str = "test_approved") -> dict[str, object]:
        """Return the body that confirms a hold."""
        return {
            "hold_id": hold_id,
            "terms_id": self.terms_id,
            "attendees": [],
            "payment_method": method,
            "expected_total": {"minor": FEE, "currency": "USD"},
        }


def prepare(
    url: str, data_dir: Path, *, people: int, places: int, clock: Clock | None = None, plant: Plant | None = None
) -> Stage:
    """Migrate the database at ``url``, fill it, and plant a fault in its schema if asked to."""
    data_dir.mkdir(mode=0o700, exist_ok=True)
    db = Database(url, clock)
    try:
        migrate(db)
        key = load_or_make(data_dir / "server.key")
        stage = db.write_now(lambda tx: fill(tx, key, people=people, places=places))
        if plant is not None:
            plant.change_schema(db)
    finally:
        db.close()
    return stage


def fill(tx: Tx, key: ServerKey, *, people: int, places: int) -> Stage:
    """Write the stage's rows."""
    facility = factories.facility(tx, zone=ZONE)
    for name, value in {"offered": True, "join_link": "https://visit.example.org/", "horizon_days": 28}.items():
        factories.setting(tx, facility.id, name, value, visit_type="remote")
    factories.price(tx, facility.id, session_fee_minor=FEE)
    terms = factories.terms(tx, facility.id)
    for weekday in range(7):
        factories.timetable_row(tx, facility.id, weekday=weekday, capacity=places)
    nine = tx.now.astimezone(ZoneInfo(ZONE)).replace(hour=9, minute=0, second=0, microsecond=0)
    first = nine + timedelta(days=DAYS_AHEAD)
    return Stage(
        places=places,
        facility_id=facility.id,
        terms_id=terms.id,
        people=tuple(_person(tx, key, facility.id, terms.id) for _ in range(people)),
        starts=tuple(first + number * timedelta(minutes=30) for number in range(14)),
    )


def _person(tx: Tx, key: ServerKey, facility_id: str, terms_id: str) -> Person:
    account = factories.account(tx)
    factories.access(tx, account.id, facility_id)
    tx.session.add(TermsAcceptance(account_id=account.id, terms_id=terms_id, accepted_at=tx.now))
    individual = factories.individual(tx, facility_id)
    first, second = (key.token(open_session(tx, account.id, "desktop", f"screen {n}").id) for n in (1, 2))
    return Person(account.id, individual.id, (first, second))
