"""The facilities of the demonstration. All are invented; some have the name of a real county, none its rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from backend.facilities.registry import Approval, VisitType

WEEK: Final = (0, 1, 2, 3, 4, 5, 6)
WORKDAYS: Final = (0, 1, 2, 3, 4)
WEEKEND: Final = (5, 6)


@dataclass(frozen=True, slots=True)
class Window:
    """Visits on some weekdays (0 is Monday) between two local hours, a start every so many minutes."""

    weekdays: tuple[int, ...]
    from_hour: int
    to_hour: int
    every_minutes: int = 30
    capacity: int = 3
    housing_unit: str | None = None
    every_weeks: int = 1


@dataclass(frozen=True, slots=True)
class Fee:
    """A session fee in US cents: by the minute, or for a visit of ``minutes`` (0: of any length)."""

    cents: int
    per_minute: bool = False
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Offering:
    """How a facility offers one visit type. Without a fee it is free."""

    visit_type: VisitType
    durations: tuple[int, ...]
    windows: tuple[Window, ...]
    fees: tuple[Fee, ...] = ()
    notice_hours: int = 24
    horizon_days: int = 28
    cancel_cutoff_hours: int = 24
    attendees: int = 2
    place: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One facility, how it decides on access, and what it offers."""

    key: str
    name: str
    state: str
    city: str
    address: str
    postal_code: str
    phone: str
    kind: str
    population: int
    zone: str
    individuals: int
    booking_numbers: str
    """How a booking number is written: ``{n}`` is a number of five digits."""
    offerings: tuple[Offering, ...]
    housing_units: tuple[str, ...] = ("A", "B", "C")
    approval: Approval = "officer"
    id_must_be_seen: bool = False
    answer_working_days: int = 3


SHELBY: Final = Place(
    key="shelby",
    name="Shelby County Jail",
    state="TN",
    city="Memphis",
    address="201 Poplar Landing",
    postal_code="38103",
    phone="+1 901 555 0100",
    kind="jail",
    population=1840,
    zone="America/Chicago",
    individuals=64,
    booking_numbers="{n}",
    housing_units=("1 West", "2 West", "3 East", "4 East"),
    id_must_be_seen=True,
    offerings=(
        Offering(
            "remote",
            (20, 30),
            (Window(WEEK, 8, 12), Window(WEEK, 13, 17), Window(WORKDAYS, 18, 20, capacity=2)),
            (Fee(19, per_minute=True),),
        ),
        Offering(
            "onsite_video", (30,), (Window(WORKDAYS, 9, 15, capacity=4),), place="Visitation lobby, booths 1 to 8"
        ),
        Offering(
            "in_person", (30, 45), (Window(WEEKEND, 9, 16, 60, 6),), place="Visitation lobby, entrance on Front Street"
        ),
    ),
)
DAVIDSON: Final = Place(
    key="davidson",
    name="Davidson County Jail (quick answer)",
    state="TN",
    city="Nashville",
    address="448 Second Avenue North",
    postal_code="37201",
    phone="+1 615 555 0100",
    kind="jail",
    population=820,
    zone="America/Chicago",
    individuals=36,
    booking_numbers="DC-{n}",
    answer_working_days=1,
    offerings=(
        Offering(
            "remote",
            (20, 30, 45),
            (Window(WEEK, 9, 12, 15), Window(WEEK, 13, 20, 15)),
            (Fee(300, minutes=20), Fee(450, minutes=30), Fee(650, minutes=45)),
            notice_hours=2,
        ),
        Offering("in_person", (30,), (Window((2, 5, 6), 10, 16, 30, 8),), place="Lobby, window 3", notice_hours=24),
    ),
)
"""Where the demonstration officer works."""

