"""What a refusal of the server means in the wizard: its sentence, its dates, and the step where it can be mended."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.draft import Step, with_terms, without_date, without_individual, without_time, without_visit_type
from tui.inert import clean
from tui.presentation import short_date
from tui.problems import Sentence, own_sentence, sentence_for
from tui.text import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from backend_client import Reason, VisitDeskError
    from tui.screens.schedule_visit.scheduling import Scheduling

_STEPS: dict[str, Step] = {
    "facility_access_required": Step.FACILITY,
    "visit_type_not_offered": Step.TYPE,
    "terms_changed": Step.TERMS,
    "terms_not_accepted": Step.TERMS,
    "individual_not_found": Step.INDIVIDUAL,
    "individual_not_at_facility": Step.INDIVIDUAL,
    "individual_not_eligible": Step.INDIVIDUAL,
    "visitor_restricted": Step.DATE,
    "duration_not_offered": Step.DURATION,
    "too_far_ahead": Step.DATE,
    "lead_visitor_too_young": Step.DATE,
    "blacked_out": Step.DATE,
    "outside_request_window": Step.DATE,
    "quota_reached": Step.DATE,
    "time_is_over": Step.TIME,
    "too_soon": Step.TIME,
    "outside_timetable": Step.TIME,
    "same_time": Step.TIME,
    "no_capacity": Step.TIME,
    "no_station": Step.TIME,
    "keep_apart": Step.TIME,
    "individual_busy": Step.TIME,
    "account_busy": Step.TIME,
    "hold_expired": Step.TIME,
    "payment_required": Step.PAYMENT,
    "payment_declined": Step.PAYMENT,
}
_COMPANY = ("attendee_limit", "attendee_twice", "attendee_restricted", "minor_without_adult")
"""Rules about who comes along, which is no step but a page of its own."""
_NEXT_STEPS: dict[Step, str] = {
    Step.FACILITY: N_("Choose another facility, or ask this one on the page Manage Account."),
    Step.TYPE: N_("Choose another way to visit; the rest is kept."),
    Step.TERMS: N_("Please read the new text and accept it; the rest is kept."),
    Step.INDIVIDUAL: N_("Look for the person again; the rest is kept."),
    Step.DURATION: N_("Choose another length."),
    Step.DATE: N_("Choose another day; the rest is kept."),
    Step.TIME: N_("Choose another time; the rest is kept."),
    Step.PAYMENT: N_("Choose another way to pay. We keep your time meanwhile."),
}


def codes(error: VisitDeskError) -> tuple[str, ...]:
    """Return the codes of all rules that an error says are broken; of an error without an answer, none."""
    from backend_client import Problem

    if not isinstance(error, Problem):
        return ()
    return (error.code, *(reason.code for reason in error.reasons))


def step_for(error: VisitDeskError) -> Step | None:
    """Return the earliest step at which something can be done about a refusal; nothing where no step helps."""
    from backend_client import Problem

    steps = [_STEPS[code] for code in codes(error) if code in _STEPS]
    if isinstance(error, Problem) and any(_passes_later(reason) for reason in error.reasons):
        # who cannot be visited today can be on another day: nobody else is looked for
        steps = [Step.DATE if step is Step.INDIVIDUAL else step for step in steps]
    return min(steps, key=list(Step).index) if steps else None


def _passes_later(reason: Reason) -> bool:
    return reason.code == "individual_not_eligible" and reason.first_passes_on is not None


def sentence(error: VisitDeskError) -> Sentence:
    """Return what to tell about a refusal: the rules' sentences, the first date that would pass, what to do."""
    from backend_client import Problem

    said = sentence_for(error)
    if not isinstance(error, Problem):
        return said
    step = step_for(error)
    possible = first_possible(error.reasons)
    meaning = " ".join(part for part in (said.meaning, possible) if part)
    if error.reasons:
        said = replace(said, what=why(error.reasons))
    # Beside reasons, the detail of a problem is what the server would do next.
    servers = clean(error.detail) if error.reasons else ""
    if step is Step.FACILITY and servers:
        next_step = servers  # what helps depends on how access stands, which the server knows
    elif step is not None:
        next_step = _(_NEXT_STEPS[step])
    else:
        next_step = said.next_step or servers or _("Press Esc to go back.")
    if error.retry_after_seconds:
        next_step = said.next_step
    return replace(said, meaning=meaning, next_step=next_step)


def why(reasons: Sequence[Reason]) -> str:
    """Say every broken rule, each with its own date where :func:`first_possible` names none for all of them."""
    dated = not first_possible(reasons)
    return " ".join(_told(reason, dated=dated) for reason in reasons)


def _told(reason: Reason, *, dated: bool) -> str:
    """Say one broken rule, and from when on it can be asked for; ``dated`` adds from when on it passes.

    A date that its own sentence names is not said again.
    """
    said = own_sentence(reason.code) or clean(reason.sentence)
    dates = (
        (reason.first_passes_on if dated else None, _("Possible from {date}.")),
        (reason.can_be_asked_from, _("Can be asked for from {date}.")),
    )
    more = (words.format(date=short_date(day)) for day, words in dates if day and not _names(said, day))
    return " ".join((said, *more))


def _names(said: str, day: date) -> bool:
    return re.search(rf"{re.escape(short_date(day).partition(' ')[2])}(?!\d)", said) is not None


def about_company(error: VisitDeskError) -> bool:
    """Tell whether a refusal is about who is coming along, and about nothing that is asked before."""
    return step_for(error) is None and any(code in _COMPANY for code in codes(error))


def first_possible(reasons: Iterable[Reason]) -> str:
    """Say the first date of a visit that every broken rule would let pass; nothing where one of them names none.

    A rule that says from when on one can ask names no date of a visit, and stands in the way of none.
    """
    dates = [reason.first_passes_on for reason in reasons if reason.can_be_asked_from is None]
    known = [day for day in dates if day is not None]
    if not known or len(known) < len(dates):
        return ""
    return _("First possible: {date}.").format(date=short_date(max(known)))


def can_be_asked(reasons: Iterable[Reason]) -> str:
    """Say from when on one can ask, as far as the rules say so."""
    dates = [reason.can_be_asked_from for reason in reasons if reason.can_be_asked_from is not None]
    return _("Can be asked for from {date}.").format(date=short_date(max(dates))) if dates else ""


def let_go(state: Scheduling, step: Step) -> None:
    """Let go of the answer that was refused, and of nothing else, so that its question is asked again."""
    draft = state.draft
    if step is Step.FACILITY:
        state.facility = None
    elif step is Step.TYPE:
        state.facility = None
        draft = without_visit_type(draft)
    elif step is Step.TERMS:
        state.terms = None
        draft = with_terms(draft, None)
    elif step is Step.INDIVIDUAL:
        draft = without_individual(draft)
    elif step is Step.DATE:
        draft = without_date(draft)
    elif step is Step.TIME:
        draft = without_time(draft)
    elif step is Step.PAYMENT and state.paying is not None:
        state.paying = replace(state.paying, settled=False)
    if step in (Step.TYPE, Step.INDIVIDUAL, Step.DATE, Step.TIME):
        state.forget_days()
    state.draft = draft
