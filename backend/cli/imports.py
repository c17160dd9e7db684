"""``visitdesk-server import``: facilities, individuals, timetables and visits from files."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from backend.cli import import_sessions, import_visits
from backend.cli.arguments import Arguments, add_group, add_work
from backend.cli.files import read_file
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers

FACILITIES = """\
The file is CSV in UTF-8 with the columns Facility.ID, State and Name, and where known Description, Capacity,
Population.Feb20, Address, City, Zipcode, Latitude, Longitude. The time zone is found from the coordinates, else from
the state where it has one. Zone, kind and population that a facility has already are kept."""
INDIVIDUALS = """\
The file is CSV in UTF-8 with the columns facility (id, number in its list, or "Name, ST"), booking_number, first_name,
last_name, and where known middle_name, suffix, birth_date, housing_unit, aliases (separated by semicolons), status
(held, moved or released; held where it says nothing), moved_to.

Future visits of somebody who is moved or released are flagged for review, or cancelled with everything given back, as
the facility's setting when_gone says; visits that have begun never change."""
TIMETABLES = """\
The file is CSV in UTF-8. Its first line names the columns:
  facility       id or name
  visit_type     remote, onsite_video or in_person
  weekday        the English name of a day, several with spaces between, or daily
  start, end     wall-clock times at the facility, such as 9:00 and 16:30; end is when the last visit has ended
  every_minutes  distance between two starts
  capacity       visits at the same time
and, where wanted: valid_from, valid_to (dates), every_weeks, anchor_date, housing_unit, channel (public, staff).

A row that is there already is not added again; nothing is removed: to end a row, give it a valid_to."""


def add_to(commands: Subparsers) -> None:
    """Add ``import``."""
    group = add_group(commands, "import", "facilities, individuals, timetables, visits and sessions from files")
    facilities = add_work(
        group,
        "facilities",
        does="Load a list of US facilities; running it again changes nothing.",
        more=FACILITIES,
        examples="visitdesk-server import facilities us_facilities.csv",
        run=lambda asked: _load(asked, "import-facilities"),
    )
    facilities.add_argument("file", metavar="FILE", help="a CSV file, or - for standard input")
    individuals = add_work(
        group,
        "individuals",
        does="Load individuals onto the rosters of their facilities; running it again changes nothing.",
        more=INDIVIDUALS,
        examples="""
            visitdesk-server import individuals roster.csv
            visitdesk-server import individuals roster.csv --complete --dry-run
        """,
        run=_individuals,
    )
    individuals.add_argument("file", metavar="FILE", help="a CSV file, or - for standard input")
    individuals.add_argument(
        "--complete", action="store_true", help="who is not in the file is released, at the facilities that it names"
    )
    individuals.add_argument("--yes", action="store_true", help="even if more than 20 percent of those held are not")
    individuals.add_argument("--dry-run", action="store_true", help="change nothing; say what would be done")
    timetables = add_work(
        group,
        "timetables",
        does="Load rows of timetables; a broken line stops none of the others.",
        more=TIMETABLES,
        examples="""
            visitdesk-server import timetables december.csv --dry-run
            visitdesk-server import timetables december.csv
        """,
        run=_timetables,
    )
    timetables.add_argument("file", metavar="FILE", help="a CSV file, or - for standard input")
    timetables.add_argument(
        "--dry-run", action="store_true", help="change nothing; print the times of the first 14 days instead"
    )
    import_visits.add_to(group)
    import_sessions.add_to(group)


def _individuals(asked: Arguments) -> int:
    return _load(asked, "import-individuals", complete=asked.complete, sure=asked.yes, dry_run=asked.dry_run)


def _timetables(asked: Arguments) -> int:
    return _load(asked, "import-timetables", dry_run=asked.dry_run)


def _load(asked: Arguments, command: str, **more: object) -> int:
    content = read_file(asked.file)
    if content is None:
        return 1
    return perform(asked, command, content=base64.b64encode(content).decode(), **more)