PLACES: Final = (
    SHELBY,
    DAVIDSON,
    Place(
        key="cumberland",
        name="Cumberland Ridge Youth Center",
        state="TN",
        city="Knoxville",
        address="17 Old Quarry Road",
        postal_code="37918",
        phone="+1 865 555 0100",
        kind="juvenile",
        population=46,
        zone="America/New_York",
        individuals=12,
        booking_numbers="Y{n}",
        housing_units=("Cedar", "Dogwood"),
        id_must_be_seen=True,
        answer_working_days=2,
        offerings=(
            Offering("in_person", (45, 60), (Window((2, 6), 13, 18, 60, 4),), attendees=3, place="Family room"),
        ),
    ),
    Place(
        key="pima",
        name="Pima County Adult Detention",
        state="AZ",
        city="Tucson",
        address="1270 Silverbell Court",
        postal_code="85745",
        phone="+1 520 555 0100",
        kind="detention",
        population=1710,
        zone="America/Phoenix",
        individuals=34,
        booking_numbers="26-0{n}",
        offerings=(
            Offering(
                "remote",
                (15, 30),
                (Window(WEEK, 8, 11), Window(WEEK, 12, 19)),
                (Fee(285, minutes=15), Fee(525, minutes=30)),
            ),
            Offering("in_person", (30,), (Window(WEEKEND, 8, 14, 30, 5),), place="North gate"),
        ),
    ),
    Place(
        key="yavapai",
        name="Yavapai Rim County Jail",
        state="AZ",
        city="Prescott",
        address="255 Granite Basin Road",
        postal_code="86301",
        phone="+1 928 555 0100",
        kind="jail",
        population=410,
        zone="America/Phoenix",
        individuals=22,
        booking_numbers="YR{n}",
        approval="automatic",
        offerings=(Offering("remote", (20,), (Window(WORKDAYS, 10, 18, 20, 4),), notice_hours=4, horizon_days=28),),
    ),
    Place(
        key="bernalillo",
        name="Bernalillo Mesa Detention Center",
        state="NM",
        city="Albuquerque",
        address="100 Deputy Baca Drive SW",
        postal_code="87121",
        phone="+1 505 555 0100",
        kind="detention",
        population=1420,
        zone="America/Denver",
        individuals=30,
        booking_numbers="{n}-M",
        approval="automatic",
        offerings=(
            Offering("remote", (20, 30), (Window(WEEK, 8, 12), Window(WEEK, 13, 20)), notice_hours=12),
            Offering("onsite_video", (30,), (Window(WORKDAYS, 8, 16, 30, 6),), place="Video lobby", notice_hours=12),
        ),
    ),
    Place(
        key="larimer",
        name="Larimer Foothills County Jail",
        state="CO",
        city="Fort Collins",
        address="2405 Midpoint Lane",
        postal_code="80525",
        phone="+1 970 555 0100",
        kind="jail",
        population=520,
        zone="America/Denver",
        individuals=24,
        booking_numbers="LF{n}",
        offerings=(
            Offering(
                "onsite_video",
                (25, 50),
                (Window((1, 3, 5), 9, 17, 30, 5),),
                (Fee(15, per_minute=True),),
                place="Booths 1 to 6",
            ),
            Offering("in_person", (30,), (Window(WEEKEND, 9, 12, 30, 3, every_weeks=2),), place="Front hall"),
        ),
    ),
    Place(
        key="santa-elena",
        name="Santa Elena Valley State Prison",
        state="CA",
        city="Delano",
        address="31150 Cecil Avenue",
        postal_code="93215",
        phone="+1 661 555 0100",
        kind="prison",
        population=3260,
        zone="America/Los_Angeles",
        individuals=30,
        booking_numbers="BK{n}",
        housing_units=("Yard A", "Yard B", "Yard C", "Yard D"),
        id_must_be_seen=True,
        answer_working_days=10,
        offerings=(
            Offering(
                "remote",
                (15, 30),
                (Window(WEEKEND, 8, 15, 15, 8), Window((4,), 12, 18, 30, 4)),
                (Fee(20, per_minute=True),),
                notice_hours=48,
            ),
        ),
    ),
    Place(
        key="contra-lomas",
        name="Contra Lomas Detention Facility",
        state="CA",
        city="Martinez",
        address="901 Carquinez View",
        postal_code="94553",
        phone="+1 925 555 0100",
        kind="detention",
        population=690,
        zone="America/Los_Angeles",
        individuals=24,
        booking_numbers="CL-{n}",
        offerings=(
            Offering("remote", (30,), (Window(WEEK, 9, 12), Window(WEEK, 13, 17))),
            Offering("onsite_video", (30,), (Window(WEEK, 9, 16, 30, 4),), place="Visitor center"),
            Offering("in_person", (60,), (Window(WEEKEND, 9, 16, 60, 5),), place="Visitor center", attendees=4),
        ),
    ),
    Place(
        key="spokane",
        name="Spokane Plateau Corrections Center",
        state="WA",
        city="Airway Heights",
        address="11919 West Sprague Road",
        postal_code="99001",
        phone="+1 509 555 0100",
        kind="prison",
        population=1980,
        zone="America/Los_Angeles",
        individuals=24,
        booking_numbers="4{n}",
        approval="automatic",
        offerings=(
            Offering(
                "remote",
                (25, 50),
                (Window(WEEK, 8, 20, 30, 6),),
                (Fee(495, minutes=25), Fee(895, minutes=50)),
                notice_hours=24,
            ),
        ),
    ),
    Place(
        key="lane",
        name="Lane River Adult Corrections",
        state="OR",
        city="Eugene",
        address="101 West Fifth Avenue",
        postal_code="97401",
        phone="+1 541 555 0100",
        kind="jail",
        population=380,
        zone="America/Los_Angeles",
        individuals=20,
        booking_numbers="R{n}",
        answer_working_days=5,
        offerings=(Offering("in_person", (30,), (Window((0, 2, 4, 6), 13, 19, 30, 6),), place="Second floor"),),
    ),
    Place(
        key="tampa",
        name="Hillsborough Bay County Jail",
        state="FL",
        city="Tampa",
        address="520 Falkenburg Way",
        postal_code="33619",
        phone="+1 813 555 0100",
        kind="jail",
        population=2650,
        zone="America/New_York",
        individuals=28,
        booking_numbers="2600{n}",
        id_must_be_seen=True,
        offerings=(
            Offering("remote", (15, 30), (Window(WEEK, 7, 11), Window(WEEK, 12, 22)), (Fee(19, per_minute=True),)),
            Offering("onsite_video", (30,), (Window(WORKDAYS, 8, 18, 30, 8),), place="Orient lobby"),
        ),
    ),
    Place(
        key="onondaga",
        name="Onondaga Lake Justice Center",
        state="NY",
        city="Syracuse",
        address="555 South Clinton Place",
        postal_code="13202",
        phone="+1 315 555 0100",
        kind="jail",
        population=450,
        zone="America/New_York",
        individuals=18,
        booking_numbers="OJ-{n}",
        offerings=(
            Offering("remote", (30,), (Window(WORKDAYS, 16, 21), Window(WEEKEND, 9, 17))),
            Offering("in_person", (45,), (Window((1, 3, 5), 9, 15, 60, 4),), place="Tier 2 visiting room"),
        ),
    ),
    Place(
        key="fulton",
        name="Fulton Creek Detention Center",
        state="GA",
        city="Atlanta",
        address="901 Rice Mill Street",
        postal_code="30318",
        phone="+1 404 555 0100",
        kind="detention",
        population=2210,
        zone="America/New_York",
        individuals=18,
        booking_numbers="P0{n}",
        approval="automatic",
        offerings=(
            Offering(
                "remote",
                (15, 20, 30),
                (Window(WEEK, 8, 12, 20), Window(WEEK, 13, 21, 20)),
                (Fee(14, per_minute=True),),
                notice_hours=1,
            ),
        ),
    ),
    Place(
        key="travis",
        name="Travis Hill County Jail",
        state="TX",
        city="Austin",
        address="3614 Bill Price Road",
        postal_code="78617",
        phone="+1 512 555 0100",
        kind="jail",
        population=2080,
        zone="America/Chicago",
        individuals=10,
        booking_numbers="26{n}",
        offerings=(
            Offering("remote", (20,), (Window(WEEK, 7, 22, 20, 5),), (Fee(380),)),
            Offering("in_person", (20,), (Window(WEEKEND, 8, 17, 30, 6),), place="Building 2"),
        ),
    ),
    Place(
        key="el-paso",
        name="Paso del Norte County Jail Annex",
        state="TX",
        city="El Paso",
        address="12501 Montana Crossing",
        postal_code="79938",
        phone="+1 915 555 0100",
        kind="jail",
        population=890,
        zone="America/Denver",
        individuals=6,
        booking_numbers="EP{n}",
        offerings=(Offering("onsite_video", (30,), (Window(WORKDAYS, 9, 17, 30, 3),), place="Annex lobby"),),
    ),
)
"""In eleven states and on Eastern, Central, Mountain (with and without summer time) and Pacific time."""
