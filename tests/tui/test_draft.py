"""The draft: what a changed answer drops, and where to go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from backend_client import Attendee, Draft, Individual, VisitType
from tui import draft as drafts
from tui.draft import Step

STARTS = datetime(2026, 12, 10, 15, tzinfo=UTC)
FULL = Draft(
    facility_id="F1",
    visit_type=VisitType.REMOTE,
    terms_id="T1",
    individual_id="I1",
    individual_name="Mateo Rivera",
    booking_number="20418",
    duration_minutes=30,
    date=date(2026, 12, 10),
    starts_at=STARTS,
    hold_id="H1",
    attendees=(Attendee("Luis Rivera", minor=True),),
    step="confirm",
)


def test_the_same_answer_again_drops_nothing() -> None:
    same = Individual("I1", "Mateo Rivera", "20418")
    assert drafts.with_facility(FULL, "F1") == FULL
    assert drafts.with_visit_type(FULL, VisitType.REMOTE) == FULL
    assert drafts.with_individual(FULL, same) == FULL
    assert drafts.with_duration(FULL, 30) == FULL
    assert drafts.with_date(FULL, date(2026, 12, 10)) == FULL


def test_another_facility_drops_everything_but_who_comes_along() -> None:
    changed = drafts.with_facility(FULL, "F2")
    assert (changed.visit_type, changed.individual_id, changed.date, changed.hold_id) == (None, None, None, None)
    assert changed.attendees == FULL.attendees


def test_another_type_keeps_the_person() -> None:
    changed = drafts.with_visit_type(FULL, VisitType.IN_PERSON)
    assert (changed.individual_id, changed.terms_id, changed.duration_minutes) == ("I1", None, None)


def test_another_person_keeps_length_and_day_and_drops_the_time() -> None:
    changed = drafts.with_individual(FULL, Individual("I2", "Luz Ortega", "777"))
    assert (changed.duration_minutes, changed.date, changed.starts_at) == (30, date(2026, 12, 10), None)


def test_another_length_keeps_the_day_and_drops_the_time() -> None:
    changed = drafts.with_duration(FULL, 15)
    assert (changed.date, changed.starts_at, changed.hold_id) == (date(2026, 12, 10), None, None)


def test_a_time_counts_as_answered_only_while_something_holds_it() -> None:
    assert drafts.answered(FULL, Step.TIME, paid_with=False)
    assert not drafts.answered(replace(FULL, hold_id=None), Step.TIME, paid_with=False)


@pytest.mark.parametrize(
    ("draft", "paid_with", "step"),
    [
        (Draft(), False, Step.FACILITY),
        (Draft(facility_id="F1"), False, Step.TYPE),
        (drafts.without_individual(FULL), True, Step.INDIVIDUAL),
        (drafts.without_date(FULL), True, Step.DATE),
        (drafts.without_time(FULL), True, Step.TIME),
        (FULL, False, Step.PAYMENT),
        (FULL, True, Step.CONFIRM),
    ],
)
def test_the_first_open_question_is_the_one_to_ask(draft: Draft, paid_with: bool, step: Step) -> None:
    assert drafts.first_open(draft, paid_with=paid_with) is step


def test_one_goes_on_where_one_left_but_never_behind_an_open_question() -> None:
    assert drafts.kept_step(replace(FULL, step="individual"), paid_with=True) is Step.INDIVIDUAL
    assert drafts.kept_step(drafts.without_date(FULL), paid_with=True) is Step.DATE
    assert drafts.kept_step(replace(FULL, step="something new"), paid_with=True) is Step.CONFIRM


def test_a_facility_alone_is_not_worth_the_question_whether_to_go_on() -> None:
    assert not drafts.begun(None)
    assert not drafts.begun(Draft(facility_id="F1"))
    assert drafts.begun(FULL)
