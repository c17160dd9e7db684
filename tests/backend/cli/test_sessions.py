"""``import sessions`` says what was taken in and what comes back; the doctor tells of visits that nobody reported."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from backend.cli.report import Refused, Report, no_progress
from backend.cli.work import doctor, import_sessions
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from tests.backend.visits.measured import HEADER, booked, both, by_the_minute, row
from tests.backend.visits.world import TUESDAY_NINE, World, row_of

HOUR = timedelta(hours=1)


@pytest.fixture
def world(db: Database) -> World:
    return by_the_minute(db)


def load(context: Context, *lines: str, dry_run: bool = False) -> Report:
    content = (HEADER + "".join(lines)).encode()
    return import_sessions.load(context, import_sessions.ImportSessions(content, dry_run), no_progress)


def minutes(context: Context, tmp_path: Path) -> tuple[bool, str]:
    """Return what the doctor finds of minutes."""
    report = doctor.doctor(context, doctor.Doctor(str(tmp_path)), no_progress)
    assert isinstance(report.data, list)
    [found] = [one for one in report.data if one["what"] == "minutes"]
    return found["well"], found["said"]


def test_what_comes_back_is_said_before_it_is_done_and_once(
    world: World, context: Context, clock: SteppedClock
) -> None:
    visit = booked(world)
    clock.set(TUESDAY_NINE + HOUR)
    lines = both(world, visit, -3, 12) + row(world, visit, reference="VD-222222")
    reference = row_of(world, visit).reference
    said = (
        "2 connections loaded, 0 there already, 1 left out.",
        f"{reference}: 12 of 30 minutes used; $3.74 comes back.",
        "Line 4: VD-222222, visitor: there is no visit with this reference.",
    )

    dry = load(context, lines, dry_run=True)
    assert dry.lines == ("Nothing was changed. This would be done:", *said)
    assert row_of(world, visit).used_minutes is None
    assert load(context, lines).lines == said
    assert row_of(world, visit).used_minutes == 12
    assert load(context, lines).lines == ("0 connections loaded, 2 there already, 1 left out.", said[2])


def test_another_file_is_refused(context: Context) -> None:
    with pytest.raises(Refused) as refused:
        import_sessions.load(context, import_sessions.ImportSessions(b"a,b\n"), no_progress)
    assert "no column reference" in refused.value.sentence


def test_the_doctor_tells_of_visits_of_which_all_minutes_came_back_for_want_of_a_report(
    world: World, context: Context, clock: SteppedClock, tmp_path: Path
) -> None:
    visit = booked(world)
    clock.set(TUESDAY_NINE + 2 * HOUR)
    assert minutes(context, tmp_path) == (True, "1 visit by the minute wait for their sessions")
    clock.set(TUESDAY_NINE + 24 * HOUR)
    load(context, row(world, visit))
    assert row_of(world, visit).used_minutes == 0
    well, said = minutes(context, tmp_path)
    assert not well
    assert "all minutes came back: Cumberland County Jail 1." in said
    clock.step(timedelta(days=30))
    assert minutes(context, tmp_path)[0]
