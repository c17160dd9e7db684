"""The visit being scheduled: pure functions on the draft that the server keeps.

A draft is never changed: every function returns a new one. Changing an earlier answer drops the later ones that hang on
it and nothing else, so that Back keeps every answer.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from backend_client import Attendee, Draft, Individual, VisitType


class Step(StrEnum):
    """The questions of the wizard, in their order. The values are what the draft keeps on the server."""

    FACILITY = "facility"
    TYPE = "type"
    TERMS = "terms"
    INDIVIDUAL = "individual"
    DURATION = "duration"
    DATE = "date"
    TIME = "time"
    PAYMENT = "payment"
    CONFIRM = "confirm"


def answered(draft: Draft, step: Step, *, paid_with: bool) -> bool:
    """Tell whether a question has its answer.

    Args:
        draft: The answers so far.
        step: The question.
        paid_with: Whether a way to pay is chosen or nothing is to be paid; the draft knows nothing of payment.
    """
    given = {
        Step.FACILITY: draft.facility_id,
        Step.TYPE: draft.visit_type,
        Step.TERMS: draft.terms_id,
        Step.INDIVIDUAL: draft.individual_id,
        Step.DURATION: draft.duration_minutes,
        Step.DATE: draft.date,
        Step.TIME: draft.starts_at if draft.hold_id else None,
        Step.PAYMENT: paid_with or None,
    }
    return given.get(step) is not None


def first_open(draft: Draft, *, paid_with: bool) -> Step:
    """Return the first question without an answer; the confirmation where there is none."""
    return next((step for step in Step if not answered(draft, step, paid_with=paid_with)), Step.CONFIRM)


def begun(draft: Draft | None) -> bool:
    """Tell whether so much was answered that going on is worth a question: more than the facility."""
    return draft is not None and draft.facility_id is not None and draft.visit_type is not None


def kept_step(draft: Draft, *, paid_with: bool) -> Step:
    """Return where to go on with a draft: where it was left, but never behind a question without an answer."""
    order = list(Step)
    left = draft.step if draft.step in order else Step.CONFIRM
    return min(Step(left), first_open(draft, paid_with=paid_with), key=order.index)


def with_facility(draft: Draft, facility_id: str) -> Draft:
    """Choose the facility; another one than before drops everything that was chosen at the old one."""
    if draft.facility_id == facility_id:
        return draft
    return replace(
        draft,
        facility_id=facility_id,
        visit_type=None,
        terms_id=None,
        individual_id=None,
        individual_name=None,
        booking_number=None,
        duration_minutes=None,
        date=None,
        starts_at=None,
        hold_id=None,
    )


def with_visit_type(draft: Draft, visit_type: VisitType) -> Draft:
    """Choose the visit type; another one drops terms, duration and time, which hang on it."""
    if draft.visit_type == visit_type:
        return draft
    return replace(
        draft, visit_type=visit_type, terms_id=None, duration_minutes=None, date=None, starts_at=None, hold_id=None
    )


def with_terms(draft: Draft, terms_id: str | None) -> Draft:
    """Record which terms were accepted; ``None`` where the accepted ones are no longer in force."""
    return replace(draft, terms_id=terms_id)


def with_individual(draft: Draft, individual: Individual) -> Draft:
    """Choose whom to visit; somebody else drops the time, for it may not be theirs."""
    if draft.individual_id == individual.id:
        return draft
    return replace(
        draft,
        individual_id=individual.id,
        individual_name=individual.name,
        booking_number=individual.booking_number,
        starts_at=None,
        hold_id=None,
    )


def with_duration(draft: Draft, minutes: int) -> Draft:
    """Choose the length in minutes; another one drops the time and keeps the date."""
    if draft.duration_minutes == minutes:
        return draft
    return replace(draft, duration_minutes=minutes, starts_at=None, hold_id=None)


def with_date(draft: Draft, day: date) -> Draft:
    """Choose the facility-local date; another one drops the time."""
    return draft if draft.date == day else replace(draft, date=day, starts_at=None, hold_id=None)


def with_time(draft: Draft, starts_at: datetime, hold_id: str) -> Draft:
    """Record the start (UTC) and the hold that keeps it."""
    return replace(draft, starts_at=starts_at, hold_id=hold_id)


def without_visit_type(draft: Draft) -> Draft:
    """Let go of the visit type, for the facility offers it no longer; whom to visit, and who comes along, are kept."""
    return replace(
        draft, visit_type=None, terms_id=None, duration_minutes=None, date=None, starts_at=None, hold_id=None
    )


def without_individual(draft: Draft) -> Draft:
    """Let go of whom to visit, and of the time, which may not be the next one's."""
    return replace(draft, individual_id=None, individual_name=None, booking_number=None, starts_at=None, hold_id=None)


def without_date(draft: Draft) -> Draft:
    """Let go of date and time, for instance because the day is over."""
    return replace(draft, date=None, starts_at=None, hold_id=None)


def without_time(draft: Draft) -> Draft:
    """Let go of the time, for instance because its hold has run out; all else is kept."""
    return replace(draft, starts_at=None, hold_id=None)


def with_attendees(draft: Draft, attendees: tuple[Attendee, ...]) -> Draft:
    """Say who comes along beside the account's holder."""
    return replace(draft, attendees=attendees)


def at_step(draft: Draft, step: str) -> Draft:
    """Remember the step at which the wizard stands, to resume there."""
    return replace(draft, step=step)
