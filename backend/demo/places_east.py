"""The demonstration's facilities on Eastern and Central time."""

from __future__ import annotations

from typing import Final

from backend.demo.place import WEEK, WEEKEND, WORKDAYS, Fee, Offering, Place, Window

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
            (Window(WEEK, 8, 12, capacity=1), Window(WEEK, 13, 17, capacity=1), Window(WORKDAYS, 18, 20, capacity=1)),
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

EAST: Final = (
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
)
