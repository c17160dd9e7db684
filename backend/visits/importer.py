"""Visits that were booked elsewhere, from a CSV file: judged by the same list of rules as any other.

A visit that is there already stays, so the same file again changes nothing. The id of a visit is made of its line: the
line is known again whatever became of its visit, which may have been moved or cancelled since. Nothing is charged: what
was paid was paid elsewhere. Notice is counted to the day on which it was booked there, where the file says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.accounts import service as accounts
from backend.csv_rows import Broken, NotThisFile, read_rows
from backend.db import Tx
from backend.errors import Problem, Reason, invalid
from backend.facilities import service as facilities
from backend.facilities.policy import as_visit_type, local_today
from backend.facilities.setting_values import VisitType
from backend.facilities.setup import one_called
from backend.import_report import Line, Progress, Report
from backend.money.ledger import Fees
from backend.roster import service as roster
from backend.security import Action, Actor, Subject, authorize
from backend.types import id_of
from backend.visits import openings, overrides, quanta, repository
from backend.visits.asked import Asked, AskedAttendee, AskedLimit
from backend.visits.ground import Ground, Wanted, lay
from backend.visits.holds import conflict_reason
from backend.visits.judging import judge_asked, with_answers, with_companions
from backend.visits.overrides import Override
from backend.visits.quanta import Limit
from backend.visits.rules import broken_rules
from backend.visits.rules.facts import AnswerFacts, Facts
from backend.visits.settling import make_visit
from backend.visits.traces import trace

REQUIRED: Final = ("facility", "booking_number", "email", "visit_type", "date", "start", "minutes")
OPTIONAL: Final = ("attendees", "booked_on")
FREE: Final = Fees(0, 0, "USD")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_MINOR: Final = re.compile(r"(.+?)\s*\(minor\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file, checked. Date and start are those of the facility's clock."""

    line: int
    facility: str
    booking_number: str
    email: str
    visit_type: VisitType
    day: date
    start: time
    minutes: int
    attendees: tuple[AskedAttendee, ...]
    booked_on: date | None

    @property
    def name(self) -> str:
        """What a report calls it."""
        return f"{self.booking_number}, {self.day.isoformat()} {self.start:%H:%M}"


def read(data: bytes) -> Iterator[Record | Line]:
    """Yield what each line says. Raises :class:`backend.csv_rows.NotThisFile` if it is another file."""
    for row in read_rows(data, REQUIRED):
        if isinstance(row, Broken):
            yield Line(row.line, "", row.reason)
            continue
        if unknown := [name for name in row.said if name not in (*REQUIRED, *OPTIONAL)]:
            raise NotThisFile(f"The file has columns that mean nothing here: {', '.join(unknown)}.")
        try:
            yield _parsed(row.line, row.said)
        except ValueError as error:
            yield Line(row.line, row.said["booking_number"], str(error))


def load(
    tx: Tx, actor: Actor, lines: Sequence[Record | Line], progress: Progress, override: Override | None = None
) -> Report:
    """Book every visit of the file that no rule refuses; the others are skipped, each with all its reasons.

    ``override`` says yes to rules that may be overridden. Raises ``not_allowed`` (403).
    """
    report = Report()
    for number, line in enumerate(lines):
        progress(number, len(lines))
        if isinstance(line, Line):
            report.skipped.append(line)
            continue
        try:
            with tx.savepoint():
                is_new = _book(tx, actor, line, override)
        except Problem as problem:
            told = " ".join(reason.sentence for reason in problem.reasons) or f"{problem.title} {problem.detail}"
            report.skipped.append(Line(line.line, line.name, told.rstrip(".")))
            continue
        if is_new:
            report.loaded += 1
        else:
            report.unchanged += 1
    return report


def _book(tx: Tx, actor: Actor, record: Record, override: Override | None) -> bool:
    """Book one visit; return whether it is new. Raises all broken rules at once."""
    facility = one_called(tx, record.facility)
    authorize(actor, Action.SET_UP, Subject(facility_id=facility.id))
    account = accounts.account_of(tx, record.email)
    if account is None:
        raise Problem("no_account", 409, "Nobody has an account with this e-mail address.", record.email)
    individual = roster.known_as(tx, facility.id, record.booking_number)
    if individual is None:
        raise Problem("individual_not_found", 409, "This facility holds nobody with this number.", "")
    _refuse_far_away(record, local_today(facility, tx.now))
    starts_at = _starts_at(record, ZoneInfo(facility.zone or "UTC"))
    repository.lock_account(tx, account.id)
    facilities.share(tx, facility.id)
    repository.lock_individual(tx, individual.id)
    wanted = Wanted(facility.id, record.visit_type, individual.id, record.minutes)
    if repository.visit(tx, _booking_id(account.id, wanted, record)) is not None:
        return False
    if repository.stands(tx, account.id, individual.id, starts_at):
        return False
    ground = lay(tx, account.id, wanted)
    ground = replace(ground, facts=overrides.allow(actor, facility.id, ground.facts, override))
    facts, limits = judge_asked(tx, ground, starts_at, None)
    facts = _facts(tx, ground, facts, record)
    if reasons := broken_rules(facts):
        raise _refused(reasons)
    asked = _asked(tx, ground, record, starts_at, limits)
    if conflict := quanta.take(tx, asked.booking, None):
        raise _refused((conflict_reason(conflict),))
    if override is not None and (codes := overrides.used(facts)):
        trace(tx, actor, asked, "rules overridden", {"overridden": sorted(codes)}, why=override.reason.strip())
    make_visit(tx, actor, asked, (), None)
    return True


