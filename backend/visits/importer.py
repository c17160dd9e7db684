"""Visits that were booked elsewhere, from a CSV file: judged by the same list of rules as any other.

A visit that is there already stays, so the same file again changes nothing. The id of a visit is made of its line: the
line is known again whatever became of its visit, which may have been moved or cancelled since. Nothing is charged: what
was paid was paid elsewhere. Notice is counted to the day on which it was booked there, where the file says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.accounts import service as accounts
from backend.db import Tx
from backend.errors import Problem, Reason, invalid
from backend.facilities import service as facilities
from backend.facilities.policy import local_today
from backend.facilities.setup import one_called
from backend.import_report import Line, Report
from backend.money.ledger import Fees
from backend.roster import service as roster
from backend.security import Action, Actor, Subject, authorize
from backend.types import id_of
from backend.visits import openings, overrides, quanta, repository
from backend.visits.asked import Asked, AskedLimit
from backend.visits.ground import Ground, Wanted, lay
from backend.visits.holds import conflict_reason
from backend.visits.import_lines import Meant, Record
from backend.visits.import_rehearsal import beside_of, rehearse, stands_in, take_again
from backend.visits.judging import judge_asked, with_answers, with_companions
from backend.visits.overrides import Override
from backend.visits.quanta import Limit
from backend.visits.rules import broken_rules
from backend.visits.rules.facts import AnswerFacts, Facts
from backend.visits.settling import make_visit
from backend.visits.traces import trace

FREE: Final = Fees(0, 0, "USD")


@dataclass(slots=True)
class Loaded(Report):
    """What loading some lines did, and what each visit that it booked is, in their order."""

    booked: list[Asked] = field(default_factory=list)


def load(
    tx: Tx,
    actor: Actor,
    lines: Sequence[Record | Line],
    override: Override | None = None,
    rehearsed: Sequence[Asked] | None = None,
) -> Loaded:
    """Book every visit of some lines that no rule refuses; the others are skipped, each with all its reasons.

    ``override`` says yes to rules that may be overridden. With ``rehearsed``, what lines before these would book, time
    is only taken, as if those had been booked; the caller rolls back. A whole file: :mod:`backend.visits.import_file`.
    """
    report = Loaded()
    meant = _all_meant(tx, actor, lines, report)
    beside = () if rehearsed is None else beside_of(rehearsed, meant)
    _lock(tx, [*meant, *beside])
    take_again(tx, beside)
    before = None if rehearsed is None else list(rehearsed)
    for one in meant:
        try:
            with tx.savepoint():
                asked = _book(tx, actor, one, override, before)
        except Problem as problem:
            report.skipped.append(_skipped(one.record, problem))
            continue
        if asked is None:
            report.unchanged += 1
            continue
        report.loaded += 1
        report.booked.append(asked)
        if before is not None:
            before.append(asked)
    return report


def _all_meant(tx: Tx, actor: Actor, lines: Sequence[Record | Line], report: Loaded) -> list[Meant]:
    """Return whom and what each line means; lines that mean nobody are skipped in ``report``."""
    found = []
    for line in lines:
        if isinstance(line, Line):
            report.skipped.append(line)
            continue
        try:
            found.append(_meant(tx, actor, line))
        except Problem as problem:
            report.skipped.append(_skipped(line, problem))
    return found


def _meant(tx: Tx, actor: Actor, record: Record) -> Meant:
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
    return Meant(record, account.id, facility.id, individual.id, starts_at)


def _lock(tx: Tx, those: Sequence[Meant | Asked]) -> None:
    """Lock whatever several bookings need in the order of all who book, each kind by its ids, before any is judged."""
    for account_id in sorted({one.account_id for one in those}):
        repository.lock_account(tx, account_id)
    for facility_id in sorted({one.facility_id for one in those}):
        facilities.share(tx, facility_id)
    for individual_id in sorted({one.individual_id for one in those}):
        repository.lock_individual(tx, individual_id)


def _book(tx: Tx, actor: Actor, one: Meant, override: Override | None, before: Sequence[Asked] | None) -> Asked | None:
    """Book one visit, in a rehearsal its time only; None if it is there already. Raises all broken rules at once."""
    record = one.record
    wanted = Wanted(one.facility_id, record.visit_type, one.individual_id, record.minutes)
    if repository.visit(tx, _booking_id(one.account_id, wanted, record)) is not None:
        return None
    if repository.stands(tx, one.account_id, one.individual_id, one.starts_at) or stands_in(before or (), one):
        return None
    ground = lay(tx, one.account_id, wanted)
    ground = replace(ground, facts=overrides.allow(actor, one.facility_id, ground.facts, override))
    facts, limits = judge_asked(tx, ground, one.starts_at, None)
    facts = _facts(tx, ground, facts, record)
    if reasons := broken_rules(facts):
        raise _refused(reasons)
    asked = _asked(tx, ground, record, one.starts_at, limits)
    if conflict := quanta.take(tx, asked.booking, None):
        raise _refused((conflict_reason(conflict),))
    if before is not None:
        return rehearse(tx, asked)
    if override is not None and (codes := overrides.used(facts)):
        trace(tx, actor, asked, "rules overridden", {"overridden": sorted(codes)}, why=override.reason.strip())
    make_visit(tx, actor, asked, (), None)
    return asked


def _skipped(record: Record, problem: Problem) -> Line:
    told = " ".join(reason.sentence for reason in problem.reasons) or f"{problem.title} {problem.detail}"
    return Line(record.line, record.name, told.rstrip("."))


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
