"""Facilities, settings, prices, terms, timetables and rosters of the demonstration, as rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import SQLModel
from ulid import ULID

from backend.demo.names import Name, draw
from backend.demo.place import Offering, Place, Window
from backend.demo.places import SHELBY
from backend.demo.terms import TITLES, text_of
from backend.facilities.models import ANY_TYPE, Facility, Price, Setting, Terms
from backend.roster.models import Individual
from backend.timetables.models import TimetableRow

SOURCE: Final = "demonstration"
OPEN_FOR: Final = timedelta(days=400)
"""How long before today the demonstration's settings, prices and timetables began."""

AT_SHELBY: Final = (
    ("20418", Name("Mateo", "Rivera", date(1996, 8, 19), aliases=("Matteo Rivera",))),
    ("20377", Name("Mateo", "Rivera", date(1979, 2, 2), middle="J.")),
    ("20533", Name("Marcus", "Tan", date(1990, 6, 11))),
    ("20534", Name("Ramon", "Ortega", date(1982, 12, 1), aliases=("Ramón Ortega-Baca",))),
    ("20560", Name("Terrence", "Hollowell", date(1998, 4, 27), suffix="Jr.")),
    ("20102", Name("Robert", "Smith", date(1969, 10, 5))),
    ("20819", Name("Robert", "Smith", date(1993, 3, 30), suffix="II")),
    ("20455", Name("Robert", "Smith", date(1993, 3, 31))),
)
"""The people at Shelby County Jail whom the stories need; several share a name."""


