"""Connections from a file: kept once, and told where they cannot be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from backend.clock import SteppedClock
from backend.csv_rows import NotThisFile
from backend.db import Database
from backend.errors import Problem
from backend.visits import cancelling, connection_importer, connections
from tests.backend.visits.measured import booked, both, by_the_minute, count, load, row
from tests.backend.visits.world import TUESDAY_NINE, World, officer

AFTER = TUESDAY_NINE + timedelta(hours=1)


@pytest.fixture
def world(db: Database) -> World:
    return by_the_minute(db)


@pytest.fixture
def visit(world: World, clock: SteppedClock) -> str:
    """A visit that is over."""
    made = booked(world)
    clock.set(AFTER)
    return made


def why(world: World, *lines: str) -> list[str]:
    """Return why lines are left out."""
    return [line.sentence for line in load(world, *lines).skipped]


def test_the_same_file_again_changes_nothing(database: Database, clock: SteppedClock) -> None:
    world = by_the_minute(database)
    visit = booked(world)
    clock.set(AFTER)
    lines = both(world, visit, -2, 12.5)

    first, again = load(world, lines), load(world, lines)

    assert (first.loaded, first.unchanged, first.skipped, first.visits) == (2, 0, [], [visit])
    assert (again.loaded, again.unchanged, again.skipped) == (0, 2, [])
    kept = world.db.read_now(lambda tx: connections.of_visit(tx, visit))
    assert [len(spans) for spans in kept.values()] == [1, 1]
    assert kept["visitor"][0].begins == TUESDAY_NINE - timedelta(minutes=2)


def test_a_row_that_cannot_be_is_told_and_stops_none_of_the_others(world: World, visit: str) -> None:
    report = load(
        world,
        row(world, visit, "visitor", 0, 10),
        row(world, visit, "visitor", 9, 20),
        row(world, visit, "visitor", 0, 12),
        row(world, visit, "visitor", 10, 20),
        row(world, visit, "individual", -20, 0),
        row(world, visit, "individual", 30, 40),
        row(world, visit, "individual", 29, 61),
        row(world, visit, "individual", reference="VD-222222"),
        row(world, visit, "officer"),
        row(world, visit, connected_at="2026-11-24 09:00"),
        row(world, visit, "individual", 10, 9),
        "a,b\n",
    )
    assert (report.loaded, report.unchanged) == (2, 0)
    outside = "this is outside of the visit, which is from 2026-11-24T15:00:00Z to 2026-11-24T15:30:00Z"
    overlap = "this overlaps with another connection of the same side"
    assert {line.line: line.sentence for line in report.skipped} == {
        3: overlap,
        4: overlap,
        6: outside,
        7: outside,
        8: "this has not happened yet",
        9: "there is no visit with this reference",
        10: "side is visitor or individual",
        11: "connected_at is an instant with its zone, such as 2026-12-01T09:00:12-06:00",
        12: "disconnected_at is before connected_at",
        13: "it has 2 columns instead of 4",
    }


def test_a_visit_that_was_cancelled_has_no_connections(world: World, clock: SteppedClock) -> None:
    visit = booked(world)
    by = officer(world)
    world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, by, visit, "Lockdown"))
    clock.set(AFTER)
    assert why(world, both(world, visit)) == ["this visit was cancelled"] * 2


def test_a_visit_in_person_has_none_either(db: Database, clock: SteppedClock) -> None:
    world = by_the_minute(db)
    visit = booked(world)
    db.write_now(lambda tx: tx.session.execute(text("UPDATE visit SET visit_type = 'in_person'")))
    clock.set(AFTER)
    assert why(world, both(world, visit)) == ["this visit is in person, where nobody connects"] * 2


def test_what_comes_after_the_minutes_were_counted_is_kept_as_evidence_and_told(world: World, visit: str) -> None:
    load(world, both(world, visit, 0, 10))
    assert count(world, visit) is not None

    late = load(world, row(world, visit, "visitor", 20, 30))

    assert late.loaded == 1
    assert [line.sentence for line in late.attention] == [
        "its minutes were counted before, so this changes nothing of what came back"
    ]
    assert count(world, visit) is None


def test_only_the_operator_loads_connections(world: World, visit: str) -> None:
    with pytest.raises(Problem) as refused:
        load(world, both(world, visit), actor=officer(world))
    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize("header", ["reference,side,connected_at\n", "reference,side,connected_at,disconnected_at,x\n"])
def test_another_file_is_refused_as_a_whole(header: str) -> None:
    with pytest.raises(NotThisFile):
        list(connection_importer.read((header + "a,b,c,d,e\n").encode()))
