"""From broken rules to the refusal that a person reads: all reasons, the first one in front, and a next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from backend.errors import Problem, Reason

NEXT_STEPS: Final = {
    "facility_access_required": "Ask the facility for access in My Facilities.",
    "visit_type_not_offered": "Choose another type of visit. Your other answers are kept.",
    "duration_not_offered": "Choose another length. Your other answers are kept.",
    "individual_not_found": "Search for the person again. Your other answers are kept.",
    "individual_not_at_facility": "Search for the person again, or choose another facility.",
    "individual_not_eligible": "Ask the facility when visits are possible again.",
    "hold_expired": "Choose another time. Your other answers are kept.",
    "outside_timetable": "Choose another time. Your other answers are kept.",
    "blacked_out": "Choose another day. Your other answers are kept.",
    "outside_request_window": "Choose another week, or come back when its requests open.",
    "time_is_over": "Choose a later time. Your other answers are kept.",
    "too_soon": "Choose a later time. Your other answers are kept.",
    "too_far_ahead": "Choose an earlier time. Your other answers are kept.",
    "lead_visitor_too_young": "Choose a later date, or let somebody older schedule the visit.",
    "no_capacity": "Choose another time. Your other answers are kept.",
    "no_station": "Choose another time. Your other answers are kept.",
    "quota_reached": "Choose a later date, or cancel another visit first.",
    "individual_busy": "Choose another time. Your other answers are kept.",
    "account_busy": "Choose another time, or cancel your other visit first.",
    "terms_changed": "Read the new ones and accept them. Your other answers are kept.",
    "terms_not_accepted": "Read them and accept them. Your other answers are kept.",
    "visitor_restricted": "Ask the facility.",
    "keep_apart": "Choose another time. Your other answers are kept.",
    "minor_without_adult": "Change who is coming. Your other answers are kept.",
    "attendee_twice": "Change who is coming; add a middle name where two share one. Your other answers are kept.",
    "attendee_restricted": "Change who is coming, or ask the facility. Your other answers are kept.",
    "attendee_limit": "Change who is coming. Your other answers are kept.",
    "price_changed": "Look at the new price, then confirm again. Nothing was charged.",
    "promo_refused": "Change the code, or leave it out. Your other answers are kept.",
    "payment_required": "Choose a way to pay. Your other answers are kept.",
    "too_late_to_move": "Ask the facility, or look at what cancelling would bring back.",
    "same_time": "Choose another time.",
    "check_in_not_open": "Ask the visitor to come back then.",
    "visit_is_over": "Nothing was changed.",
}
"""What to do about each broken rule."""
NEARBY_HELPS: Final = frozenset(
    {
        "no_capacity",
        "no_station",
        "quota_reached",
        "individual_busy",
        "individual_not_eligible",
        "visitor_restricted",
        "keep_apart",
        "account_busy",
        "hold_expired",
        "outside_timetable",
        "blacked_out",
        "outside_request_window",
        "time_is_over",
        "too_soon",
        "too_far_ahead",
    }
)
"""Refusals after which the nearest free openings are offered."""
FORBIDDEN: Final = "facility_access_required"


def refusal(reasons: Sequence[Reason]) -> Problem:
    """Return the refusal of what breaks the rules in ``reasons``, of which there is at least one."""
    first = reasons[0]
    status = 403 if first.code == FORBIDDEN else 409
    return Problem(first.code, status, first.sentence, first.next_step or NEXT_STEPS[first.code], reasons=reasons)


def payment_is_checking(*, kept: bool = True) -> Problem:
    """Return the refusal of changing a booking whose payment has no outcome yet. ``kept``: so is its time."""
    return Problem(
        "payment_checking",
        409,
        "A payment for this visit is still being checked.",
        "The time stays yours meanwhile. Wait a moment, then look again."
        if kept
        else "You are not charged twice: wait until we know more, or choose another time. Your other answers are kept.",
    )


def declined(sentence: str, *, for_visit: bool = True) -> Problem:
    """Return the refusal after a decline (402): hold and answers are kept, where it was ``for_visit``."""
    kept = "; your time and your answers are kept" if for_visit else ""
    return Problem(
        "payment_declined",
        402,
        "The payment did not go through.",
        f"{sentence} Nothing was charged. Choose another way to pay{kept}.",
        reasons=(Reason("payment_declined", sentence),),
    )


def lost(sentence: str) -> Problem:
    """Return the refusal (409) of a booking whose place was gone when its payment came through."""
    return Problem(
        "hold_expired", 409, sentence, NEXT_STEPS["hold_expired"], reasons=(Reason("hold_expired", sentence),)
    )
