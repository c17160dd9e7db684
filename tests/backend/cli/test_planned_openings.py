"""What a dry run says of the next days: by channel and housing unit, without what is closed."""

from __future__ import annotations

from datetime import date

from backend.cli.work.planned_openings import PlannedOpenings, planned
from backend.db import Database, Tx
from backend.facilities.models import Facility
from backend.security import SHELL
from backend.visits import blackouts
from backend.visits.blackouts import NewBlackout
from tests import factories

MONDAY = date(2026, 11, 23)
"""The day after the tests' clock; Thursday is Thanksgiving Day."""
NINE, NOON = 9 * 60, 12 * 60


def jail(tx: Tx) -> Facility:
    """A facility with remote visits on each day from nine to noon, closed on holidays."""
    facility = factories.facility(tx, settings={"holidays_closed": True})
    for weekday in range(7):
        factories.timetable_row(tx, facility.id, weekday=weekday, start_minute=NINE, end_minute=NOON, capacity=2)
    return facility


def of(db: Database, facility: Facility) -> list[PlannedOpenings]:
    return db.read_now(lambda tx: list(planned(tx, facility, "remote", MONDAY)))


def test_there_are_fourteen_days_with_their_times_and_places(db: Database) -> None:
    (found,) = of(db, db.write_now(jail))

    assert [day.date for day in found.days][::13] == [MONDAY, date(2026, 12, 6)]
    monday = found.days[0]
    assert (monday.times, monday.places, monday.first, monday.last) == (6, 12, "09:00", "11:30")
    assert found.lines[0] == "Cumberland County Jail, remote, 30 minutes:"
    assert found.lines[1] == "  Mon 2026-11-23  6 times, 09:00 to 11:30"


def test_a_holiday_is_named(db: Database) -> None:
    (found,) = of(db, db.write_now(jail))

    assert found.lines[4] == "  Thu 2026-11-26  none: Thanksgiving Day"
    assert found.days[3].closed == 6


def test_times_that_a_blackout_touches_are_left_out_and_counted(db: Database) -> None:
    facility = db.write_now(jail)
    morning = NewBlackout(MONDAY, MONDAY, "Painting.", start_minute=NINE, end_minute=NINE + 45)
    db.write_now(lambda tx: blackouts.add(tx, SHELL, facility.id, morning, expected_visits=0))

    (found,) = of(db, facility)
    assert found.lines[1] == "  Mon 2026-11-23  4 times, 10:00 to 11:30; 2 blacked out"
    assert found.lines[2] == "  Tue 2026-11-24  6 times, 09:00 to 11:30"


def test_units_and_staff_stand_by_themselves(db: Database) -> None:
    def make(tx: Tx) -> Facility:
        facility = jail(tx)
        for weekday, unit, channel in ((0, "B2", "public"), (1, None, "staff")):
            row = factories.timetable_row(tx, facility.id, weekday=weekday, start_minute=NOON, end_minute=NOON + 60)
            row.housing_unit, row.channel = unit, channel
            tx.session.add(row)
        return facility

    found = of(db, db.write_now(make))
    assert [(one.channel, one.housing_unit, one.days[0].times, one.days[1].times) for one in found] == [
        ("public", None, 6, 6),
        ("public", "B2", 8, 6),
        ("staff", None, 0, 2),
    ]
    assert found[1].lines[0].endswith("30 minutes, housing unit B2:")
    assert found[2].lines[0].endswith("30 minutes, for staff only:")