def _booking_id(account_id: str, wanted: Wanted, record: Record) -> str:
    """Return the id of the visit that a line makes; another length or other attendees make it no other visit."""
    asked = wanted.facility_id, account_id, wanted.individual_id, wanted.visit_type
    return id_of("imported visit", *asked, record.day.isoformat(), record.start.isoformat())


def _refuse_far_away(record: Record, today: date) -> None:
    """Refuse a line with a day that nobody plans for, before anything is reckoned with it."""
    for name, day in (("date", record.day), ("booked_on", record.booked_on)):
        if day is not None and abs(day - today) > openings.FARTHEST:
            raise invalid(name, f"{name} is too far away from today.")


def _starts_at(record: Record, zone: ZoneInfo) -> datetime:
    """Return the instant of a line (UTC); of a time that comes twice, the first. Refuses one that is skipped."""
    starts_at = datetime.combine(record.day, record.start, zone).astimezone(UTC)
    if starts_at.astimezone(zone).time() != record.start:
        sentence = "The clock is put forward over this time, so it does not exist on that day."
        raise _refused((Reason("outside_timetable", sentence),))
    return starts_at


def _facts(tx: Tx, ground: Ground, facts: Facts, record: Record) -> Facts:
    """Return the facts of a line: terms and payment were seen to where it was booked."""
    if facts.opening is not None and record.booked_on is not None:
        booked_at = datetime.combine(record.booked_on, time(), ground.zone).astimezone(UTC)
        facts = replace(facts, opening=replace(facts.opening, held_since=min(booked_at, tx.now)))
    facts = with_companions(ground, facts, [one.name for one in record.attendees])
    return with_answers(
        facts,
        AnswerFacts(
            hold_ended=False,
            terms_current=True,
            terms_accepted=True,
            adults=sum(not one.minor for one in record.attendees),
            minors=sum(one.minor for one in record.attendees),
            expected_total_minor=0,
            total_minor=0,
            total_words="",
            expected_due_minor=None,
            due_minor=0,
            due_words="",
            has_payment_method=False,
            method_known=False,
        ),
    )


def _asked(tx: Tx, ground: Ground, record: Record, starts_at: datetime, limits: Sequence[Limit]) -> Asked:
    terms = facilities.current_terms(tx, ground.facility.id, record.visit_type)
    if ground.individual is None or terms is None:
        raise AssertionError("the rules let nobody through without an individual and terms")
    busy = ground.quanta(starts_at)
    return Asked(
        booking_id=_booking_id(ground.account_id, ground.wanted, record),
        account_id=ground.account_id,
        facility_id=ground.facility.id,
        individual_id=ground.individual.id,
        individual_name=roster.name_of(ground.individual),
        visit_type=record.visit_type,
        duration_minutes=record.minutes,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=record.minutes),
        zone=ground.zone.key,
        local_date=record.day,
        terms_id=terms.id,
        attendees=record.attendees,
        first_quantum=busy.start,
        end_quantum=busy.stop,
        limits=tuple(AskedLimit(key=limit.key, capacity=limit.capacity) for limit in limits),
        stations=ground.stations,
        kept_until=tx.now,
    )


def _refused(reasons: Sequence[Reason]) -> Problem:
    return Problem(reasons[0].code, 409, reasons[0].sentence, "It was not loaded.", reasons=reasons)


def _parsed(line: int, cells: Mapping[str, str]) -> Record:
    visit_type = as_visit_type(cells["visit_type"])
    if visit_type is None:
        raise ValueError("visit_type is remote, onsite_video or in_person")
    minutes = cells["minutes"]
    if not (minutes.isascii() and minutes.isdigit()) or not 5 <= int(minutes) <= 240 or int(minutes) % 5:
        raise ValueError("minutes is a multiple of 5 up to 240")
    return Record(
        line=line,
        facility=cells["facility"],
        booking_number=cells["booking_number"],
        email=cells["email"],
        visit_type=visit_type,
        day=_day("date", cells["date"]),
        start=_clock(cells["start"]),
        minutes=int(minutes),
        attendees=tuple(_attendee(name.strip()) for name in cells.get("attendees", "").split(";") if name.strip()),
        booked_on=_day("booked_on", cells["booked_on"]) if cells.get("booked_on") else None,
    )


def _attendee(said: str) -> AskedAttendee:
    minor = _MINOR.fullmatch(said)
    return AskedAttendee(name=(minor[1] if minor else said)[:120], minor=minor is not None)


def _clock(said: str) -> time:
    found = _CLOCK.fullmatch(said)
    if found is None or int(found[2]) % 5:
        raise ValueError("start is a time such as 9:00 or 17:30, on five minutes")
    return time(int(found[1]), int(found[2]))


def _day(name: str, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ValueError(f"{name} is a date such as 2026-12-01") from None
