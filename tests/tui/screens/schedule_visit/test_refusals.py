"""What a refusal means in the wizard."""

from __future__ import annotations

from datetime import date

from backend.visits.rules import RULES
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


def test_where_one_rule_names_no_date_each_other_one_says_its_own_once() -> None:
    said = refusals.sentence(
        conflict(
            Reason("too_soon", "Scheduled 24 hours ahead, from Dec 1 on.", date(2026, 12, 1)),
            Reason("quota_reached", "Two visits a week.", date(2026, 12, 7)),
            Reason("no_capacity", "That time is taken."),
        )
    )
    assert said.what == (
        "Scheduled 24 hours ahead, from Dec 1 on. Two visits a week. Possible from Mon Dec 7. That time is taken."
    )


def test_a_day_on_which_one_may_ask_is_no_day_of_a_visit() -> None:
    far = Reason("too_far_ahead", "You can schedule until Dec 6.", can_be_asked_from=date(2026, 12, 24))
    assert str(refusals.sentence(conflict(far))) == (
        "You can schedule until Dec 6. Can be asked for from Thu Dec 24. Choose another day; the rest is kept."
    )
    closed = Reason("blacked_out", "There are no visits on Dec 29.", date(2026, 12, 22))
    assert str(refusals.sentence(conflict(far, closed))) == (
        "You can schedule until Dec 6. Can be asked for from Thu Dec 24. There are no visits on Dec 29."
        " First possible: Tue Dec 22. Choose another day; the rest is kept."
    )


def test_a_date_that_the_rules_own_sentence_names_is_not_said_again() -> None:
    far = Reason("too_far_ahead", "Dec 8 opens on Nov 24.", can_be_asked_from=date(2026, 11, 24))
    assert refusals.why((far,)) == "Dec 8 opens on Nov 24."
    other = Reason("too_far_ahead", "Dec 8 opens on Nov 24.", can_be_asked_from=date(2026, 11, 2))
    assert refusals.why((other,)) == "Dec 8 opens on Nov 24. Can be asked for from Mon Nov 2."


def test_the_terminals_own_words_for_one_rule_hide_no_other() -> None:
    said = refusals.sentence(conflict(Reason("hold_expired", "Gone."), Reason("too_soon", "Too soon.")))
    assert said.what == "The time we kept for you has run out. Too soon."


def test_a_rule_that_this_terminal_does_not_know_keeps_the_page_and_says_its_sentence() -> None:
    unheard = conflict(Reason("phase_of_the_moon", "Not before the new moon."), detail="Come back then.")
    assert refusals.step_for(unheard) is None
    assert str(refusals.sentence(unheard)) == "Not before the new moon. Come back then."


def test_somebody_who_can_be_visited_another_day_is_not_looked_for_again() -> None:
    later = conflict(Reason("individual_not_eligible", "Not at that time.", date(2026, 12, 7)))
    assert refusals.step_for(later) is Step.DATE
    assert refusals.step_for(conflict(Reason("individual_not_eligible", "Not here."))) is Step.INDIVIDUAL


def test_every_rule_of_the_server_has_its_step_or_needs_none() -> None:
    """Those without one are mended on the page of company, or by nothing that the wizard asks."""
    own = {"attendee_limit", "attendee_twice", "attendee_restricted", "minor_without_adult"}
    elsewhere = {"price_changed", "too_late_to_move", "check_in_not_open", "visit_is_over"}
    for code in {rule.code for rule in RULES} - own - elsewhere:
        assert refusals.step_for(conflict(Reason(code, "No."))) is not None, code
    assert all(refusals.about_company(conflict(Reason(code, "No."))) for code in own)


def test_a_rule_that_no_step_can_mend_gives_the_servers_own_advice() -> None:
    said = refusals.sentence(conflict(Reason("payment_checking", "Still being checked."), detail="Wait a moment."))
    assert said.next_step == "Wait a moment."


def test_what_helps_about_access_is_what_the_server_says_of_it() -> None:
    until = Reason(
        "facility_access_required",
        "Your access to this facility is suspended until Nov 30, that day included.",
        can_be_asked_from=date(2026, 12, 1),
    )
    assert str(refusals.sentence(conflict(until, detail="Come back then, or choose another facility."))) == (
        "Your access to this facility is suspended until Nov 30, that day included."
        " Can be asked for from Tue Dec 1. Come back then, or choose another facility."
    )
    assert refusals.sentence(conflict(until)).next_step.startswith("Choose another facility, or ask this one")


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