class Ids:
    """Identifiers like those of the server, but the same ones every time: from a seeded generator."""

    def __init__(self, rng: random.Random) -> None:
        """Draw from ``rng``."""
        self._rng = rng

    def at(self, instant: datetime) -> str:
        """Return an identifier that sorts by ``instant`` (UTC)."""
        milliseconds = int(instant.timestamp() * 1000)
        return str(ULID(milliseconds.to_bytes(6, "big") + self._rng.randbytes(10)))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rows of one kind together, in an order in which they can be inserted."""

    facilities: dict[str, Facility]
    """By the key of the place."""
    settings: list[Setting]
    prices: list[Price]
    terms: list[Terms]
    timetable: list[TimetableRow]
    individuals: list[Individual]

    def rows(self) -> Iterator[SQLModel]:
        """Return every row."""
        yield from self.facilities.values()
        yield from self.settings
        yield from self.prices
        yield from self.terms
        yield from self.timetable
        yield from self.individuals

    def terms_of(self, facility: Facility, visit_type: str) -> Terms:
        """Return the terms of a facility and visit type."""
        return next(terms for terms in self.terms if (terms.facility_id, terms.visit_type) == (facility.id, visit_type))

    def individual(self, facility: Facility, booking_number: str) -> Individual:
        """Return the individual with a booking number."""
        return next(
            found
            for found in self.individuals
            if (found.facility_id, found.booking_number) == (facility.id, booking_number)
        )


def catalogue_of(places: tuple[Place, ...], ids: Ids, rng: random.Random, now: datetime) -> Catalogue:
    """Return the rows of ``places``, as if they had been set up long before ``now``."""
    made = Catalogue({}, [], [], [], [], [])
    long_ago = now - OPEN_FOR
    for place in places:
        facility = _facility(place, ids.at(long_ago), long_ago)
        made.facilities[place.key] = facility
        made.settings.extend(_settings(place, facility.id, long_ago))
        for offering in place.offerings:
            made.prices.extend(_prices(offering, facility.id, long_ago))
            made.terms.append(_terms(place, offering, facility.id, ids.at(long_ago), long_ago))
            for window in offering.windows:
                made.timetable.extend(_rows(window, offering, facility.id, ids, long_ago))
        made.individuals.extend(_roster(place, facility.id, ids, rng, now))
    return made


def _facility(place: Place, facility_id: str, at: datetime) -> Facility:
    return Facility(
        id=facility_id,
        source=SOURCE,
        external_id=place.key,
        name=place.name,
        state=place.state,
        city=place.city,
        address=place.address,
        postal_code=place.postal_code,
        phone=place.phone,
        kind=place.kind,
        population=place.population,
        zone=place.zone,
        created_at=at,
        updated_at=at,
    )


def _settings(place: Place, facility_id: str, at: datetime) -> Iterator[Setting]:
    whole: dict[str, object] = {
        "approval": place.approval,
        "id_must_be_seen": place.id_must_be_seen,
        "answer_working_days": place.answer_working_days,
    }
    for name, value in whole.items():
        yield _setting(facility_id, ANY_TYPE, name, value, at)
    for offering in place.offerings:
        said: dict[str, object] = {
            "offered": True,
            "durations": list(offering.durations),
            "notice": {"amount": offering.notice_hours, "unit": "hours"},
            "horizon_days": offering.horizon_days,
            "cancel_cutoff_hours": offering.cancel_cutoff_hours,
            "attendees_max": offering.attendees,
        }
        if offering.visit_type == "remote":
            said["join_link"] = f"https://visit.example.org/{place.key}"
        else:
            said["join_place"] = f"{offering.place}, {place.address}, {place.city}"
            said["join_opens_minutes_before"] = 30
        for name, value in said.items():
            yield _setting(facility_id, offering.visit_type, name, value, at)


def _setting(facility_id: str, visit_type: str, name: str, value: object, at: datetime) -> Setting:
    return Setting(
        facility_id=facility_id, visit_type=visit_type, name=name, effective_from=at.date(), value=value, set_at=at
    )


def _prices(offering: Offering, facility_id: str, at: datetime) -> Iterator[Price]:
    for fee in offering.fees:
        yield Price(
            facility_id=facility_id,
            visit_type=offering.visit_type,
            duration_minutes=fee.minutes,
            effective_from=at.date(),
            unit="minute" if fee.per_minute else "visit",
            session_fee_minor=fee.cents,
            transaction_fee_minor=0,
            tax_basis_points=fee.tax,
            currency="USD",
            set_at=at,
        )


def _terms(place: Place, offering: Offering, facility_id: str, terms_id: str, at: datetime) -> Terms:
    return Terms(
        id=terms_id,
        facility_id=facility_id,
        visit_type=offering.visit_type,
        version=1,
        title=TITLES[offering.visit_type],
        text=text_of(place, offering),
        published_at=at,
    )


def _rows(window: Window, offering: Offering, facility_id: str, ids: Ids, at: datetime) -> Iterator[TimetableRow]:
    for weekday in window.weekdays:
        yield TimetableRow(
            id=ids.at(at),
            facility_id=facility_id,
            visit_type=offering.visit_type,
            weekday=weekday,
            start_minute=window.from_hour * 60,
            end_minute=window.to_hour * 60,
            every_minutes=window.every_minutes,
            capacity=window.capacity,
            every_weeks=window.every_weeks,
            anchor_date=None,
            valid_from=at.date(),
            valid_to=None,
            housing_unit=window.housing_unit,
            channel="public",
        )


def _roster(place: Place, facility_id: str, ids: Ids, rng: random.Random, now: datetime) -> Iterator[Individual]:
    people = dict(AT_SHELBY) if place.key == SHELBY.key else {}
    while len(people) < place.individuals:
        number = place.booking_numbers.format(n=rng.randint(10_000, 99_999))
        people.setdefault(number, draw(rng, now.date()))
    named = {number for number, _ in AT_SHELBY}
    for number, name in people.items():
        came = now - timedelta(days=rng.randint(20, 380), minutes=rng.randint(0, 1400))
        gone = number not in named and rng.random() < 0.05
        yield Individual(
            id=ids.at(came),
            facility_id=facility_id,
            booking_number=number,
            first_name=name.first,
            middle_name=name.middle,
            last_name=name.last,
            suffix=name.suffix,
            aliases=list(name.aliases),
            birth_date=name.birth_date,
            housing_unit=rng.choice(place.housing_units),
            status=rng.choice(("moved", "released")) if gone else "held",
            created_at=came,
            updated_at=came,
        )
