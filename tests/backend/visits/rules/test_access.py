"""Who has no access is told how it stands: nothing open, pending, or suspended, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.access.transitions import Status
from backend.access.views import AccessNow
from backend.errors import Reason
from backend.visits.rules import About, broken_rules
from backend.visits.rules.facts import CheckInFacts, Facts
from tests.backend.visits.rules.test_rules import FINE

OVER = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
"""Midnight in Central time: November 30 is the last day."""
MOMENT = timedelta(microseconds=1)


def only(access: AccessNow, facts: Facts = FINE) -> Reason:
    (reason,) = broken_rules(replace(facts, access=access), About.REQUEST)
    return reason


@pytest.mark.parametrize(
    ("status", "sentence", "next_step", "to_an_officer"),
    [
        (None, "You have no access to this facility.", None, "The visitor has no access here."),
        (
            "pending",
            "Your request for access to this facility is pending.",
            "Wait for the answer: My Facilities shows when it is due.",
            "The visitor's request for access is pending.",
        ),
        (
            "suspended",
            "Your access to this facility is suspended.",
            "Ask the facility when it ends.",
            "The visitor's access is suspended.",
        ),
    ],
)
def test_how_access_stands_is_said_and_asking_for_it_only_helps_who_has_none_open(
    status: Status | None, sentence: str, next_step: str | None, to_an_officer: str
) -> None:
    reason = only(AccessNow(status))

    assert (reason.sentence, reason.next_step) == (sentence, next_step)
    assert (reason.first_passes_on, reason.can_be_asked_from) == (None, None)
    told = only(AccessNow(status), replace(FINE, knows_why=True))
    assert (told.sentence, told.next_step) == (to_an_officer, None)


def test_a_suspension_with_an_end_says_its_last_day_and_from_when_on_one_can_ask() -> None:
    reason = only(AccessNow("suspended", OVER))

    assert reason.sentence == "Your access to this facility is suspended until Nov 30, that day included."
    assert (reason.first_passes_on, reason.can_be_asked_from) == (None, date(2026, 12, 1))
    assert reason.next_step == "Come back then, or choose another facility."


def test_the_days_of_a_suspension_are_the_facilitys() -> None:
    in_the_east = only(AccessNow("suspended", OVER), replace(FINE, zone=ZoneInfo("America/New_York")))

    assert "until Dec 1, that day included" in in_the_east.sentence, "there it is one o'clock when it is over"
    assert in_the_east.can_be_asked_from == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("ends_at", "next_step"),
    [
        (OVER + MOMENT, "Nothing was changed. The visitor can be checked in from Dec 1, 00:00 on."),
        (OVER, None),
        (OVER - MOMENT, None),
    ],
)
def test_the_desk_is_told_when_a_suspension_is_over_in_time_for_the_visit(
    ends_at: datetime, next_step: str | None
) -> None:
    facts = replace(FINE, now=OVER - 2 * MOMENT, check_in=CheckInFacts(OVER - 2 * MOMENT, "", ends_at))
    reason = only(AccessNow("suspended", OVER), facts)

    assert reason.sentence == "The visitor's access is suspended until Nov 30, that day included."
    assert (reason.can_be_asked_from, reason.next_step) == (date(2026, 12, 1), next_step)
