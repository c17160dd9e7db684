"""Visits that were booked elsewhere: the same rules, no charge, and the same file twice changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from backend.accounts.models import Account
from backend.audit.models import AuditEntry
from backend.csv_rows import NotThisFile
from backend.db import Database, Tx
from backend.import_report import Report
from backend.money.models import LedgerEntry, Payment
from backend.roster.models import Individual
from backend.security import SHELL, Actor
from backend.visits import cancelling, import_lines, importer, moving
from backend.visits.models import Attendee, Visit
from backend.visits.moving import Move
from backend.visits.overrides import Override
from tests import factories
from tests.backend.visits.people import email_of, number_of
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed, officer

HEADER = "facility,booking_number,email,visit_type,date,start,minutes,attendees,booked_on\n"


def line(world: World, start: str = "9:00", day: str = "2026-11-24", minutes: int = 30, **other: str) -> str:
    def look(tx: Tx) -> tuple[str, str]:
        individual = tx.session.get_one(Individual, world.individual_id)
        return individual.booking_number, tx.session.get_one(Account, world.visitor.account).email

    number, email = world.db.read_now(look)
    cells = {"number": number, "email": email, "type": "remote", "attendees": "", "booked_on": "", **other}
    return (
        f"{world.facility_id},{cells['number']},{cells['email']},{cells['type']},{day},{start},{minutes},"
        f"{cells['attendees']},{cells['booked_on']}\n"
    )


def load(world: World, *lines: str, override: Override | None = None, actor: Actor = SHELL) -> Report:
    read = list(import_lines.read((HEADER + "".join(lines)).encode()))
    return world.db.write_now(lambda tx: importer.load(tx, actor, read, override))


def visits(db: Database) -> list[Visit]:
    return list(db.read_now(lambda tx: tx.session.exec(select(Visit)).all()))


def offer_in_person(world: World) -> None:
    def work(tx: Tx) -> None:
        factories.setting(tx, world.facility_id, "offered", True, visit_type="in_person")
        factories.timetable_row(tx, world.facility_id, visit_type="in_person")
        factories.terms(tx, world.facility_id, visit_type="in_person")

    world.db.write_now(work)


def test_a_visit_is_booked_without_a_charge_and_a_second_time_nothing_changes(database: Database) -> None:
    world = build(database)
    assert load(world, line(world, attendees="Luis Rivera (minor)")).loaded == 0
    world = build(database, settings={"attendees_max": 1})
    said = line(world, attendees="Luis Rivera (minor)")
    assert load(world, said).loaded == 1
    [visit] = visits(database)
    assert (visit.starts_at, visit.status, visit.session_fee_minor) == (TUESDAY_NINE, "confirmed", 0)
    again = load(world, said)
    assert (again.loaded, again.unchanged, again.skipped) == (0, 1, [])
    assert len(visits(database)) == 1

    def charged(tx: Tx) -> tuple[list[str], list[Payment], list[bool]]:
        entries = [entry.kind for entry in tx.session.exec(select(LedgerEntry))]
        return entries, list(tx.session.exec(select(Payment))), [one.minor for one in tx.session.exec(select(Attendee))]

    assert database.read_now(charged) == (["no_charge"], [], [True])


def test_a_visit_that_was_cancelled_or_moved_since_is_not_booked_again_by_the_same_file(db: Database) -> None:
    world = build(db, settings={"cancel_cutoff_hours": 0, "move_cutoff_hours": 0})
    said = line(world), line(world, "10:00")
    assert load(world, *said).loaded == 2
    first, second = visits(db)
    later = TUESDAY_NINE + timedelta(hours=4)
    db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, first.id, 0, None))
    db.write_now(lambda tx: moving.move(tx, world.visitor, Move(second.id, later, second.starts_at)))
    again = load(world, *said)
    assert (again.loaded, again.unchanged, again.skipped) == (0, 2, [])
    assert {(one.status, one.starts_at) for one in visits(db)} == {("cancelled", TUESDAY_NINE), ("confirmed", later)}


def test_a_visit_that_the_visitor_booked_here_at_that_time_is_there_already(db: Database) -> None:
    world = build(db)
    confirmed(world)
    assert (load(world, line(world)).unchanged, len(visits(db))) == (1, 1)


@pytest.mark.parametrize("other", ["start", "day", "individual", "visitor", "type"])
def test_a_line_about_another_visit_is_booked_though_the_first_was_cancelled(db: Database, other: str) -> None:
    world = build(db, settings={"cancel_cutoff_hours": 0, "horizon_days": 28})
    offer_in_person(world)
    assert load(world, line(world)).loaded == 1
    [first] = visits(db)
    db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, first.id, 0, None))
    said: dict[str, str] = {
        "start": line(world, "10:00"),
        "day": line(world, day="2026-12-01"),
        "individual": line(world, number=number_of(world, world.another_individual())),
        "visitor": line(world, email=email_of(world, world.another_visitor())),
        "type": line(world, type="in_person"),
    }
    assert load(world, said[other]).loaded == 1


def test_one_that_breaks_rules_is_skipped_with_all_reasons_and_stops_no_other(db: Database) -> None:
    world = build(db, capacity=1)
    report = load(
        world,
        line(world, "8:00"),
        line(world, "9:00"),
        line(world, "9:15", minutes=60),
        line(world, "10:00", number="99999999"),
        line(world, "10:00", email="nobody@example.org"),
        line(world, "11:00"),
    )
    assert report.loaded == 2
    told = {one.line: one.sentence for one in report.skipped}
    assert told[2] == "This facility has no visits of this type and length at that time"
    assert "does not offer 60 minutes" in told[4]
    assert "no visits of this type and length at that time" in told[4]
    assert "nobody with this number" in told[5]
    assert "Nobody has an account" in told[6]
    assert [visit.starts_at for visit in visits(db)] == [TUESDAY_NINE, TUESDAY_NINE + timedelta(hours=2)]


def test_notice_is_counted_to_the_day_on_which_it_was_booked(db: Database) -> None:
    world = build(db, settings={"notice": {"amount": 3, "unit": "calendar_days"}})
    assert "at least 3 days ahead" in load(world, line(world)).skipped[0].sentence
    assert load(world, line(world, booked_on="2026-11-22")).loaded == 0
    assert load(world, line(world, booked_on="2026-11-21")).loaded == 1


def test_a_rule_is_overridden_with_its_code_and_a_reason_and_never_a_double_booking(db: Database) -> None:
    world = build(db, settings={"notice": {"amount": 3, "unit": "calendar_days"}})
    override = Override(frozenset({"too_soon"}), "taken over from the old system")
    assert load(world, line(world), override=override).loaded == 1
    other = Override(frozenset({"account_busy"}), "why not")
    assert "Nobody can override" in load(world, line(world, "9:30"), override=other).skipped[0].sentence


def test_what_was_overridden_and_why_is_in_the_trace_of_the_visit_and_of_no_other(db: Database) -> None:
    world = build(db, settings={"horizon_days": 28, "notice": {"amount": 3, "unit": "calendar_days"}})
    override = Override(frozenset({"too_soon", "quota_reached"}), " taken over from the old system ")
    assert load(world, line(world), line(world, day="2026-12-01"), override=override).loaded == 2
    [soon, _later] = visits(db)

    def look(tx: Tx) -> list[AuditEntry]:
        return list(tx.session.exec(select(AuditEntry).where(AuditEntry.action == "rules overridden")))

    [entry] = db.read_now(look)
    assert isinstance(entry.what, dict)
    assert (entry.subject, entry.what["overridden"]) == (f"visit:{soon.id}", ["too_soon"])
    assert entry.why == "taken over from the old system"


def test_a_time_that_the_clock_skips_is_refused_and_never_booked_an_hour_later(db: Database) -> None:
    world = build(db, start_minute=0, end_minute=24 * 60, settings={"horizon_days": 366})
    [skipped] = load(world, line(world, "2:30", day="2027-03-14")).skipped
    assert "does not exist on that day" in skipped.sentence
    assert visits(db) == []


@pytest.mark.parametrize("zone", ["America/Chicago", "Pacific/Guam"])
@pytest.mark.parametrize(
    ("when", "name"),
    [
        (("23:30", "9999-12-31", ""), "date"),
        (("0:00", "0001-01-01", ""), "date"),
        (("9:00", "2026-11-24", "9999-12-31"), "booked_on"),
        (("9:00", "2026-11-24", "0001-01-01"), "booked_on"),
    ],
)
def test_a_line_with_a_day_that_nobody_plans_for_is_skipped_and_stops_no_other(
    db: Database, zone: str, when: tuple[str, str, str], name: str
) -> None:
    world, (start, day, booked_on) = build(db, zone=zone), when
    report = load(world, line(world, start, day, booked_on=booked_on), line(world, "10:00"))
    [skipped] = report.skipped
    assert (report.loaded, skipped.line) == (1, 2)
    assert skipped.sentence.endswith(f"{name} is too far away from today")


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"start": "9:03"}, "on five minutes"),
        ({"day": "24.11.2026"}, "date is a date"),
        ({"minutes": 31}, "multiple of 5"),
        ({"type": "phone"}, "visit_type is"),
    ],
)
def test_a_line_that_says_nothing_is_told_by_its_number(db: Database, cells: dict[str, str], sentence: str) -> None:
    world = build(db)
    said = line(world, **cells)  # type: ignore[arg-type]  # one of them is a number
    [skipped] = load(world, said).skipped
    assert skipped.line == 2
    assert sentence in skipped.sentence


def test_another_file_is_refused_as_a_whole() -> None:
    with pytest.raises(NotThisFile, match="no column"):
        list(import_lines.read(b"name,place\nx,y\n"))
    with pytest.raises(NotThisFile, match="mean nothing"):
        list(import_lines.read((HEADER.strip() + ",colour\n").encode() + b"a,b,c,remote,2026-11-24,9:00,30,,,red\n"))


def test_only_an_operator_loads_visits(db: Database) -> None:
    world = build(db)
    [skipped] = load(world, line(world), actor=officer(world)).skipped
    assert skipped.sentence
    assert visits(db) == []
