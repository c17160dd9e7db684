"""What a refusal means in the wizard."""

from __future__ import annotations

from datetime import date

from backend_client import Conflict, Reason, Unreachable
from tests.tui.screens.schedule_visit.world import FACILITY, FULL_DRAFT, hold
from tui.draft import Step
from tui.screens.schedule_visit import refusals
from tui.screens.schedule_visit.scheduling import Scheduling


def conflict(*reasons: Reason, detail: str = "") -> Conflict:
    """Return a refusal by these rules."""
    return Conflict(status=409, code=reasons[0].code, detail=detail, reasons=reasons)


def test_of_several_broken_rules_the_earliest_question_is_asked_again() -> None:
    both = conflict(Reason("no_capacity", "Full."), Reason("terms_changed", "New terms."))
    assert refusals.step_for(both) is Step.TERMS


def test_all_sentences_are_said_and_the_first_date_that_passes_every_rule() -> None:
    said = refusals.sentence(
        conflict(
            Reason("too_soon", "Too soon.", date(2026, 12, 1)),
            Reason("quota_reached", "Two visits a week.", date(2026, 12, 7)),
        )
    )
    assert str(said) == "Too soon. Two visits a week. First possible: Mon Dec 7. Choose another day; the rest is kept."


def test_no_date_is_promised_where_one_rule_names_none() -> None:
    reasons = (Reason("too_soon", "Too soon.", date(2026, 12, 1)), Reason("no_capacity", "Full."))
    assert refusals.first_possible(reasons) == ""


def test_a_rule_that_no_step_can_mend_gives_the_servers_own_advice() -> None:
    said = refusals.sentence(conflict(Reason("payment_checking", "Still being checked."), detail="Wait a moment."))
    assert said.next_step == "Wait a moment."


def test_who_is_coming_is_mended_on_its_own_page() -> None:
    assert refusals.about_company(conflict(Reason("attendee_limit", "Two at most.")))
    assert not refusals.about_company(conflict(Reason("attendee_limit", "Two."), Reason("hold_expired", "Gone.")))


def test_an_error_without_an_answer_belongs_to_no_step() -> None:
    assert refusals.step_for(Unreachable()) is None
    assert "cannot be reached" in refusals.sentence(Unreachable()).what


def test_only_the_refused_answer_is_let_go() -> None:
    state = Scheduling(FULL_DRAFT, facility=FACILITY, hold=hold())
    refusals.let_go(state, Step.TIME)
    assert (state.draft.date, state.draft.starts_at, state.draft.individual_id) == (FULL_DRAFT.date, None, "I1")
    refusals.let_go(state, Step.TYPE)
    assert (state.draft.visit_type, state.draft.individual_id, state.facility) == (None, "I1", None)
