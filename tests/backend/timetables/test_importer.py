"""Each line of a file of timetables is taken as it is meant, or told by its number and what is wrong with it."""

from __future__ import annotations

from datetime import date

import pytest

from backend.csv_rows import NotThisFile
from backend.db import Database
from backend.errors import Problem
from backend.security import Actor
from backend.timetables.importer import OPTIONAL, REQUIRED, BadLine, Record, load, read
from tests import factories
from tests.backend.visits.counting import count

SENSIBLE = {
    "facility": "Cedar Hollow Jail",
    "visit_type": "remote",
    "weekday": "tue",
    "start": "9:00",
    "end": "16:00",
    "every_minutes": "30",
    "capacity": "4",
}


def lines(**cells: str) -> list[Record | BadLine]:
    said = {**dict.fromkeys((*REQUIRED, *OPTIONAL), ""), **SENSIBLE, **cells}
    return list(read(f"{','.join(said)}\n{','.join(said.values())}\n".encode()))


def test_a_sensible_line_is_taken() -> None:
    [taken] = lines(end="24:00", valid_from="2026-12-01", valid_to="2026-12-01", channel="staff")
    assert isinstance(taken, Record)
    assert (taken.weekdays, taken.start_minute, taken.end_minute) == ((1,), 540, 1440)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"facility": ""}, "facility is empty."),
        ({"visit_type": "phone"}, "visit_type is remote, onsite_video or in_person."),
        ({"weekday": "Tuseday"}, 'weekday "Tuseday" is no day: write the English name of a day'),
        ({"weekday": ""}, "weekday is empty: write the English name of a day"),
        ({"start": "9:03"}, "start is a time such as 9:00 or 17:30, on five minutes."),
        ({"end": "24:05"}, "end is a time such as 9:00 or 17:30, on five minutes."),
        ({"end": "noon"}, "end is a time such as 9:00 or 17:30, on five minutes."),
        ({"start": "16:00"}, "end must be after start, on the same day"),
        ({"every_minutes": "7"}, "every_minutes is a whole number above 0, a multiple of 5."),
        ({"capacity": "0"}, "capacity is a whole number above 0."),
        ({"capacity": "1001"}, "capacity is a whole number above 0."),
        ({"valid_from": "1.12.2026"}, "valid_from is a date such as 2026-12-01, or empty."),
        ({"valid_from": "2026-12-02", "valid_to": "2026-12-01"}, "valid_to is before valid_from."),
        ({"channel": "private"}, "channel is public or staff."),
    ],
)
def test_a_line_that_cannot_be_is_told_by_its_number_and_why(cells: dict[str, str], sentence: str) -> None:
    [bad] = lines(**cells)
    assert isinstance(bad, BadLine)
    assert bad.line == 2
    assert bad.sentence.startswith(sentence)


def test_a_file_with_a_column_that_means_nothing_is_refused_as_a_whole() -> None:
    with pytest.raises(NotThisFile, match="mean nothing here: colour"):
        lines(colour="red")


def test_only_the_operator_loads_a_timetable(db: Database) -> None:
    jail = db.write_now(factories.facility)
    officer = Actor("officer", "terminal", account_id="dana", facility_ids=frozenset({jail.id}))
    records = [one for one in lines() if isinstance(one, Record)]

    with pytest.raises(Problem, match="not_allowed"):
        db.write_now(lambda tx: load(tx, officer, jail.id, records, date(2026, 11, 22)))
    assert count(db, "timetable_row") == 0
