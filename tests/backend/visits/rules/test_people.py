"""Rules about people: restrictions, neutral to visitors and in full to officers; who comes along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backend.restrictions.when import When
from backend.visits.rules import RULES, broken_at_approval, broken_rules
from backend.visits.rules.facts import Bar, CheckInFacts, CompanionFacts, Facts
from tests.backend.visits.rules.test_rules import ANSWERS, FINE, OPENING, POLICY, codes

ON = OPENING.starts_at.astimezone(FINE.zone).date()
DAY = timedelta(days=1)
SECRET = "No contact order, from 2026-11-01 on: testified against him."
BARRED = Bar(When(ON, ON + DAY), SECRET)
OTHERWISE = Bar(When(ON + 5 * DAY), SECRET)
AT_DESK = CheckInFacts(FINE.now, "now", OPENING.ends_at)
KIND_WORDS = ("ban", "contact", "order", "segregat", "classif", "apart", "restrict", "testified", "discipline")


def with_companions(*names: str, adults: int = 0, minors: int = 0) -> Facts:
    return replace(
        FINE,
        lead_visitor_name="Maria Delgado",
        companions=tuple(CompanionFacts(name) for name in names),
        answers=replace(ANSWERS, adults=adults, minors=minors),
    )


RESTRICTED = [
    (replace(FINE, individual_bars=(BARRED,)), "individual_not_eligible"),
    (replace(FINE, lead_visitor_bars=(BARRED,)), "visitor_restricted"),
    (replace(FINE, companions=(CompanionFacts("Luz Rivera", (BARRED,)),)), "attendee_restricted"),
    (replace(FINE, opening=replace(OPENING, kept_apart=True)), "keep_apart"),
]


@pytest.mark.parametrize(("facts", "code"), RESTRICTED)
def test_each_restriction_is_told_alone_with_no_hint_of_its_kind(facts: Facts, code: str) -> None:
    (reason,) = broken_rules(facts)
    assert reason.code == code
    assert not [word for word in KIND_WORDS if word in reason.sentence.casefold()]


@pytest.mark.parametrize(("facts", "code"), RESTRICTED[:3])
def test_an_officer_at_the_desk_reads_the_whole_of_it(facts: Facts, code: str) -> None:
    at_desk = replace(facts, now=OPENING.starts_at, check_in=AT_DESK, answers=None)
    (reason,) = broken_rules(at_desk)
    assert (reason.code, SECRET in reason.sentence) == (code, True)


def test_an_officer_at_the_desk_reads_of_a_pair_too() -> None:
    facts = replace(FINE, check_in=AT_DESK, answers=None, opening=replace(OPENING, kept_apart=True))
    (reason,) = broken_rules(facts)
    assert (reason.code, "kept apart" in reason.sentence) == ("keep_apart", True)


def test_the_first_date_on_which_it_would_pass_is_told() -> None:
    (reason,) = broken_rules(replace(FINE, lead_visitor_bars=(BARRED,)))
    assert reason.first_passes_on == ON + 2 * DAY


def test_of_those_who_come_along_everybody_passes_on_the_date_that_is_told() -> None:
    until_later = Bar(When(ON, ON + 6 * DAY), SECRET)
    both = (CompanionFacts("Luz Rivera", (BARRED,)), CompanionFacts("Leo Rivera", (until_later,)))
    (reason,) = broken_rules(replace(FINE, companions=both))
    assert (reason.sentence[:3], reason.first_passes_on) == ("Luz", ON + 7 * DAY)


def test_what_holds_until_it_is_ended_has_no_such_date() -> None:
    (reason,) = broken_rules(replace(FINE, individual_bars=(Bar(When(ON), SECRET),)))
    assert reason.first_passes_on is None


def test_what_holds_at_another_time_stands_in_nobodys_way() -> None:
    facts = replace(FINE, individual_bars=(OTHERWISE,), lead_visitor_bars=(OTHERWISE,))
    assert codes(replace(facts, companions=(CompanionFacts("Luz Rivera", (OTHERWISE,)),))) == []


def test_somebody_who_is_not_held_is_told_of_once() -> None:
    assert FINE.individual is not None
    gone = replace(FINE, individual=replace(FINE.individual, held=False), individual_bars=(BARRED,))
    assert codes(gone) == ["individual_not_eligible"]


def test_nobody_overrides_two_who_are_kept_apart() -> None:
    overridable = {rule.code for rule in RULES if rule.overridable}
    assert overridable.isdisjoint(code for _, code in RESTRICTED)
    facts = replace(FINE, opening=replace(OPENING, kept_apart=True), overridden=frozenset({"keep_apart"}))
    assert codes(facts) == ["keep_apart"]


def test_at_approval_every_restriction_of_the_person_is_told_at_once_and_nothing_of_a_visit() -> None:
    ban = Bar(When(ON), "Ban, from 2026-11-24 on: contraband.")
    facts = replace(
        FINE, opening=None, answers=None, duration_minutes=0, approving=True, lead_visitor_bars=(BARRED, ban)
    )
    (reason,) = broken_at_approval(facts)
    assert reason.code == "visitor_restricted"
    assert reason.sentence == f"{SECRET} {ban.officer_words}"
    assert broken_at_approval(replace(facts, lead_visitor_bars=())) == ()


def test_an_attendee_is_named_once() -> None:
    assert codes(with_companions("Luz Rivera", "Leo Rivera", adults=1, minors=1)) == []
    assert codes(with_companions("Luz Rivera", "LUZ  rivera", adults=1, minors=1)) == ["attendee_twice"]


def test_the_lead_visitor_is_no_attendee() -> None:
    assert codes(with_companions("María Delgado", minors=1)) == ["attendee_twice"]
    assert codes(with_companions("María Delgado Jr.", minors=1)) == []


def test_a_minor_comes_with_somebody_who_is_known_to_be_an_adult() -> None:
    unknown = replace(with_companions("Luz Rivera", minors=1), lead_visitor_born=None)
    assert codes(unknown) == ["minor_without_adult"]
    assert codes(replace(unknown, answers=replace(ANSWERS, adults=1, minors=1))) == []
    assert codes(replace(unknown, lead_visitor_born=date(1988, 4, 12))) == []


@pytest.mark.parametrize(
    ("adults", "minors", "code"),
    [(1, 2, None), (2, 1, "attendee_limit"), (0, 3, "attendee_limit"), (1, 3, "attendee_limit"), (1, 0, None)],
)
def test_limits_on_all_on_adults_and_on_minors_are_each_reached_exactly(
    adults: int, minors: int, code: str | None
) -> None:
    assert (POLICY.attendees_max, POLICY.attendees_adults, POLICY.attendees_minors) == (3, 1, 2)
    assert codes(replace(FINE, answers=replace(ANSWERS, adults=adults, minors=minors))) == ([code] if code else [])


@pytest.mark.parametrize(
    ("most", "adults", "minors", "fits"), [(2, 1, 1, True), (2, 1, 2, False), (0, 0, 0, True), (0, 1, 0, False)]
)
def test_all_together_have_a_limit_of_their_own(most: int, adults: int, minors: int, fits: bool) -> None:
    policy = replace(POLICY, attendees_max=most, attendees_adults=5, attendees_minors=5)
    facts = replace(FINE, policy=policy, answers=replace(ANSWERS, adults=adults, minors=minors))
    assert codes(facts) == ([] if fits else ["attendee_limit"])
