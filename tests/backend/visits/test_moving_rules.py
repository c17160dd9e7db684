"""A move under the whole rule set: quotas, stations and restrictions, and what an officer may override."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.restrictions.models import Restriction
from backend.types import new_id
from backend.visits import booking, moving, openings
from backend.visits.models import Station, Visit
from backend.visits.moving import Move
from backend.visits.overrides import Override
from tests.backend.visits.counting import count
from tests.backend.visits.world import (
    HALF_HOUR,
    TUESDAY_NINE,
    World,
    build,
    confirmed,
    last_entry,
    officer,
    row_of,
)

NOON = TUESDAY_NINE + timedelta(hours=3)
NEXT_TUESDAY = TUESDAY_NINE + timedelta(days=7)
ONE_A_WEEK = [{"per": "pair", "period": "week", "visits": 1}]


def move(world: World, visit_id: str, to: datetime, of: datetime = TUESDAY_NINE) -> Visit:
    return world.db.write_now(lambda tx: moving.move(tx, world.visitor, Move(visit_id, to, of)))


def codes(world: World, visit_id: str, to: datetime, of: datetime = TUESDAY_NINE) -> list[str]:
    with pytest.raises(Problem) as refused:
        move(world, visit_id, to, of)
    return [reason.code for reason in refused.value.reasons]


def states(world: World, visit_id: str, day: date) -> dict[datetime, str]:
    found = world.db.read_now(lambda tx: openings.times(tx, world.visitor, world.wanted(), day, moving=visit_id))
    return {opening.starts_at: opening.state for opening in found.items}


def test_a_move_within_a_period_does_not_count_twice_and_one_into_another_counts_there(either_db: Database) -> None:
    world = build(either_db, settings={"quotas": ONE_A_WEEK})
    visit = confirmed(world)

    move(world, visit, NOON)
    move(world, visit, NEXT_TUESDAY, of=NOON)

    confirmed(world)
    assert codes(world, visit, NOON, of=NEXT_TUESDAY) == ["quota_reached"]
    assert count(either_db, "quota_entry", f"booking_id = '{visit}' AND units = 1") == 3
    assert count(either_db, "quota_entry", f"booking_id = '{visit}' AND units = -1") == 2


def test_a_moved_visit_has_a_station_that_is_free_at_its_new_time(either_db: Database) -> None:
    world = build(either_db, settings={"quotas": []})

    def add(tx: Tx) -> None:
        for number in (1, 2):
            name, facility = f"Booth {number}", world.facility_id
            station = Station(id=f"s{number}", facility_id=facility, name=name, visit_type="remote")
            tx.session.add(station)

    world.db.write_now(add)
    first = confirmed(world)
    other = confirmed(world, NOON, actor=world.another_visitor(), individual_id=world.another_individual())
    assert (row_of(world, first).station_id, row_of(world, other).station_id) == ("s1", "s1")

    move(world, first, NOON)

    assert row_of(world, first).station_id == "s2"
    third = confirmed(world, NOON + HALF_HOUR, actor=world.another_visitor(), individual_id=world.another_individual())
    assert row_of(world, third).station_id == "s1"


def test_whoever_comes_along_is_judged_for_the_new_day_where_it_is_listed_and_asked_for(db: Database) -> None:
    world = build(db, settings={"attendees_max": 1}, fee=0)
    hold = world.hold()
    sean = booking.Companion("Sean Boyle", minor=False)
    asked = world.confirming(hold.id, method=None, expected_total=0, companions=(sean,))
    db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))
    ban(world, "Sean Boyle", NEXT_TUESDAY.date())

    assert codes(world, hold.id, NEXT_TUESDAY) == ["attendee_restricted"]
    assert states(world, hold.id, NEXT_TUESDAY.date())[NEXT_TUESDAY] == "closed"
    assert states(world, hold.id, TUESDAY_NINE.date())[NOON] == "open"


def test_an_officer_overrides_the_cut_off_with_a_code_and_a_reason(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE - HALF_HOUR)
    asked, here = Move(visit, NEXT_TUESDAY, TUESDAY_NINE, "The booth is repaired."), officer(world)

    with pytest.raises(Problem) as refused:
        world.db.write_now(lambda tx: moving.move_for_facility(tx, here, asked))
    assert [(reason.code, reason.overridable) for reason in refused.value.reasons] == [("too_late_to_move", True)]
    yes = replace(asked, override=Override(frozenset({"too_late_to_move"}), "It broke just now."))
    world.db.write_now(lambda tx: moving.move_for_facility(tx, here, yes))

    assert row_of(world, visit).starts_at == NEXT_TUESDAY
    entry = last_entry(world, "visit moved")
    assert isinstance(entry.what, dict)
    assert (entry.what["overridden"], entry.what["because"]) == (["too_late_to_move"], "It broke just now.")


def test_nobody_overrides_a_double_booking(world: World) -> None:
    visit, here = confirmed(world), officer(world)
    confirmed(world, NOON)
    yes = Override(frozenset({"individual_busy"}), "Please.")

    with pytest.raises(Problem) as refused:
        world.db.write_now(lambda tx: moving.move_for_facility(tx, here, Move(visit, NOON, TUESDAY_NINE, "Hm.", yes)))
    assert refused.value.code == "not_overridable"


def test_a_visitor_overrides_nothing(world: World) -> None:
    visit = confirmed(world)
    yes = Override(frozenset({"too_soon"}), "Please.")

    with pytest.raises(Problem) as refused:
        world.db.write_now(lambda tx: moving.move(tx, world.visitor, Move(visit, NOON, TUESDAY_NINE, None, yes)))
    assert refused.value.code == "not_allowed"


def test_an_officer_reads_in_full_what_a_visitor_reads_neutrally(world: World) -> None:
    visit, here = confirmed(world), officer(world)
    ban(world, "Ana Rivera", NEXT_TUESDAY.date(), account_id=world.visitor.account)
    asked = Move(visit, NEXT_TUESDAY, TUESDAY_NINE, "Repairs.")

    with pytest.raises(Problem) as to_officer:
        world.db.write_now(lambda tx: moving.move_for_facility(tx, here, asked))
    with pytest.raises(Problem) as to_visitor:
        world.db.write_now(lambda tx: moving.move(tx, world.visitor, asked))
    assert "A fight in the lobby." in to_officer.value.title
    assert to_visitor.value.title == "This facility cannot schedule this visit for you at that time."


def ban(world: World, name: str, day: date, account_id: str | None = None) -> None:
    banned = Restriction(
        id=new_id(TUESDAY_NINE),
        facility_id=world.facility_id,
        kind="ban",
        account_id=account_id,
        person_name=name,
        first_date=day,
        last_date=day,
        reason="A fight in the lobby.",
        made_at=TUESDAY_NINE,
    )
    world.db.write_now(lambda tx: tx.session.add(banned))
